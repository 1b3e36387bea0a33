"""Uneven samples made even, filtered without delay, and differentiated."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from shared.errors import MovereError

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILTER_ORDER = 2
MOST_SAMPLES = 10_000_000
"""Almost three hours at 1000 Hz; more is a stamp gone wrong, and would only fill the memory."""


class SignalError(MovereError):
    """The samples cannot carry what was asked of them: too few, too slow, or not numbers."""


def require_numbers(*arrays: NDArray[np.float64]) -> None:
    """Raise SignalError when a value is not finite, or when the arrays differ in their rows."""
    for array in arrays:
        if not np.isfinite(array).all():
            raise SignalError("the samples hold a value that is not a number")
        if len(array) != len(arrays[0]):
            raise SignalError(f"the columns differ in length: {len(arrays[0])} and {len(array)} samples")


def require_rate(rate_hz: float) -> None:
    """Raise SignalError unless the rate is a finite number above zero."""
    if not (np.isfinite(rate_hz) and rate_hz > 0):
        raise SignalError(f"the sample rate must be a number above zero, and it is {rate_hz:g} Hz")


@dataclass(frozen=True, slots=True)
class Resampled:
    """Even samples, and what had to be mended to get them.

    `values` has shape (N, d) at `rate_hz`; `measured` (N,) is False where a gap longer than allowed was
    bridged by a straight line. `repeated` stamps kept the latest value; samples stamped earlier than one
    already seen (`backwards`) were left out.
    """

    time_s: NDArray[np.float64]
    values: NDArray[np.float64]
    rate_hz: float
    measured: NDArray[np.bool_]
    gaps_s: tuple[tuple[float, float], ...]
    repeated: int
    backwards: int


def resample_uniform(
    time_s: NDArray[np.float64],
    values: NDArray[np.float64],
    rate_hz: float,
    *,
    start_s: float | None = None,
    end_s: float | None = None,
    max_gap_s: float = 0.1,
) -> Resampled:
    """Resample linearly to an even rate.

    Args:
        time_s: stamps, shape (M,), in the order of arrival.
        values: shape (M, d).
        start_s, end_s: the wanted span; the samples' own when None. Outside the samples the nearest value
            is held, and counts as not measured beyond `max_gap_s`.

    Raises:
        SignalError: fewer than two different stamps, a span of more than ten million samples, or a number
            that is not finite.
    """
    require_rate(rate_hz)
    require_numbers(time_s, values)
    if len(time_s) < 2:
        raise SignalError("at least two samples with different stamps are needed")
    latest = np.maximum.accumulate(time_s)
    in_order = time_s >= latest
    kept_t, kept = time_s[in_order], values[in_order]
    last_of_stamp = np.append(np.diff(kept_t) > 0, True)
    stamps, kept = kept_t[last_of_stamp], kept[last_of_stamp]
    if len(stamps) < 2:
        raise SignalError("at least two samples with different stamps are needed")
    first = stamps[0] if start_s is None else start_s
    last = stamps[-1] if end_s is None else end_s
    # The tolerance keeps the last sample when (last - first) * rate is a whole number but for rounding.
    count = int(np.floor((last - first) * rate_hz + 1e-6)) + 1
    if count < 2:
        raise SignalError("the span is shorter than one sample")
    if count > MOST_SAMPLES:
        raise SignalError(
            f"from {first:g} to {last:g} s is too long at {rate_hz:g} Hz; look for a jump in time"
        )
    grid = first + np.arange(count) / rate_hz
    even = np.column_stack([np.interp(grid, stamps, column) for column in kept.T])
    wide = np.flatnonzero(np.diff(stamps) > max_gap_s)
    gaps = tuple((float(stamps[at]), float(stamps[at + 1])) for at in wide)
    measured = (grid >= stamps[0] - max_gap_s) & (grid <= stamps[-1] + max_gap_s)
    for begin, finish in gaps:
        measured &= ~((grid > begin) & (grid < finish))
    return Resampled(
        time_s=grid,
        values=even,
        rate_hz=rate_hz,
        measured=measured,
        gaps_s=gaps,
        repeated=int(np.count_nonzero(~last_of_stamp)),
        backwards=int(np.count_nonzero(~in_order)),
    )


def lowpass(values: NDArray[np.float64], rate_hz: float, cutoff_hz: float) -> NDArray[np.float64]:
    """Filter along the first axis, without delay: a second-order Butterworth forwards and backwards.

    `cutoff_hz` is the design's -3 dB point; run twice, the pair has -6 dB there.

    Raises:
        SignalError: the cutoff is not below half the rate, too few samples, or a value that is not finite.
    """
    # scipy.signal costs most of a second to import; who only serves pages never filters.
    from scipy.signal import lfilter

    require_rate(rate_hz)
    require_numbers(values)
    if not 0 < cutoff_hz < rate_hz / 2:
        raise SignalError(
            f"a cutoff of {cutoff_hz:g} Hz needs more than {2 * cutoff_hz:g} samples a second, "
            f"and these have {rate_hz:g}"
        )
    pad = 3 * (FILTER_ORDER + 1)
    if len(values) <= pad:
        raise SignalError(f"filtering needs more than {pad} samples, and there are {len(values)}")
    numerator, denominator, settled = _design(cutoff_hz / (rate_hz / 2))
    state = settled.reshape((-1,) + (1,) * (values.ndim - 1))
    # As scipy's filtfilt, whose start-up state is worked out anew at each call: mirrored about the end
    # points for `pad` samples, and settled on the first one.
    before, after = 2 * values[:1] - values[pad:0:-1], 2 * values[-1:] - values[-2 : -pad - 2 : -1]
    kept = np.concatenate([before, values, after])
    for _ in range(2):
        kept, _ = lfilter(numerator, denominator, kept, axis=0, zi=state * kept[:1])
        kept = kept[::-1]
    return np.asarray(kept[pad : len(kept) - pad], dtype=np.float64)


@lru_cache(maxsize=32)
def _design(
    normalised_cutoff: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The filter's two polynomials, and its state when settled on a steady input of one."""
    from scipy.signal import butter, lfilter_zi

    numerator, denominator = butter(FILTER_ORDER, normalised_cutoff)
    return numerator, denominator, lfilter_zi(numerator, denominator)


def differentiate(values: NDArray[np.float64], rate_hz: float) -> NDArray[np.float64]:
    """Return the rate of change along the first axis: central differences, one-sided at the two ends.

    Raises:
        SignalError: fewer than two samples, or a value that is not finite.
    """
    require_rate(rate_hz)
    require_numbers(values)
    if len(values) < 2:
        raise SignalError("a velocity needs at least two samples")
    change = np.empty(values.shape, dtype=np.float64)
    np.subtract(values[2:], values[:-2], out=change[1:-1])
    change[1:-1] *= rate_hz / 2.0
    change[0], change[-1] = (values[1] - values[0]) * rate_hz, (values[-1] - values[-2]) * rate_hz
    return change


def speed_of(velocity: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the speed, shape (N,), of a velocity of shape (N, d)."""
    return np.asarray(np.sqrt(np.sum(velocity * velocity, axis=1)), dtype=np.float64)
