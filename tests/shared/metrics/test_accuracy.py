"""Endpoint bias, scatter and throughput of a session, as planned into its reaches."""

from __future__ import annotations

import math

import numpy as np
import pytest

from shared.metrics.compute import compute_recording
from shared.metrics.spec import MetricRow
from shared.wire.session import Recording
from tests.shared.recordings import PlannedTrial, recording


def rows_of(found: Recording) -> dict[str, MetricRow]:
    return {each.metric: each for each in compute_recording(found) if each.scope == ""}


def value(rows: dict[str, MetricRow], metric: str) -> float:
    found = rows[metric].value
    assert found is not None, (metric, rows[metric].missing_reason)
    return found


def practice(lengths: list[float], angles: list[float], **changes: object) -> list[PlannedTrial]:
    return [
        PlannedTrial(
            phase="practice",
            target=at % 4,
            target_deg=90.0 * (at % 4) - 90.0,
            length_ratio=length,
            hand_deg=angle,
            **changes,  # type: ignore[arg-type]
        )
        for at, (length, angle) in enumerate(zip(lengths, angles, strict=True))
    ]


# The movement ends where the speed falls below 5 %, a hair before the planned place.
_SHORT_MM = 0.35


def test_a_hand_that_goes_too_far_and_to_the_left() -> None:
    rows = rows_of(recording(practice([1.1] * 16, [5.0] * 16)))
    along = 110 * math.cos(math.radians(5)) - 100
    across = 110 * math.sin(math.radians(5))
    assert value(rows, "constant_error_along_mm") == pytest.approx(along, abs=_SHORT_MM)
    assert value(rows, "constant_error_across_mm") == pytest.approx(across, abs=0.1)
    assert value(rows, "constant_error_mm") == pytest.approx(math.hypot(along, across), abs=_SHORT_MM)
    assert value(rows, "constant_error_deg") == pytest.approx(5.0, abs=0.05)
    assert value(rows, "variable_endpoint_error_mm") == pytest.approx(0.0, abs=0.05)
    assert value(rows, "variable_endpoint_error_deg") == pytest.approx(0.0, abs=0.05)
    assert rows["throughput_bits_s"].value is None or rows["throughput_bits_s"].value > 8


def test_errors_to_either_side_are_scatter_not_bias() -> None:
    angles = [-6.0, -6.0, -6.0, -6.0, 6.0, 6.0, 6.0, 6.0] * 3
    rows = rows_of(recording(practice([1.0] * 24, angles)))
    assert value(rows, "constant_error_deg") == pytest.approx(0.0, abs=0.05)
    assert value(rows, "variable_endpoint_error_deg") == pytest.approx(6 * math.sqrt(24 / 20), abs=0.05)
    across = 100 * math.sin(math.radians(6))
    assert value(rows, "variable_endpoint_error_mm") == pytest.approx(across * math.sqrt(24 / 20), rel=0.01)
    assert value(rows, "endpoint_error_mm") > 10, "the mean distance does not tell bias from scatter"


def test_a_bias_of_each_target_is_no_scatter() -> None:
    rows = rows_of(recording(practice([1.0] * 24, [-9.0, -3.0, 3.0, 9.0] * 6)))
    assert value(rows, "variable_endpoint_error_deg") == pytest.approx(0.0, abs=0.05)


def test_it_is_the_hand_and_not_the_turned_cursor() -> None:
    """The hand goes 20 degrees aside, so that the cursor, turned by 20, is on the target."""
    rows = rows_of(recording(practice([1.0] * 12, [-20.0] * 12, rotation_deg=20.0)))
    assert value(rows, "constant_error_deg") == pytest.approx(-20.0, abs=0.05)
    assert value(rows, "screen_error_radii") == pytest.approx(0.0, abs=1e-6)


def test_directions_wrap_instead_of_cancelling() -> None:
    rows = rows_of(recording(practice([1.0] * 16, [178.0] * 8 + [-178.0] * 8)))
    assert abs(value(rows, "constant_error_deg")) == pytest.approx(180.0, abs=0.1)
    assert value(rows, "variable_endpoint_error_deg") == pytest.approx(2 * math.sqrt(16 / 12), abs=0.1)


def test_throughput_by_the_width_that_was_used() -> None:
    """SD 8 mm along 100 mm in 0.705 s (0.8811 of 0.8 s)."""
    noise = np.random.default_rng(7).standard_normal(40)
    noise = 0.08 * (noise - noise.mean()) / noise.std(ddof=1)
    rows = rows_of(recording(practice((1 + noise).tolist(), [0.0] * 40)))
    expected = math.log2(100 / (4.13273 * 8) + 1) / (0.8811 * 0.8)
    assert value(rows, "throughput_bits_s") == pytest.approx(expected, rel=0.02)
    assert rows["throughput_bits_s"].n == 40
    by_target_width = math.log2(100 / 24 + 1) / (0.8811 * 0.8)
    assert abs(expected - by_target_width) > 0.05 * expected, "the wrong variant would not be seen otherwise"


def test_reasons() -> None:
    rows = rows_of(recording(practice([1.0] * 6, [1.0, 2.0] * 3)))
    assert rows["throughput_bits_s"].missing_reason == "too_few_trials"
    assert rows["variable_endpoint_error_mm"].missing_reason == "too_few_repeats"
    assert rows["constant_error_mm"].value is not None
    rows = rows_of(recording(practice([1.0] * 3, [1.0] * 3)))
    assert rows["constant_error_mm"].missing_reason == "too_few_trials"
    assert rows["constant_error_deg"].missing_reason == "too_few_trials"
    rows = rows_of(recording(practice([1.0] * 16, [1.0] * 16), unit="norm"))
    assert rows["constant_error_mm"].missing_reason == "uncalibrated"
    assert rows["constant_error_deg"].value is not None, "a direction needs no scale"


@pytest.mark.parametrize("turn_deg", [0.0, 37.0, 90.0, -135.0])
def test_the_targets_direction_does_not_matter(turn_deg: float) -> None:
    planned = [
        PlannedTrial(
            phase="practice", target_deg=turn_deg, hand_deg=at % 3 - 1.0, length_ratio=1 + 0.02 * (at % 5)
        )
        for at in range(20)
    ]
    rows = rows_of(recording(planned))
    assert value(rows, "constant_error_along_mm") == pytest.approx(3.98, abs=_SHORT_MM)
    assert value(rows, "variable_endpoint_error_mm") == pytest.approx(3.3, abs=0.2)
