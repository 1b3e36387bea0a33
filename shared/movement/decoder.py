"""Linear decoders: from the channels of a prosthesis or a brain-computer interface to a movement.

A decoder reads n channels (rates above rest, or any other numbers) into named degrees of freedom: x and y as
a velocity (m/s) or a position (m), and whatever was added to them. Which channel means what is a choice:
`biomimetic` keeps the wiring that the body itself would use, `arbitrary` wires the same channels otherwise
(Schone et al. 2024). An added effector, such as a third thumb, is one more degree of freedom over the same
channels that leaves the others as they were (Kieliba et al. 2021).

A decoder adapts while it is used. The intention is taken to point straight at the target with the speed that
was decoded, and to be zero on the target (ReFIT: Gilja et al. 2012); a regression on a batch of that either
replaces the weights (recalibration) or is blended in, W <- a W + (1 - a) W_batch (smooth batch: Orsborn et
al. 2014). No source was checked against its paper here.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from msgspec import Meta, Struct

from shared.errors import MovereError
from shared.wire.bounds import Key, Real

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Drives = Literal["velocity", "position"]
Mapping = Literal["biomimetic", "arbitrary"]
MOST_CHANNELS, MOST_DEGREES = 512, 8
FASTEST_M_S = 2.0
LONGEST_STEP_S = 0.1
_RIDGE = 1e-3
"""Share of the channels' mean power that is added to each: a silent channel then gets no weight."""


class DecoderError(MovereError):
    """The channels do not fit the decoder, or too few samples were given to fit one."""


class LinearDecoder(Struct, frozen=True):
    """`weights`: a row for each degree of freedom, a column for each channel; `rest`: each channel's value
    when nothing is meant. The output is weights (channels - rest)."""

    degrees: Annotated[tuple[Key, ...], Meta(min_length=1, max_length=MOST_DEGREES)]
    drives: Drives
    weights: Annotated[tuple[tuple[Real, ...], ...], Meta(max_length=MOST_DEGREES)]
    rest: Annotated[tuple[Real, ...], Meta(min_length=1, max_length=MOST_CHANNELS)]
    mapping: Mapping = "biomimetic"

    def __post_init__(self) -> None:
        """Raises ValueError for weights that do not fit the degrees and the channels."""
        if len(self.weights) != len(self.degrees) or len(set(self.degrees)) != len(self.degrees):
            raise ValueError("every degree of freedom has one row of weights and a name of its own")
        if any(len(row) != len(self.rest) for row in self.weights):
            raise ValueError("every row of weights has a weight for each channel")

    @property
    def matrix(self) -> Array:
        """The weights, shape (degrees, channels)."""
        return np.array(self.weights, dtype=np.float64)

    def decode(self, channels: Array) -> Array:
        """Return the degrees of freedom of one sample (n,) or of many (T, n): (d,) or (T, d).

        Raises:
            DecoderError: when the channels are not as many as the decoder's, or one is no number.
        """
        return _read(np.asarray(channels, dtype=np.float64), self.matrix, np.array(self.rest))

    def with_matrix(self, matrix: Array) -> LinearDecoder:
        """Return the same decoder with other weights."""
        return LinearDecoder(self.degrees, self.drives, _rows(matrix), self.rest, self.mapping)

    def wired(self, mapping: Mapping, seed: int = 0) -> LinearDecoder:
        """Return the decoder as the plan wants it: `arbitrary` hands every channel's weights to another
        channel, the same way for the same seed. A silent channel's weights change hands too.

        Raises:
            DecoderError: for an arbitrary wiring of a single channel, or of a decoder that is wired already.
        """
        if mapping == "biomimetic":
            return self
        if len(self.rest) < 2 or self.mapping == "arbitrary":
            raise DecoderError("an arbitrary wiring needs two channels that are wired as in the body")
        weights = self.matrix[:, another_order(len(self.rest), seed)]
        return LinearDecoder(self.degrees, self.drives, _rows(weights), self.rest, "arbitrary")

    def with_effector(self, name: str, weights: Array) -> LinearDecoder:
        """Return the decoder with one more degree of freedom over the same channels.

        Raises:
            DecoderError: for a name that is there already, or weights that do not fit the channels.
        """
        if (
            name in self.degrees
            or np.shape(weights) != (len(self.rest),)
            or len(self.degrees) >= MOST_DEGREES
        ):
            raise DecoderError("an added effector has a new name and a weight for each channel")
        return LinearDecoder(
            (*self.degrees, name),
            self.drives,
            _rows(np.vstack([self.matrix, weights])),
            self.rest,
            self.mapping,
        )


