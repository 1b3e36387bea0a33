"""Uneven samples become even, gaps and repeats are reported, filters do not delay."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.movement.sampling import SignalError, differentiate, lowpass, resample_uniform, speed_of


def column(values: object) -> np.ndarray:
    return np.asarray(values, dtype=float)[:, np.newaxis]


@given(
    st.lists(st.floats(0.001, 0.02), min_size=20, max_size=80),
    st.floats(-3, 3),
    st.floats(-1, 1),
)
def test_a_straight_line_survives_any_sampling(steps: list[float], slope: float, offset: float) -> None:
    stamps = np.cumsum(steps)
    even = resample_uniform(stamps, column(offset + slope * stamps), 100.0)
    assert even.values[:, 0] == pytest.approx(offset + slope * even.time_s, abs=1e-9)
    assert np.diff(even.time_s) == pytest.approx(0.01, abs=1e-9)
    assert even.measured.all()
    assert (even.repeated, even.backwards, even.gaps_s) == (0, 0, ())


def test_gaps_are_bridged_and_told() -> None:
    stamps = np.concatenate([np.arange(0, 0.5, 0.01), np.arange(0.8, 1.2, 0.01)])
    even = resample_uniform(stamps, column(stamps), 100.0)
    assert even.gaps_s == (pytest.approx((0.49, 0.8)),)
    assert np.count_nonzero(~even.measured) == pytest.approx(30, abs=1)
    assert even.values[60, 0] == pytest.approx(even.time_s[60])


def test_repeated_stamps_keep_the_latest_value_and_are_counted() -> None:
    stamps = np.array([0.0, 0.01, 0.01, 0.02, 0.03])
    even = resample_uniform(stamps, column([0, 5, 1, 2, 3]), 100.0)
    assert even.values[:, 0] == pytest.approx([0, 1, 2, 3])
    assert even.repeated == 1


def test_samples_stamped_backwards_are_left_out_and_counted() -> None:
    stamps = np.array([0.0, 0.01, 0.02, 0.005, 0.03])
    even = resample_uniform(stamps, column([0, 1, 2, 99, 3]), 100.0)
    assert even.values[:, 0] == pytest.approx([0, 1, 2, 3])
    assert even.backwards == 1


def test_outside_the_samples_nothing_is_measured() -> None:
    stamps = np.arange(0, 0.5, 0.01)
    even = resample_uniform(stamps, column(stamps), 100.0, start_s=-0.5, end_s=1.0)
    assert not even.measured[0]
    assert not even.measured[-1]
    assert even.values[-1, 0] == pytest.approx(0.49)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_not_a_number_is_refused(bad: float) -> None:
    with pytest.raises(SignalError, match="not a number"):
        resample_uniform(np.array([0.0, 0.01, 0.02]), column([0, bad, 1]), 100.0)


def test_one_stamp_is_refused() -> None:
    with pytest.raises(SignalError, match="two samples"):
        resample_uniform(np.array([0.5, 0.5]), column([0, 1]), 100.0)


def test_a_stamp_gone_wrong_does_not_fill_the_memory() -> None:
    with pytest.raises(SignalError, match="jump in time"):
        resample_uniform(np.array([0.0, 0.01, 1.7e9]), column([0, 1, 2]), 100.0)


@pytest.mark.parametrize("rate_hz", [0.0, -100.0, np.nan, np.inf])
def test_a_rate_that_is_none_is_refused(rate_hz: float) -> None:
    for measure in (
        lambda: lowpass(np.zeros((99, 1)), rate_hz, 8.0),
        lambda: differentiate(np.zeros(9), rate_hz),
    ):
        with pytest.raises(SignalError, match="sample rate"):
            measure()


@pytest.mark.parametrize("shape", [(10,), (50,), (200, 2), (33, 3)])
def test_the_filter_is_scipys_filtfilt(shape: tuple[int, ...]) -> None:
    """Only its start-up state is kept between calls, which filtfilt works out each time."""
    from scipy.signal import butter, filtfilt

    values = np.random.default_rng(3).standard_normal(shape)
    for cutoff_hz in (3.0, 8.0, 20.0):
        expected = filtfilt(*butter(2, cutoff_hz / 50.0), values, axis=0)
        assert lowpass(values, 100.0, cutoff_hz) == pytest.approx(expected, abs=1e-12)
    with pytest.raises(SignalError, match="more than 9 samples"):
        lowpass(values[:9], 100.0, 8.0)


def test_a_cutoff_of_six_hertz_takes_a_tremor_and_leaves_a_reach() -> None:
    """Why the product filters at 8 Hz: at 6 Hz half of a 6 Hz tremor is gone."""
    time = np.arange(0, 10, 0.01)
    tremor, slow = np.sin(2 * np.pi * 6 * time), np.sin(2 * np.pi * 0.5 * time)
    middle = slice(200, 800)
    for cutoff_hz, left in ((6.0, 0.5), (8.0, 0.76)):
        assert np.std(lowpass(tremor, 100.0, cutoff_hz)[middle]) == pytest.approx(
            left * np.sqrt(0.5), abs=0.02
        )
        assert lowpass(slow, 100.0, cutoff_hz)[middle] == pytest.approx(slow[middle], abs=1e-3)


def test_differences_are_numpys_gradient() -> None:
    values = np.random.default_rng(4).standard_normal((60, 2))
    assert differentiate(values, 120.0) == pytest.approx(np.gradient(values, 1 / 120.0, axis=0), rel=1e-12)


def test_the_filter_does_not_delay_and_halves_at_its_cutoff() -> None:
    time = np.arange(0, 10, 0.01)
    wave = np.sin(2 * np.pi * 8 * time)
    kept = lowpass(column(wave), 100.0, 8.0)[:, 0]
    middle = slice(200, 800)
    gain = float(kept[middle] @ wave[middle] / (wave[middle] @ wave[middle]))
    assert gain == pytest.approx(0.5, abs=0.01), "second order, run both ways: -6 dB"
    quadrature = np.cos(2 * np.pi * 8 * time)
    assert abs(float(kept[middle] @ quadrature[middle])) / 600 < 1e-3, "no phase"
    slow = np.sin(2 * np.pi * 1 * time)
    assert lowpass(column(slow), 100.0, 8.0)[middle, 0] == pytest.approx(slow[middle], abs=2e-3)


@pytest.mark.parametrize("cutoff_hz", [0.0, 50.0, 80.0, -1.0])
def test_an_impossible_cutoff_is_refused(cutoff_hz: float) -> None:
    with pytest.raises(SignalError, match="cutoff"):
        lowpass(np.zeros((100, 1)), 100.0, cutoff_hz)


def test_central_differences_inside_and_one_sided_ends() -> None:
    time = np.arange(0, 1, 0.01)
    velocity = differentiate(column(time**2), 100.0)[:, 0]
    assert velocity[1:-1] == pytest.approx(2 * time[1:-1], abs=1e-9)
    assert velocity[0] == pytest.approx(0.01)
    assert velocity[-1] == pytest.approx(2 * time[-1] - 0.01)
    assert speed_of(np.array([[3.0, 4.0]])) == pytest.approx([5.0])
