"""SPARC and LDLJ reproduce the published numbers, and the well-known wrong variants do not."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from shared.movement.sampling import SignalError, differentiate, speed_of
from shared.movement.smoothness import ldlj_speed, ldlj_vector, sparc

GAUSS_T = np.arange(-1, 1, 0.01)
GAUSS = np.exp(-5 * GAUSS_T**2)


def min_jerk_speed(rate_hz: int = 100, duration_s: float = 1.0, *, ends: bool = False) -> np.ndarray:
    tau = np.arange(round(duration_s * rate_hz) + ends) / (duration_s * rate_hz)
    return (30 * tau**2 - 60 * tau**3 + 30 * tau**4) / duration_s


def test_sparc_of_the_published_gaussian() -> None:
    assert sparc(GAUSS, 100.0) == pytest.approx(-1.41403, abs=5e-6)


def test_sparc_of_the_published_minimum_jerk_reach_to_1e12() -> None:
    assert sparc(min_jerk_speed(), 100.0) == pytest.approx(-1.4058293244214655, abs=1e-12)


@pytest.mark.parametrize(
    ("padding", "expected"), [(0, -1.356), (1, -1.371), (2, -1.376), (3, -1.4055), (4, -1.4058), (8, -1.4076)]
)
def test_zero_padding_is_part_of_the_definition(padding: int, expected: float) -> None:
    assert sparc(min_jerk_speed(), 100.0, padding=padding) == pytest.approx(expected, abs=6e-4)


@pytest.mark.parametrize("rate_hz", [50, 100, 200, 500, 1000, 2000, 5000])
def test_sparc_agrees_across_rates_within_its_numerical_tolerance(rate_hz: int) -> None:
    assert sparc(min_jerk_speed(rate_hz), rate_hz) == pytest.approx(-1.4058, abs=0.006)


def test_sparc_ignores_amplitude_duration_and_rest_after_the_movement() -> None:
    speed = min_jerk_speed()
    assert sparc(7.0 * speed, 100.0) == pytest.approx(sparc(speed, 100.0), abs=1e-12)
    for rest_s in (0.2, 1.0, 4.0):
        rested = np.concatenate([speed, np.zeros(round(100 * rest_s))])
        assert sparc(rested, 100.0) == pytest.approx(-1.4058, abs=2e-4)
    for duration_s in (0.3, 2.0, 4.0):
        assert sparc(min_jerk_speed(100, duration_s), 100.0) == pytest.approx(-1.4058, abs=0.006)


def test_dips_of_the_spectrum_do_not_end_it() -> None:
    """Two well-parted sub-movements: the spectrum dips below 5 % long before it stays there.

    Ending at the first crossing would call them almost as smooth as one movement.
    """
    speed = np.concatenate([min_jerk_speed(100, 0.6), np.zeros(60), min_jerk_speed(100, 0.6)])
    spectrum = np.abs(np.fft.rfft(speed, 4096))
    spectrum /= spectrum.max()
    first_quiet = int(np.argmax(spectrum < 0.05)) * 100 / 4096
    last_loud = int(np.flatnonzero(spectrum >= 0.05)[-1]) * 100 / 4096
    assert first_quiet < last_loud / 2, "the example must have an inner dip"
    assert sparc(speed, 100.0) < -3.0


def test_signed_velocity_is_refused() -> None:
    """Normalising by the bin at 0 Hz and by the greatest bin only agree for speed."""
    with pytest.raises(SignalError, match="never negative"):
        sparc(np.sin(np.arange(100) / 10), 100.0)


@pytest.mark.parametrize("rate_hz", [10.0, 20.0])
def test_sparc_refuses_rates_at_which_mirrored_bins_would_enter(rate_hz: float) -> None:
    with pytest.raises(SignalError, match="more than 20 samples a second"):
        sparc(min_jerk_speed(), rate_hz)


def test_sparc_normalises_by_the_greatest_bin() -> None:
    """Against the definition written out with a full transform (not the code under test)."""
    size = 2048
    magnitude = np.abs(np.fft.fft(GAUSS, size))
    magnitude /= magnitude.max()
    frequency = np.arange(size) * 100.0 / size
    inside = frequency <= 10.0
    frequency, magnitude = frequency[inside], magnitude[inside]
    last = np.flatnonzero(magnitude >= 0.05)[-1]
    frequency, magnitude = frequency[: last + 1], magnitude[: last + 1]
    arc = -np.sum(np.hypot(np.diff(frequency) / (frequency[-1] - frequency[0]), np.diff(magnitude)))
    # 200 samples: nfft = 2^(8+4) = 4096, so this coarser spectrum is close, not equal.
    assert sparc(GAUSS, 100.0) == pytest.approx(arc, abs=0.01)


def test_ldlj_of_the_published_examples() -> None:
    assert ldlj_speed(min_jerk_speed(), 100.0) == pytest.approx(-5.224139067539895, abs=1e-11)
    assert -math.exp(-ldlj_speed(min_jerk_speed(), 100.0)) == pytest.approx(-185.70122547199867, abs=1e-9)
    assert ldlj_speed(GAUSS, 100.0) == pytest.approx(-5.81636, abs=5e-6)
    assert -math.exp(-ldlj_speed(GAUSS, 100.0)) == pytest.approx(-335.74684, abs=5e-5)


@pytest.mark.parametrize(
    ("rate_hz", "expected"), [(50, -5.2804), (100, -5.3016), (1000, -5.3200), (5000, -5.3216)]
)
def test_ldlj_converges_to_its_closed_form(rate_hz: int, expected: float) -> None:
    value = ldlj_speed(min_jerk_speed(rate_hz, ends=True), rate_hz)
    assert value == pytest.approx(expected, abs=6e-5)
    assert abs(value + math.log(204.8)) < 4.5 / rate_hz


def test_ldlj_has_no_dimension_so_the_power_of_time_is_three() -> None:
    """With T^5, slowing a movement down would change its smoothness."""
    slow, fast = min_jerk_speed(1000, 4.0), min_jerk_speed(1000, 0.5)
    assert ldlj_speed(slow, 1000.0) == pytest.approx(ldlj_speed(fast, 1000.0), abs=0.02)
    assert ldlj_speed(3.0 * fast, 1000.0) == pytest.approx(ldlj_speed(fast, 1000.0), abs=1e-12)


@pytest.mark.parametrize(
    ("rest_s", "expected"),
    [(0.0, -5.22), (0.2, -5.83), (0.5, -6.50), (1.0, -7.36), (2.0, -8.58), (4.0, -10.11)],
)
def test_rest_after_the_movement_counts_in_ldlj(rest_s: float, expected: float) -> None:
    """With rest the last sample's step back to rest enters the jerk too, as in the published table."""
    speed = np.concatenate([min_jerk_speed(), np.zeros(round(100 * rest_s))])
    assert ldlj_speed(speed, 100.0) == pytest.approx(expected, abs=0.06)


