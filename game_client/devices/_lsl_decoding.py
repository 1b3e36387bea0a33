"""From what a stream says of itself to a decoder, and how that decoder adapts while it is used.

A stream with channels labelled `x` and `y` is decoded already: its numbers are places in metres. Any other
stream gives each channel a preferred direction (degrees counter-clockwise from the player's right), its rate
at rest and how far its rate goes at full speed; the weights are the optimal linear estimator of those cosines
(Salinas and Abbott 1994, not checked against the paper).
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from shared.errors import MovereError
from shared.movement.decoder import (
    MOST_CHANNELS,
    LinearDecoder,
    intended,
    recalibrated,
    smooth_batch,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from shared.wire.plan import DecoderPlan

    Array = NDArray[np.float64]

LEAST_HZ = 10.0
FULL_SPEED_M_S = 0.25
"""The speed that is meant when a tuned channel is at its full depth."""
DEPTH = 10.0
BATCH_S = 20.0
RADIUS_M = 0.015
EXTRA = "extra"
_HALF_LIFE_BATCHES = 1.0
_SAMPLES_A_CHANNEL = 4
_MOST_SAMPLES = 12_000
_LEAST_SPREAD = 0.1


class StreamError(MovereError):
    """The stream can't be decoded; the sentence says what it lacks."""


@dataclass(frozen=True)
class Described:
    """What a stream says of itself: its rate (0 when irregular) and a mapping of words for each channel."""

    name: str
    rate_hz: float
    channels: int
    details: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class Decoding:
    """`steer` decodes x and y; `extra` has the weights (n,) of one more degree of freedom."""

    steer: LinearDecoder
    extra: tuple[float, ...] | None = None

    @property
    def whole(self) -> LinearDecoder:
        """Every degree of freedom in one decoder."""
        return self.steer if self.extra is None else self.steer.with_effector(EXTRA, np.array(self.extra))


def decoding_of(stream: Described, plan: DecoderPlan) -> Decoding:
    """Return how a stream is decoded.

    Raises:
        StreamError: it is too slow, or its description has too little or does not fit its channels.
    """
    if not 1 <= stream.channels <= MOST_CHANNELS:
        raise StreamError(
            f"{stream.name} sends {stream.channels} channels, and from 1 to {MOST_CHANNELS} can be decoded"
        )
    if 0.0 < stream.rate_hz < LEAST_HZ:
        raise StreamError(
            f"{stream.name} sends {stream.rate_hz:g} samples a second, and at least {LEAST_HZ:g} are needed"
        )
    if len(stream.details) != stream.channels:
        raise StreamError(
            f"{stream.name} sends {stream.channels} channels and describes {len(stream.details)}: "
            "its description needs one channel element for each"
        )
    labels = [each.get("label", "").lower() for each in stream.details]
    decoding = _placed(labels, plan) if {"x", "y"} <= set(labels) else _tuned(stream, plan)
    if plan.extra and decoding.extra is None:
        raise StreamError(
            f"the plan wants an extra movement, and no channel of {stream.name} has a weight called {EXTRA}"
        )
    return decoding


def _placed(labels: list[str], plan: DecoderPlan) -> Decoding:
    """Channels x and y are the hand's place; an arbitrary map hands each to the other's direction."""
    order = (0, 1) if plan.map == "biomimetic" else (1, 0)
    weights = np.zeros((2, len(labels)))
    weights[order[0], labels.index("x")] = weights[order[1], labels.index("y")] = 1.0
    extra = tuple(float(each == EXTRA) for each in labels) if plan.extra and EXTRA in labels else None
    return Decoding(
        LinearDecoder(("x", "y"), "position", _rows(weights), (0.0,) * len(labels), plan.map), extra
    )


def _tuned(stream: Described, plan: DecoderPlan) -> Decoding:
    preferred = np.radians([_number(stream, at, "preferred_deg") for at in range(stream.channels)])
    rest = tuple(_number(stream, at, "rest") for at in range(stream.channels))
    depth = np.array([_number(stream, at, "depth", DEPTH) for at in range(stream.channels)])
    tuning = depth[:, None] * np.column_stack([np.cos(preferred), np.sin(preferred)])
    sizes = np.linalg.svd(tuning, compute_uv=False)
    if len(sizes) < 2 or sizes[1] < 1e-3 * sizes[0]:
        raise StreamError(
            f"the channels of {stream.name} all prefer one line: two directions can't be read off them"
        )
    weights = FULL_SPEED_M_S * np.linalg.pinv(tuning)
    steer = LinearDecoder(("x", "y"), "velocity", _rows(weights), rest).wired(plan.map)
    extra = None
    if plan.extra and any(EXTRA in each for each in stream.details):
        extra = tuple(_number(stream, at, EXTRA, 0.0) for at in range(stream.channels))
    return Decoding(steer, extra)


def _number(stream: Described, at: int, word: str, otherwise: float | None = None) -> float:
    text = stream.details[at].get(word, "")
    if not text and otherwise is not None:
        return otherwise
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found) or abs(found) > 1e12:
        raise StreamError(
            f"channel {at + 1} of {stream.name} needs a number called {word} in its description"
            + ("" if text else "; or label two channels x and y if they are places already")
        )
    return found


def _rows(matrix: Array) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(each) for each in row) for row in matrix)


@dataclass
class Adaptation:
    """Collects what was meant, and fits the steering to it anew after each batch.

    A batch is over after `batch_s` seconds with a target, four samples for each channel, and movements meant
    in more than one line: else a fit would forget the other direction. A decoder of places is left as it is.
    """

    how: str
    batch_s: float = BATCH_S
    _meant: deque[tuple[Array, Array, tuple[float, float]]] = field(
        default_factory=lambda: deque(maxlen=_MOST_SAMPLES)
    )
    _seconds: float = 0.0

    def take(
        self, steer: LinearDecoder, channels: Array, place: Array, target_m: tuple[float, float], dt_s: float
    ) -> LinearDecoder | None:
        """Take a sample, where the hand was before it and where it was meant to go; return new steering when
        a batch is over."""
        if self.how == "off" or steer.drives != "velocity":
            return None
        self._meant.append((channels, place, target_m))
        self._seconds += dt_s
        if self._seconds < self.batch_s or len(self._meant) < _SAMPLES_A_CHANNEL * len(channels):
            return None
        read, places, targets = (np.array(each) for each in zip(*self._meant, strict=True))
        velocity = steer.decode(read)
        meant = intended(velocity, places, targets, RADIUS_M, FULL_SPEED_M_S)
        self._seconds = 0.0
        spread = np.linalg.eigvalsh(meant.T @ meant)
        if spread[0] < _LEAST_SPREAD * spread[1]:
            return None
        self._meant.clear()
        if self.how == "recalibrate":
            return recalibrated(steer, read, meant)
        return smooth_batch(steer, read, meant, _HALF_LIFE_BATCHES)


def changed(before: LinearDecoder, after: LinearDecoder) -> float:
    """Return how much of the weights changed, as a share of their size before."""
    size = float(np.linalg.norm(before.matrix))
    return float(np.linalg.norm(after.matrix - before.matrix)) / max(size, 1e-12)
