"""What a calibration collects, tick by tick: two seconds of rest, then how far one reaches or leans.

It draws nothing and knows no screen. Places are in the device's own unit: metres, picture widths, radians or
shoulder widths; times are the ticks' own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from shared.movement.calibration import (
    HullTooSmallError,
    NotStillError,
    comfortable_reach,
    lean_so_far,
    neutral_pose,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shared.movement.calibration import Hull, Lean, Place

Stage = Literal["rest", "explore", "done", "given_up"]

STILL_S, REST_S = 2.0, 10.0
EXPLORE_S, MOST_S = 35.0, 58.0
"""Two tries of rest and one of exploring take 55 s; a second one ends at `MOST_S` from the first tick on."""
GROWTH, SETTLED_S = 0.03, 4.0
_EARLY_S, _SECOND_S, _LEAST_SECOND_S = 14.0, 20.0, 5.0
_EVERY_S, _THIN_S, _GAP_S = 0.25, 0.024, 0.25
_LEAST_PLACES, _LEAST_SEEN = 15, 60


@dataclass(frozen=True, slots=True)
class Reaching:
    """The least that is a reach, and what is a jump, in a device's own unit; `span` is an ordinary reach."""

    still: float
    least_area: float
    least_width: float
    fastest: float
    near: float
    span: float


@dataclass(frozen=True, slots=True)
class Leaning:
    """The least that is a lean, sideways and forward, and what is still; `span` is an ordinary lean."""

    still: float
    least: Place
    span: Place


REACHING: dict[str, Reaching] = {
    "webcam_hand": Reaching(0.03, 0.005, 0.05, 4.0, 0.06, 0.30),  # picture widths
    "joystick": Reaching(0.01, 0.0012, 0.03, 50.0, 0.06, 0.14),  # metres of the game; a stick never jumps
    "mouse": Reaching(0.01, 0.0012, 0.03, 4.0, 0.06, 0.14),
    "touch": Reaching(0.01, 0.0012, 0.03, 4.0, 0.06, 0.14),
}
LEANING: dict[str, Leaning] = {
    "trunk_lean": Leaning(0.05, (0.04, 0.015), (0.35, 0.15)),  # radians, and a share of nearness
    "weight_shift": Leaning(0.05, (0.05, 0.015), (0.50, 0.15)),  # shoulder widths, and the same share
    "head": Leaning(0.03, (0.03, 0.015), (0.30, 0.15)),  # shoulder widths
}


def limits_of(kind: str, movement: str) -> Reaching | Leaning:
    """Return what a device's calibration must come to.

    Raises:
        KeyError: this device or movement is not calibrated like this.
    """
    return LEANING[movement] if movement in LEANING else REACHING[kind]