def test_clipping_at_five_percent_raises_ldlj() -> None:
    speed = min_jerk_speed(ends=True)
    moving = speed[speed >= 0.05 * speed.max()]
    assert ldlj_speed(moving, 100.0) == pytest.approx(-4.40, abs=0.05)


def test_speed_and_vector_forms_differ_on_a_curved_path() -> None:
    tau = np.linspace(0, 1, 1001)
    along = 10 * tau**3 - 15 * tau**4 + 6 * tau**5
    path = np.column_stack([0.1 * along, 0.02 * np.sin(np.pi * along)])
    velocity = differentiate(path, 1000.0)
    moving = speed_of(velocity) >= 0.05 * speed_of(velocity).max()
    as_speed = ldlj_speed(speed_of(velocity)[moving], 1000.0)
    as_vector = ldlj_vector(velocity[moving], 1000.0)
    assert as_vector < as_speed - 0.3
    straight = differentiate(np.column_stack([0.1 * along, np.zeros_like(along)]), 1000.0)
    assert ldlj_vector(straight, 1000.0) == pytest.approx(ldlj_speed(speed_of(straight), 1000.0), abs=1e-9)


def test_tremor_moves_ldlj_far_and_sparc_little() -> None:
    tau = np.linspace(0, 1, 101)
    along = 0.1 * (10 * tau**3 - 15 * tau**4 + 6 * tau**5)
    tremor = 0.001 * np.sin(2 * np.pi * 6 * tau)
    calm = differentiate(np.column_stack([along, 0 * tau]), 100.0)
    shaky = differentiate(np.column_stack([along, tremor]), 100.0)
    assert ldlj_vector(shaky, 100.0) < ldlj_vector(calm, 100.0) - 2.0
    assert sparc(speed_of(shaky), 100.0) > sparc(speed_of(calm), 100.0) - 0.3


@pytest.mark.parametrize("measure", [sparc, ldlj_speed])
def test_no_movement_is_said_not_computed(measure: Callable[[np.ndarray, float], float]) -> None:
    with pytest.raises(SignalError):
        measure(np.zeros(50), 100.0)
