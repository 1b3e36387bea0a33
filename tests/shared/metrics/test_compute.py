"""The whole set: gates with reasons, scopes, determinism, order, versions, and never a NaN."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import msgspec
import pytest

from shared.errors import MovereError, WireError
from shared.metrics.across import ACROSS
from shared.metrics.compute import (
    catalogue,
    committed_digest,
    compute_recording,
    current_digest,
    families,
    set_digest,
    unversioned,
)
from shared.metrics.spec import MetricRow
from shared.plugins import discover
from shared.wire.events import Pause
from shared.wire.session import Recording
from tests.shared.recordings import PlannedTrial, planned_session, recording, session


def reasons(found: Recording, *, scope: str = "") -> dict[str, str | None]:
    return {each.metric: each.missing_reason for each in compute_recording(found) if each.scope == scope}


HAND = {spec.id for spec in catalogue() if "hand" in spec.needs} - {spec.id for spec in ACROSS}


@pytest.mark.parametrize("pointer", ["accelerated", "absolute"])
def test_a_pointer_that_is_not_raw_gives_screen_metrics_only(pointer: str) -> None:
    found = reasons(session(device="mouse", pointer=pointer))
    assert {found[each] for each in HAND} == {f"pointer_{pointer}"}
    for name in ("success_rate", "screen_error_radii", "trials", "timeout_share", "dropout_share"):
        assert found[name] is None, name


@pytest.mark.parametrize("unit", ["counts", "norm"])
def test_without_calibration_no_lengths_but_angles_and_times(unit: str) -> None:
    found = reasons(session(unit=unit))
    lengths = {"peak_speed_m_s", "max_deviation_mm", "endpoint_error_mm"}
    assert {found[each] for each in lengths} == {"uncalibrated"}
    for name in ("hand_angle_deg", "movement_time_s", "sparc", "ldlj", "path_ratio", "after_effect_deg"):
        assert found[name] is None, name


def test_a_slow_device_gives_what_its_rate_can_carry() -> None:
    slow = reasons(session(rate_hz=30.0))
    assert slow["ldlj"] == slow["peak_speed_m_s"] == "sample_rate_too_low"
    assert slow["hand_angle_deg"] is None
    assert slow["sparc"] is None
    slower = reasons(session(rate_hz=15.0))
    assert slower["hand_angle_deg"] == slower["sparc"] == "sample_rate_too_low"


def test_stamps_that_jitter_too_much() -> None:
    plain = session()
    jittery = msgspec.structs.replace(
        plain, device=msgspec.structs.replace(plain.device, stamp_jitter_ms=40.0)
    )
    assert reasons(jittery)["sparc"] == "stamp_jitter_too_high"
    assert reasons(jittery)["success_rate"] is None


def test_raw_rows_without_a_clock_fall_back_to_the_ticks() -> None:
    plain = session()
    angle = {(e.metric, e.scope): e.value for e in compute_recording(plain)}["hand_angle_deg", ""]
    unanchored = msgspec.structs.replace(plain, anchors=[])
    fallen = {(e.metric, e.scope): e.value for e in compute_recording(unanchored)}["hand_angle_deg", ""]
    assert angle is not None
    assert fallen == pytest.approx(angle, abs=0.1)
    neither = msgspec.structs.replace(
        plain, anchors=[], samples=[each for each in plain.samples if each.stream == "raw"]
    )
    assert reasons(neither)["hand_angle_deg"] == "no_clock"


def test_a_session_without_samples_or_trials_is_missing_not_an_error() -> None:
    bare = msgspec.structs.replace(session(), samples=[])
    assert reasons(bare)["sparc"] == "no_samples"
    assert reasons(bare)["dropout_share"] == "no_samples"
    empty = reasons(recording([]))
    assert empty["success_rate"] == "no_trials"
    assert empty["hand_angle_deg"] == "no_samples"


def test_too_few_trials_is_said() -> None:
    found = reasons(recording([PlannedTrial(phase="practice")] * 3))
    assert found["movement_time_s"] == "too_few_trials"
    assert found["success_rate"] == "too_few_trials"


def test_each_fault_takes_its_own_trial_and_no_other() -> None:
    good = [PlannedTrial(phase="practice") for _ in range(12)]
    faulty = list(good)
    faulty[2] = replace(faulty[2], lost=True)
    faulty[4] = replace(faulty[4], outcome="timeout", success=False)
    faulty[6] = replace(faulty[6], outcome="aborted", success=None)
    found = {(e.metric, e.scope): e for e in compute_recording(recording(faulty))}
    angle = found["hand_angle_deg", ""]
    assert angle.n == 9
    assert angle.quality == pytest.approx(9 / 12)
    assert found["valid_trials_share", ""].value == pytest.approx(9 / 12)


def test_a_gap_in_the_raw_rows_is_found_even_when_no_event_tells_it() -> None:
    trials = [PlannedTrial(phase="practice", lost=at == 3) for at in range(8)]
    found = recording(trials)
    silent = msgspec.structs.replace(
        found, events=[each for each in found.events if type(each).__name__ != "DropOut"]
    )
    rows = {(e.metric, e.scope): e for e in compute_recording(silent)}
    assert rows["hand_angle_deg", ""].n == 7


def test_a_pause_inside_a_trial_takes_its_kinematics() -> None:
    found = recording([PlannedTrial(phase="practice") for _ in range(8)])
    at = next(i for i, each in enumerate(found.events) if type(each).__name__ == "Onset")
    events = [*found.events]
    events.insert(at, Pause(tick=events[at].tick, reason="asked"))
    rows = {(e.metric, e.scope): e for e in compute_recording(msgspec.structs.replace(found, events=events))}
    assert rows["hand_angle_deg", ""].n == 7


def test_a_trial_that_was_cut_short_is_kept_out_but_not_lost() -> None:
    found = recording([PlannedTrial(phase="practice") for _ in range(8)])
    last_end = max(i for i, each in enumerate(found.events) if type(each).__name__ == "TrialEnd")
    rows = {
        (e.metric, e.scope): e
        for e in compute_recording(msgspec.structs.replace(found, events=found.events[:last_end]))
    }
    assert rows["hand_angle_deg", ""].n == 7
    assert rows["trials", ""].value == 7.0
    assert rows["valid_trials_share", ""].n == 8


def test_scopes_are_the_phases_played_and_blocks_when_there_are_several() -> None:
    one = planned_session(washout=8, baseline=8)
    scopes = {each.scope for each in compute_recording(recording(one)) if each.metric == "sparc"}
    assert scopes == {
        "",
        *(f"phase:{p}" for p in ("probe_opening", "baseline", "practice", "probe_closing", "washout")),
    }
    two = planned_session() + planned_session(block=1, rotation_deg=-20.0)
    rows = {(e.metric, e.scope): e for e in compute_recording(recording(two))}
    first, second = (rows["after_effect_deg", f"block:{block}"].value for block in (0, 1))
    assert first is not None
    assert second is not None
    assert first == pytest.approx(-second, abs=0.5)
    assert rows["after_effect_deg", ""].value == pytest.approx((first + second) / 2)
    assert rows["sparc", "block:1"].n == 40


def test_the_same_bytes_give_the_same_rows_in_the_same_order() -> None:
    one, two = (compute_recording(session()) for _ in range(2))
    assert one == two
    keys = [(each.metric, each.scope) for each in one]
    assert len(keys) == len(set(keys)), "a natural key"
    declared = [spec.id for family in families().values() for spec in family.specs]
    order = [metric for at, (metric, _) in enumerate(keys) if not at or keys[at - 1][0] != metric]
    assert order == declared, "family, declaration, scope"


def test_every_declared_metric_has_its_session_row_and_its_unit() -> None:
    rows = {each.metric: each for each in compute_recording(session()) if each.scope == ""}
    for family in families().values():
        for spec in family.specs:
            assert (rows[spec.id].unit, rows[spec.id].version) == (spec.unit, spec.version)
            assert 0.0 <= rows[spec.id].quality <= 1.0
            assert spec.definition.endswith(".")
            assert spec.source


def test_absurd_positions_give_no_nan() -> None:
    """A device that reports two kilometres and stands still there."""
    found = recording([PlannedTrial(phase="practice", bow_m=2000.0 * (at % 2)) for at in range(8)])
    for each in compute_recording(found):
        assert each.value is None or math.isfinite(each.value)


def test_damaged_samples_are_refused_in_words() -> None:
    plain = session()
    holed = msgspec.structs.replace(plain, samples=plain.samples[:1] + plain.samples[2:])
    with pytest.raises(WireError, match="missing"):
        compute_recording(holed)


def test_a_row_is_a_value_or_a_reason() -> None:
    with pytest.raises(MovereError, match="exactly one"):
        MetricRow(
            metric="x", version=1, scope="", value=None, unit="s", quality=0.0, n=0, missing_reason=None
        )
    with pytest.raises(MovereError, match="not finite"):
        MetricRow(
            metric="x", version=1, scope="", value=math.nan, unit="s", quality=0.0, n=0, missing_reason=None
        )


@pytest.mark.contracts
def test_the_committed_digest_is_current() -> None:
    """After a change: raise the versions, then `python -m shared metrics --write-digest`."""
    changed = unversioned(committed_digest(), current_digest())
    assert not changed, f"changed without a new version: {changed}"
    assert committed_digest() == current_digest(), "run python -m shared metrics --write-digest"
    assert len(set_digest()) == 64


def test_a_changed_source_without_a_new_version_is_found() -> None:
    committed = current_digest()
    edited = {name: dict(entry) for name, entry in committed.items()}
    edited["reach"]["source"] = "0" * 64
    assert unversioned(committed, edited) == ["reach"]
    edited["reach"]["versions"] = {**committed["reach"]["versions"], "sparc_new": 1}  # type: ignore[dict-item]
    assert unversioned(committed, edited) == []


def test_ids_are_unique_over_all_families() -> None:
    ids = [spec.id for spec in catalogue()]
    assert len(ids) == len(set(ids))
    assert {"retention", "retained_gain_deg"} <= set(ids)
    assert set(families()) == set(discover("shared.metrics", "METRICS"))


@pytest.mark.bench
def test_a_four_minute_session_takes_well_under_half_a_second() -> None:
    found = recording(planned_session(practice=44, noise_deg=2.0))
    compute_recording(found)
    begun = time.perf_counter()
    compute_recording(found)
    assert time.perf_counter() - begun < 0.5
