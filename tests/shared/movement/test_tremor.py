"""A tremor is found at its frequency with its size; a smooth reach and a resting hand have none."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.movement.sampling import SignalError
from shared.movement.tremor import (
    REACH_DEGREE,
    rms_mm_of_each,
    tremor,
    tremor_of,
    velocity_spectra,
    without_slow_part,
)
from tests.shared.recordings import min_jerk

RATE = 100.0
ROOT_HALF = math.sqrt(0.5)


def shake(
    duration_s: float, hz: float = 6.0, size_mm: float = 1.0, rate: float = RATE, at: float = 0.3
) -> np.ndarray:
    time = np.arange(0, duration_s, 1 / rate)
    return size_mm * np.sin(2 * np.pi * hz * time + at)


def reach(duration_s: float, size_mm: float = 0.0, rate: float = RATE) -> np.ndarray:
    """A minimum-jerk reach of 100 mm, 6 Hz across it, cut where the 5 % rule would cut it."""
    time = np.arange(0, duration_s, 1 / rate) / duration_s
    path = np.column_stack([100 * min_jerk(time), shake(duration_s, size_mm=size_mm, rate=rate)[: len(time)]])
    return path[(time >= 0.06) & (time <= 0.94)]


def test_a_millimetre_at_six_hertz_for_twenty_seconds() -> None:
    """Amplitude 1 mm: 0.707 mm rms; velocity (2 pi 6)^2 / 2 = 710.6 mm^2/s^2."""
    wave = shake(20.0)
    found = tremor([np.column_stack([wave, 0 * wave])], RATE)
    assert found.peak_hz == pytest.approx(6.0, abs=0.1)
    assert found.rms_mm == pytest.approx(ROOT_HALF, rel=0.01)
    assert found.power_mm2_s2 == pytest.approx((2 * np.pi * 6) ** 2 / 2, rel=0.01)
    assert found.peak_share > 0.99
    assert found.duration_s == 20.0


@pytest.mark.parametrize("hz", [5.0, 6.0, 8.0, 10.0])
def test_short_holds_together_give_the_same_within_a_tenth(hz: float) -> None:
    random = np.random.default_rng(1)
    spans = []
    for _ in range(10):
        wave = shake(0.7, hz, at=random.uniform(0, 6))
        spans.append(np.column_stack([wave, 0.02 * random.standard_normal(len(wave))]))
    found = tremor(spans, RATE)
    assert found.peak_hz == pytest.approx(hz, abs=0.3)
    assert found.rms_mm == pytest.approx(ROOT_HALF, rel=0.1)


@pytest.mark.parametrize("duration_s", [0.8, 1.0, 2.0, 4.0])
def test_tremor_within_a_reach_and_none_in_a_smooth_one(duration_s: float) -> None:
    shaky = tremor([reach(duration_s, 1.0)], RATE, least_degree=REACH_DEGREE)
    assert shaky.rms_mm == pytest.approx(ROOT_HALF, rel=0.06)
    assert shaky.peak_hz == pytest.approx(6.0, abs=0.2)
    assert tremor([reach(duration_s)], RATE, least_degree=REACH_DEGREE).rms_mm < 1e-6


def test_with_the_reach_left_in_it_would_be_taken_for_tremor() -> None:
    """The wrong variant: only the mean removed. The reach itself is then most of the band."""
    path = reach(0.8)
    velocity = np.diff(path - path.mean(axis=0), axis=0) * RATE
    density = np.abs(np.fft.rfft(velocity, axis=0)) ** 2
    frequency = np.fft.rfftfreq(len(velocity), 1 / RATE)
    inside = (frequency >= 3) & (frequency <= 12)
    lengths = density[inside].T / (2 * np.pi * frequency[inside]) ** 2
    left_in = math.sqrt(2 * float(lengths.sum())) / len(velocity)
    assert left_in > 0.1, "a tenth of a millimetre of tremor that is not there"
    assert tremor([path], RATE, least_degree=REACH_DEGREE).rms_mm < 0.001


def test_slow_drift_at_rest_is_no_tremor() -> None:
    time = np.arange(0, 0.7, 1 / RATE)
    drift = np.column_stack([5 * time, 3 * time**2])
    assert tremor([drift + np.column_stack([shake(0.7), 0 * time])], RATE).rms_mm == pytest.approx(
        tremor([np.column_stack([shake(0.7), 0 * time])], RATE).rms_mm, rel=1e-6
    )


def test_a_fast_tremor_keeps_its_size_despite_the_central_difference() -> None:
    """Undone: sin(w dt)/(w dt) would make 10 Hz at 100 Hz smaller by 6 %."""
    wave = shake(20.0, 10.0)[:, None]
    assert tremor([wave], RATE).rms_mm == pytest.approx(ROOT_HALF, rel=0.01)


def test_out_of_the_band_is_out() -> None:
    for hz in (1.0, 20.0):
        assert tremor([shake(20.0, hz)[:, None]], RATE).rms_mm < 0.02


@settings(max_examples=40)
@given(st.floats(-180, 180), st.floats(-500, 500), st.floats(0.05, 20))
def test_turned_moved_enlarged(turn_deg: float, shift: float, size: float) -> None:
    turn = math.radians(turn_deg)
    matrix = size * np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    path = reach(1.0, 1.0)
    plain = tremor([path], RATE, least_degree=REACH_DEGREE)
    found = tremor([path @ matrix.T + shift], RATE, least_degree=REACH_DEGREE)
    assert found.rms_mm == pytest.approx(size * plain.rms_mm, rel=1e-6)
    assert found.power_mm2_s2 == pytest.approx(size**2 * plain.power_mm2_s2, rel=1e-6)
    assert found.peak_hz == plain.peak_hz


@pytest.mark.parametrize("rate", [60.0, 120.0, 250.0, 1000.0])
def test_the_rate_does_not_matter(rate: float) -> None:
    found = tremor([reach(1.0, 1.0, rate)], rate, least_degree=REACH_DEGREE)
    assert found.rms_mm == pytest.approx(ROOT_HALF, rel=0.05)
    assert found.peak_hz == pytest.approx(6.0, abs=0.2)


def test_what_cannot_be_measured_is_said() -> None:
    wave = shake(1.0)[:, None]
    for spans, rate, words in (
        ([], RATE, "no spans"),
        ([wave[:40]], RATE, "needs 0.5 s"),
        ([wave], 24.0, "more than 24 samples a second"),
        ([np.zeros((100, 2))], RATE, "does not move"),
        ([wave * np.nan], RATE, "not a number"),
        ([wave], 0.0, "sample rate"),
        ([wave[:, 0]], RATE, "samples, axes"),
    ):
        with pytest.raises(SignalError, match=words):
            tremor(spans, rate)
    with pytest.raises(SignalError, match="lower edge"):
        tremor([wave], RATE, band_hz=(8.0, 4.0))


def test_each_span_alone_has_its_own_size() -> None:
    spans = [reach(1.0, 1.0), reach(1.0, 0.25), np.zeros((88, 2))]
    spectra = velocity_spectra(spans, RATE, least_degree=REACH_DEGREE)
    alone = velocity_spectra(spans[1:2], RATE, least_degree=REACH_DEGREE)[0]
    assert spectra[1].density == pytest.approx(alone.density, rel=1e-9), "computed together, not mixed"
    sizes = rms_mm_of_each(spectra)
    assert sizes[0] == pytest.approx(tremor_of(spectra[:1]).rms_mm, rel=1e-9)
    assert sizes[1] == pytest.approx(sizes[0] / 4, rel=1e-6)
    assert sizes[2] == 0.0
    assert len(rms_mm_of_each([])) == 0


def test_the_slow_part_is_a_polynomial() -> None:
    time = np.linspace(-1, 1, 100)[:, None]
    assert without_slow_part(3 + 2 * time - time**5, RATE) == pytest.approx(np.zeros((100, 1)), abs=1e-12)