def another_order(count: int, seed: int) -> NDArray[np.int64]:
    """Return an order of `count` >= 2 things in which none keeps its place: one cycle through all of them."""
    round_trip = np.random.default_rng(seed).permutation(count)
    order = np.empty(count, dtype=np.int64)
    order[round_trip] = np.roll(round_trip, -1)
    return order


class Effector:
    """Where the decoded degrees of freedom are: a velocity is added up and kept within the bounds (low and
    high, the same for every degree, m), a position is taken as it is."""

    def __init__(
        self, decoder: LinearDecoder, start: Array, bounds: tuple[float, float] = (-1.0, 1.0)
    ) -> None:
        self.decoder = decoder
        self._matrix, self._rest = decoder.matrix, np.array(decoder.rest)
        self._bounds = bounds
        self._at: Array = np.clip(np.asarray(start, dtype=np.float64), *bounds)
        if self._at.shape != (len(decoder.degrees),):
            raise DecoderError("the start has a place for each degree of freedom")

    def step(self, channels: Array, dt_s: float) -> Array:
        """Take a sample that came `dt_s` after the last; return the places (d,). A velocity above 2 m/s is
        held there and a gap moves nothing for longer than 0.1 s. Raises DecoderError as `decode`."""
        found = _read(np.asarray(channels, dtype=np.float64), self._matrix, self._rest)
        if self.decoder.drives == "velocity":
            speed = float(np.linalg.norm(found))
            if speed > FASTEST_M_S:
                found = found * (FASTEST_M_S / speed)
            found = self._at + found * min(LONGEST_STEP_S, max(0.0, dt_s))
        self._at = np.clip(found, *self._bounds)
        return self._at.copy()


def intended(
    velocity: Array, place: Array, target: Array, radius_m: float, speed_m_s: float | None = None
) -> Array:
    """Return what was meant, shape (T, 2), m/s: straight at the target, zero on it, at the decoded speed or
    at a set one. Only a set speed brings a decoder back that has become too slow."""
    way = target - place
    apart = np.linalg.norm(way, axis=1, keepdims=True)
    speed = np.linalg.norm(velocity, axis=1, keepdims=True) if speed_m_s is None else speed_m_s
    found: Array = np.where(apart > radius_m, speed * way / np.maximum(apart, 1e-9), 0.0)
    return found


def regressed(channels: Array, meant: Array, rest: Array) -> Array:
    """Return the weights (d, n) that read `meant` (T, d) off the channels (T, n), by ridge regression.

    Raises:
        DecoderError: for fewer samples than channels, or columns that differ in length.
    """
    if len(channels) != len(meant) or len(channels) < channels.shape[1]:
        raise DecoderError(
            f"{len(channels)} samples with {len(meant)} intentions do not fit {channels.shape[1]} channels"
        )
    active = channels - rest
    gram: Array = active.T @ active
    gram[np.diag_indices_from(gram)] += _RIDGE * max(float(np.trace(gram)) / len(gram), 1e-12)
    weights = np.asarray(np.linalg.solve(gram, active.T @ meant), dtype=np.float64)
    return weights.T


def recalibrated(decoder: LinearDecoder, channels: Array, meant: Array) -> LinearDecoder:
    """Return the decoder with a batch's regression in place of its weights. Raises DecoderError as above."""
    return decoder.with_matrix(regressed(channels, meant, np.array(decoder.rest)))


def smooth_batch(
    decoder: LinearDecoder, channels: Array, meant: Array, half_life_batches: float
) -> LinearDecoder:
    """Return the decoder with a batch's regression blended in: after `half_life_batches` batches half of the
    old weights is left, a = 0.5 ** (1 / half-life). Raises DecoderError as above."""
    kept = blend_of(half_life_batches)
    batch = regressed(channels, meant, np.array(decoder.rest))
    return decoder.with_matrix(kept * decoder.matrix + (1.0 - kept) * batch)


def blend_of(half_life_batches: float) -> float:
    """Return the share of the old weights that one batch leaves.

    Raises:
        ValueError: unless the half-life is positive.
    """
    if not half_life_batches > 0.0:
        raise ValueError("a half-life is positive")
    return math.pow(0.5, 1.0 / half_life_batches)


def _rows(matrix: Array) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(each) for each in row) for row in matrix)


def _read(channels: Array, matrix: Array, rest: Array) -> Array:
    if channels.shape[-1:] != rest.shape:
        raise DecoderError(f"the stream has {channels.shape[-1]} channels, the decoder {len(rest)}")
    if not np.isfinite(channels).all():
        raise DecoderError("a channel of the stream is not a number")
    found: Array = (channels - rest) @ matrix.T
    return found