class Exploring:
    """Feed it every tick with `step`; it says where it is by `stage`.

    `asks` says why there is one more try: `not_seen`, `not_still`, `small_reach`, or which side is wanting,
    `left`, `right`, `forward`; else it is empty.
    """

    def __init__(self, limits: Reaching | Leaning) -> None:
        self.limits = limits
        self.stage: Stage = "rest"
        self.asks = ""
        self.neutral: Place = (0.0, 0.0)
        self.hull: Hull | None = None
        self.lean: Lean | None = None
        self.place: Place | None = None
        self._begun_s: float | None = None
        self._now_s = self._part_s = self._checked_s = 0.0
        self._ends_s = REST_S
        self._tries = self._seen = 0
        self._times: list[float] = []
        self._places: list[Place] = []
        self._sizes: tuple[float, ...] = ()
        self._grown_s = 0.0

    def step(self, t_ns: int, x_um: int, y_um: int, *, seen: bool) -> None:
        """Take one tick. `seen` is false for a place that is lost, or only held from an earlier tick."""
        now_s = t_ns * 1e-9
        if self._begun_s is None:
            self._begun_s = self._part_s = self._checked_s = now_s
            self._ends_s = now_s + REST_S
        self._now_s = now_s
        if seen and self.stage in ("rest", "explore"):
            self._take(now_s, (x_um * 1e-6, y_um * 1e-6))
        if now_s - self._checked_s >= _EVERY_S - 1e-9:
            self._checked_s = now_s
            if self.stage == "rest":
                self._rest()
            elif self.stage == "explore":
                self._explore()

    def moved_neutral(self) -> None:
        """Say that the device calls this rest its own origin from now on."""
        self.neutral = (0.0, 0.0)

    # -- what the screen shows ------------------------------------------------------------------------------

    @property
    def left_s(self) -> float:
        """How long this part may still take, seconds."""
        return max(0.0, self._ends_s - self._now_s)

    @property
    def left_share(self) -> float:
        whole = self._ends_s - self._part_s
        return self.left_s / whole if whole > 0 else 0.0

    @property
    def still_share(self) -> float:
        """How much of the two seconds of rest is done, 0..1."""
        if self.stage != "rest" or not self._times:
            return 0.0 if self.stage == "rest" else 1.0
        return min(1.0, (self._now_s - self._times[0]) / STILL_S)

    @property
    def is_large_enough(self) -> bool:
        """Whether what was explored makes a calibration."""
        if isinstance(self.limits, Reaching):
            hull = self.hull
            return (
                hull is not None
                and hull.area >= self.limits.least_area
                and hull.width >= self.limits.least_width
            )
        return self.lean is not None and all((self.lean.left, self.lean.right, self.lean.fore))

    # -- inside ---------------------------------------------------------------------------------------------

    def _take(self, now_s: float, place: Place) -> None:
        self.place = place
        self._seen += 1
        if self._times and now_s - self._times[-1] < _THIN_S:
            return
        if self.stage == "rest" and self._times and now_s - self._times[-1] > _GAP_S:
            self._forget()
        self._times.append(now_s)
        self._places.append(place)

    def _forget(self) -> None:
        self._times, self._places = [], []

    def _rest(self) -> None:
        """Rest counts from when it began: a place away from the middle of the rest so far begins anew."""
        if self._times and self._now_s - self._times[-1] > _GAP_S:
            self._forget()
        places = np.array(self._places).reshape(-1, 2)
        if len(places) >= _LEAST_PLACES:
            latest = np.median(places[-8:], axis=0)
            away = np.hypot(*(latest - np.median(places, axis=0)))
            if away > self.limits.still:
                self._forget()
            elif self._now_s - self._times[0] >= STILL_S:
                try:
                    self.neutral = neutral_pose(places, still=self.limits.still)
                except NotStillError:
                    self._forget()
                else:
                    self._begin_exploring()
                    return
        if self._now_s >= self._ends_s - 1e-9:
            self._ask_again("not_still" if self._seen >= _LEAST_SEEN else "not_seen", REST_S)
            self._forget()

    def _begin_exploring(self) -> None:
        self._forget()
        self.stage, self.asks, self._tries = "explore", "", 0
        self._seen = 0
        self._part_s = self._grown_s = self._now_s
        self._ends_s = self._now_s + EXPLORE_S

    def _explore(self) -> None:
        self._measure()
        settled = self._now_s - self._grown_s >= SETTLED_S
        is_over = self._now_s >= self._ends_s - 1e-9
        if self.is_large_enough and (settled or is_over):
            self.stage = "done"
        elif is_over or (settled and not self._tries and self._now_s - self._part_s >= _EARLY_S):
            self._ask_again(self._wanting(), _SECOND_S)

    def _measure(self) -> None:
        times, places = np.array(self._times), np.array(self._places).reshape(-1, 2)
        if isinstance(self.limits, Leaning):
            lean = lean_so_far(self.neutral, places, least=self.limits.least)
            self.lean = lean
            self._grow((lean.left, lean.right, lean.fore))
            return
        try:
            self.hull = self._hull(times, places)
        except HullTooSmallError:
            self.hull = None
        self._grow((self.hull.area if self.hull is not None else 0.0,))

    def _hull(self, times: NDArray[np.float64], places: NDArray[np.float64]) -> Hull:
        assert isinstance(self.limits, Reaching)  # noqa: S101
        tiny = {"least_area": 1e-6, "least_width": 1e-4}
        return comfortable_reach(times, places, fastest=self.limits.fastest, near=self.limits.near, **tiny)

    def _grow(self, sizes: tuple[float, ...]) -> None:
        before = self._sizes or (0.0,) * len(sizes)
        if any(now > then * (1 + GROWTH) for now, then in zip(sizes, before, strict=True)):
            self._sizes, self._grown_s = sizes, self._now_s

    def _wanting(self) -> str:
        if self.lean is None:
            return "small_reach" if self._seen >= _LEAST_SEEN else "not_seen"
        ways = (("left", self.lean.left), ("right", self.lean.right), ("forward", self.lean.fore))
        return next(way for way, far in ways if not far)

    def _ask_again(self, why: str, lasts_s: float) -> None:
        """One more try, with what was seen so far; then it is given up."""
        assert self._begun_s is not None  # noqa: S101
        self.asks = why
        ends_s = min(self._now_s + lasts_s, self._begun_s + MOST_S)
        if self._tries or ends_s - self._now_s < _LEAST_SECOND_S:
            self.stage = "given_up"
            return
        self._tries, self._seen = self._tries + 1, 0
        self._part_s = self._grown_s = self._now_s
        self._ends_s = ends_s
