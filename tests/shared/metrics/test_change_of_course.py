"""The correction after a jump: its latency on a planned correction, its success, and when there is none."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.metrics._session import session_data
from shared.metrics.change_of_course import correction_latency_s
from shared.movement.sampling import SignalError
from shared.wire.events import TargetJump
from shared.wire.streams import pack_block
from tests.shared.metrics.edited import reason, rows_of, value, with_jumps
from tests.shared.recordings import PlannedTrial, min_jerk, recording

HZ = 120.0
LASTS_S = 0.4
EARLY_S = 0.0611 * LASTS_S
"""Where the line through 25 % and 75 % of a minimum-jerk speed's peak meets zero, after its true onset."""


def reach(
    latency_s: float | None, *, old_deg: float = 90.0, new_deg: float = 120.0, jump: int = 30
) -> np.ndarray:
    """A minimum-jerk reach of 0.8 s to the old target, and a correction of 4 cm towards the new one."""
    time = np.arange(150) / HZ
    out = 0.10 * min_jerk((time - 0.2) / 0.8)
    side = np.zeros_like(time)
    if latency_s is not None:
        side = 0.04 * min_jerk((time - jump / HZ - latency_s) / LASTS_S)
    side = side * math.copysign(1.0, (new_deg - old_deg + 180.0) % 360.0 - 180.0)
    radians = math.radians(old_deg)
    along, left = (
        np.array([math.cos(radians), math.sin(radians)]),
        np.array([-math.sin(radians), math.cos(radians)]),
    )
    return np.asarray(out[:, None] * along + side[:, None] * left)


@pytest.mark.parametrize("latency_s", [0.12, 0.18, 0.25, 0.35])
@pytest.mark.parametrize("new_deg", [120.0, 60.0])
def test_a_planned_correction_is_timed(latency_s: float, new_deg: float) -> None:
    found = correction_latency_s(reach(latency_s, new_deg=new_deg), HZ, 30, 90.0, new_deg)
    assert found == pytest.approx(latency_s + EARLY_S, abs=0.012)


def test_a_threshold_on_speed_would_be_later_for_a_weaker_correction() -> None:
    """Why extrapolation: halving the correction moves a fixed threshold, not this."""
    strong, weak = reach(0.2), reach(0.2)
    weak[:, 0] *= 0.4  # old direction is straight away: x is the correction
    latencies = [correction_latency_s(each, HZ, 30, 90.0, 120.0) for each in (strong, weak)]
    assert latencies[0] == pytest.approx(latencies[1], abs=0.002)
    crossed = [int(np.argmax(-np.gradient(each[:, 0]) * HZ > 0.05)) / HZ for each in (strong, weak)]
    assert crossed[1] - crossed[0] > 0.02


@settings(deadline=None, max_examples=30)
@given(st.floats(-180, 180), st.floats(0.12, 0.35), st.sampled_from([-30.0, 30.0]))
def test_turning_the_table_and_mirroring_change_nothing(turn: float, latency_s: float, side: float) -> None:
    plain = correction_latency_s(reach(latency_s), HZ, 30, 90.0, 120.0)
    turned = reach(latency_s, old_deg=90.0 + turn, new_deg=90.0 + turn + side)
    assert correction_latency_s(turned, HZ, 30, 90.0 + turn, 90.0 + turn + side) == pytest.approx(
        plain, abs=1e-6
    )


def test_no_correction_gives_none() -> None:
    assert correction_latency_s(reach(None), HZ, 30, 90.0, 120.0) is None
    assert correction_latency_s(reach(0.2), HZ, 30, 90.0, 60.0) is None, "it went the other way"
    assert correction_latency_s(reach(0.2), HZ, 30, 90.0, 90.0) is None, "no jump to speak of"
    assert correction_latency_s(reach(0.2)[:36], HZ, 30, 90.0, 120.0) is None, "the reach ended before"
    with pytest.raises(SignalError):
        correction_latency_s(reach(0.2)[:3], HZ, 1, 90.0, 120.0)


def jumping(latency_s: float | None, trials: int = 6):  # type: ignore[no-untyped-def]
    """Trials whose target jumps from 90 to 120 deg 30 ticks after go, the tick stream being `reach`."""
    planned = [PlannedTrial(phase="practice", success=at % 2 == 0) for at in range(trials)]
    found = with_jumps(recording(planned), lambda _, go: go + 30, [120.0] * trials)
    ticks = max(each.tick for each in found.events) + 400
    places = np.zeros((ticks, 2))
    for each in found.events:
        if type(each).__name__ == "Go":
            places[each.tick : each.tick + 150] = reach(latency_s)
            places[each.tick + 150 : each.tick + 170] = places[each.tick + 149]
    microns = np.rint(places * 1e6).astype(int)
    columns = {
        "x_um": microns[:, 0], "y_um": microns[:, 1], "fx_um": microns[:, 0], "fy_um": microns[:, 1],
        "confidence": np.full(ticks, 90), "flags": np.zeros(ticks, int),
    }  # fmt: skip
    kept = [each for each in found.samples if each.stream != "tick"]
    block = pack_block("tick", 0, {name: each.tolist() for name, each in columns.items()})
    return msgspec.structs.replace(found, samples=[*kept, block])


def test_a_session_of_jumps() -> None:
    rows = rows_of(jumping(0.2))
    assert rows["correction_latency_s", ""].value == pytest.approx(0.2 + EARLY_S, abs=0.012)
    assert rows["correction_success_share", ""].value == pytest.approx(0.5)
    assert rows["correction_latency_s", ""].quality == 1.0


def test_reasons() -> None:
    assert reason(jumping(None), "correction_latency_s") == "too_few_corrections"
    assert reason(jumping(0.2, trials=3), "correction_success_share") == "too_few_trials"
    plain = recording([PlannedTrial(phase="practice")] * 8)
    assert reason(plain, "correction_latency_s") == "no_target_jump"
    assert reason(plain, "correction_success_share") == "no_target_jump"


def test_a_reach_that_was_turned_is_no_plain_reach() -> None:
    """The reach metrics leave jump trials out, as if they had not been asked for: quality stays 1."""
    found = recording([PlannedTrial(phase="practice", duration_s=0.6)] * 10)
    events = with_jumps(found, lambda _, go: go + 40, [120.0] * 10).events
    mixed = [each for each in events if not isinstance(each, TargetJump) or each.trial >= 5]
    row = rows_of(msgspec.structs.replace(found, events=mixed))["movement_time_s", ""]
    assert (row.n, row.quality) == (5, 1.0)
    assert value(msgspec.structs.replace(found, events=mixed), "valid_trials_share") == 1.0
    turned = msgspec.structs.replace(found, events=events)
    assert reason(turned, "movement_time_s") == "no_trials"
    assert {each.invalid for each in session_data(turned).trials} == {"decided"}
