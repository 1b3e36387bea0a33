"""A session's tremor is found at its frequency with its size; steady hands have none to tell."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from shared.metrics.compute import compute_recording
from shared.metrics.spec import MetricRow
from shared.wire.codec import decode_recording, unframe
from tests.shared.recordings import DeviceKind, PlannedTrial, recording


def rows_of(tremor_m: float, *, count: int = 12, **changes: object) -> dict[str, MetricRow]:
    device = changes.pop("device", "points")
    rate_hz = changes.pop("rate_hz", 120.0)
    planned = [PlannedTrial(phase="practice", tremor_m=tremor_m, **changes) for _ in range(count)]  # type: ignore[arg-type]
    found = recording(planned, device=device, rate_hz=rate_hz)  # type: ignore[arg-type]
    return {each.metric: each for each in compute_recording(found) if each.scope == ""}


@pytest.mark.parametrize("device", ["points", "mouse", "ticks"])
def test_a_millimetre_at_six_hertz(device: DeviceKind) -> None:
    rows = rows_of(0.001, device=device, reaction_s=0.4)
    for name in ("tremor_hold", "tremor_reach"):
        size, hz = rows[f"{name}_mm"].value, rows[f"{name}_hz"].value
        assert size is not None
        assert size == pytest.approx(math.sqrt(0.5), rel=0.15), name
        assert hz == pytest.approx(6.0, abs=0.4), name
        assert rows[f"{name}_mm"].n == 12


@pytest.mark.parametrize("duration_s", [0.8, 1.5])
def test_a_smooth_reach_has_next_to_none(duration_s: float) -> None:
    rows = rows_of(0.0, duration_s=duration_s)
    for name in ("tremor_hold", "tremor_reach"):
        size = rows[f"{name}_mm"].value
        assert size is not None
        assert size < 0.02, name
        assert rows[f"{name}_hz"].missing_reason == "no_tremor"


@pytest.mark.parametrize(
    ("mode", "hz", "sd_hz", "at_least_mm"),
    [("reward_based", 4.0, 0.5, 0.4), ("strategy_cue", 5.0, 0.5, 0.3), ("error_based", 8.0, 1.0, 0.05)],
    ids=["cerebellar ataxia", "parkinson", "healthy"],
)
def test_virtual_patients_shake_as_they_were_made_to(
    mode: str, hz: float, sd_hz: float, at_least_mm: float
) -> None:
    """Golden sessions: the frequency is within 2 SD of the profile's, as it was when they were made."""
    sealed = (Path(__file__).parents[2] / "contracts" / "golden" / "v1" / f"{mode}.bundle").read_bytes()
    found = compute_recording(decode_recording(unframe(sealed)))
    rows = {each.metric: each for each in found if each.scope == ""}
    for name in ("tremor_hold", "tremor_reach"):
        assert rows[f"{name}_hz"].value == pytest.approx(hz, abs=2 * sd_hz), name
        size = rows[f"{name}_mm"].value
        assert size is not None
        assert at_least_mm < size < 1.0, name


def test_half_the_tremor_is_half_the_number() -> None:
    one, half = rows_of(0.001)["tremor_reach_mm"].value, rows_of(0.0005)["tremor_reach_mm"].value
    assert one is not None
    assert half is not None
    assert one / half == pytest.approx(2.0, rel=0.05), "a larger tremor shortens the reach that is seen"


def test_reasons() -> None:
    assert rows_of(0.001, duration_s=0.45)["tremor_reach_mm"].missing_reason == "spans_too_short"
    assert rows_of(0.001, duration_s=0.45)["tremor_reach_hz"].missing_reason == "spans_too_short"
    assert rows_of(0.001, count=3)["tremor_reach_mm"].missing_reason == "too_few_trials"
    assert rows_of(0.001, count=3)["tremor_hold_hz"].missing_reason == "too_few_trials"
    assert rows_of(0.001, rate_hz=40.0)["tremor_hold_mm"].missing_reason == "sample_rate_too_low"
