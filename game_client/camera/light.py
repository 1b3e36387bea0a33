"""The picture's light, measured where the picture is: four numbers leave, never the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STEP = 8  # one pixel in 64
_BLACK, _WHITE = 16, 250


class Light(NamedTuple):
    """`mean` 0..255 over all colours; shares 0..1 of pixels that are black or white; `still_s` how long the
    picture has not changed at all, seconds (a live camera's noise changes every frame)."""

    mean: float
    black: float
    white: float
    still_s: float


class LightMeter:
    """Feed it every frame in order."""

    def __init__(self) -> None:
        self._last: NDArray[Any] | None = None
        self._since_ns = 0

    def measure(self, frame: NDArray[Any], t_ns: int) -> Light:
        """`frame` of shape (height, width, 3), uint8; `t_ns` when it was captured."""
        some = frame[::_STEP, ::_STEP].copy()
        if self._last is None or not np.array_equal(some, self._last):
            self._last, self._since_ns = some, t_ns
        grey = some.mean(axis=2)
        return Light(
            mean=float(grey.mean()),
            black=float((grey < _BLACK).mean()),
            white=float((grey >= _WHITE).mean()),
            still_s=(t_ns - self._since_ns) * 1e-9,
        )
