"""KINARM's names in a session, both forms of LDLJ, and hands that no person has."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from shared.metrics.compute import compute_recording
from shared.metrics.spec import MetricRow
from shared.wire.session import Recording
from shared.wire.streams import pack_block, stream_columns
from tests.shared.recordings import DeviceKind, PlannedTrial, recording


def rows_of(found: Recording) -> dict[str, MetricRow]:
    return {each.metric: each for each in compute_recording(found) if each.scope == ""}


def value(rows: dict[str, MetricRow], metric: str) -> float:
    found = rows[metric].value
    assert found is not None, (metric, rows[metric].missing_reason)
    return found


def practice(count: int = 12, **changes: object) -> list[PlannedTrial]:
    return [PlannedTrial(phase="practice", **changes) for _ in range(count)]  # type: ignore[arg-type]


def test_one_movement_is_its_own_initial_phase() -> None:
    rows = rows_of(recording(practice(hand_deg=7.0)))
    assert value(rows, "posture_speed_m_s") == pytest.approx(0.0, abs=1e-4)
    assert value(rows, "initial_direction_deg") == pytest.approx(7.0, abs=0.2)
    assert value(rows, "initial_distance_ratio") == 1.0
    assert value(rows, "initial_speed_ratio") == 1.0
    assert value(rows, "min_max_speed_difference_m_s") == 0.0


def test_posture_speed_sees_a_restless_hand() -> None:
    """1 mm at 6 Hz: mean speed 2/pi of 37.7 mm/s, of which the 8 Hz filter leaves 0.76, at its edge less."""
    assert value(rows_of(recording(practice(tremor_m=0.001))), "posture_speed_m_s") == pytest.approx(
        0.024 * 0.76, rel=0.15
    )


def test_both_forms_of_ldlj_are_named_apart() -> None:
    bowed = rows_of(recording(practice(bow_m=0.02)))
    assert value(bowed, "ldlj") == pytest.approx(-5.57, abs=0.15)
    assert value(bowed, "ldlj_speed") == pytest.approx(-4.70, abs=0.15)
    straight = rows_of(recording(practice()))
    assert value(straight, "ldlj") == pytest.approx(value(straight, "ldlj_speed"), abs=0.02)


def test_a_hand_across_two_rooms_is_left_out_and_said() -> None:
    planned = practice(12)
    planned[3] = replace(planned[3], bow_m=3.0)
    rows = rows_of(recording(planned))
    assert rows["movement_time_s"].n == 11
    assert value(rows, "valid_trials_share") == pytest.approx(11 / 12)


def test_a_session_in_another_unit_is_missing_with_that_reason() -> None:
    planned = practice(12, bow_m=3.0)
    planned[3] = replace(planned[3], bow_m=0.0)
    rows = rows_of(recording(planned))
    for name in ("path_ratio", "sparc", "hand_angle_deg", "constant_error_mm", "tremor_reach_mm"):
        assert rows[name].missing_reason == "implausible_units", name
    assert value(rows, "success_rate") == 1.0, "what was seen on the screen stays"


@pytest.mark.parametrize("device", ["points", "mouse"])
def test_rows_stamped_backwards_or_twice_are_left_out(device: DeviceKind) -> None:
    """A driver that hands some rows over twice, and some with the stamp of 50 ms ago."""
    plain = recording(practice(), device=device)
    columns = {name: each.copy() for name, each in stream_columns(plain, "raw").items()}
    columns["t_ns"][100::97] -= 50_000_000
    columns["t_ns"][50::89] = columns["t_ns"][49::89][: len(columns["t_ns"][50::89])]
    layout = "raw_counts" if device == "mouse" else "raw_points"
    raw = pack_block(layout, 0, {name: each.tolist() for name, each in columns.items()})
    others = [each for each in plain.samples if each.stream != "raw"]
    before, after = rows_of(plain), rows_of(msgspec.structs.replace(plain, samples=[raw, *others]))
    for name in ("movement_time_s", "peak_speed_m_s", "hand_angle_deg", "endpoint_error_mm"):
        assert value(after, name) == pytest.approx(value(before, name), rel=0.03, abs=0.2), name
        assert after[name].n == 12


def test_without_a_scale_no_hand_is_too_fast() -> None:
    """A picture's units are no metres: nothing there is too far, and lengths are missing anyway."""
    rows = rows_of(recording(practice(bow_m=3.0), unit="norm"))
    assert value(rows, "path_ratio") > 1
    assert rows["peak_speed_m_s"].missing_reason == "uncalibrated"
