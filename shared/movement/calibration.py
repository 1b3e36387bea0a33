"""Calibration as pure functions: where a person reaches in comfort, sits at rest and can lean, on one device.

Places are metres of hand space (x to the right, y away from the player); a device without a scale gives its
own unit throughout, and then the least sizes must be given in that unit. A hull is convex, its corners
counter-clockwise. What cannot be calibrated raises a `CalibrationError` with a sentence for the player.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from msgspec import Meta, Struct

from shared.errors import MovereError
from shared.wire.bounds import Key, Real, UnixMs

if TYPE_CHECKING:
    from numpy.typing import NDArray

CALIBRATION_SCHEMA = 1
ALLOWED_SHARE = 0.9
"""Targets stay inside the hull shrunk to this share about its centroid."""
LEAST_AREA_M2, LEAST_WIDTH_M = 0.004, 0.03
FASTEST_M_S = 4.0
"""No hand that explores moves faster: a step above it is a jump of the tracker."""
NEAR_M = 0.06
_LONGEST_GAP_S, _SHORTEST_RUN_S = 0.25, 0.4
_LEAST_NEAR = 4
_STILL_M, _LEAST_STILL_SAMPLES = 0.015, 15
_LEAST_LEAN_M = 0.02

Place = tuple[Real, Real]


class CalibrationError(MovereError):
    """The samples do not make a calibration; the sentence says what to do."""


class HullTooSmallError(CalibrationError):
    """The reach that was explored is too small or too thin to put targets into."""


class NotStillError(CalibrationError):
    """The neutral pose was not held still."""


class LeanTooSmallError(CalibrationError):
    """A lean to one side did not leave the neutral pose: `way` is `left`, `right` or `forward`."""

    def __init__(self, way: str) -> None:
        self.way = way
        said = way if way == "forward" else f"to the {way}"
        super().__init__(f"No lean {said} was seen. Lean {said} as far as is comfortable and safe.")


class Hull(Struct, frozen=True):
    """A comfortable reach: corners counter-clockwise, at least three."""

    corners: Annotated[tuple[Place, ...], Meta(min_length=3, max_length=2000)]

    def __post_init__(self) -> None:
        """Raises ValueError for corners that hold nothing or go clockwise."""
        if not self.area > 0.0:
            raise ValueError("a hull's corners go counter-clockwise about an area")

    @property
    def area(self) -> float:
        """The area, m^2."""
        return 0.5 * sum(_cross(a, b) for a, b in self._edges())

    @property
    def centroid(self) -> Place:
        sixth = 1.0 / (6.0 * self.area)
        x = sum((a[0] + b[0]) * _cross(a, b) for a, b in self._edges())
        y = sum((a[1] + b[1]) * _cross(a, b) for a, b in self._edges())
        return x * sixth, y * sixth

    @property
    def width(self) -> float:
        """The least distance between two parallel lines that hold the hull between them, m."""
        return min(
            max(_left_of(a, b, each) for each in self.corners) / math.dist(a, b) for a, b in self._edges()
        )

    def shrunk(self, share: float = ALLOWED_SHARE) -> Hull:
        """Return the hull at this share of its size about its centroid; its area is the share squared."""
        cx, cy = self.centroid
        return Hull(tuple((cx + share * (x - cx), cy + share * (y - cy)) for x, y in self.corners))

    def allows(self, place: Place, share: float = ALLOWED_SHARE) -> bool:
        """Whether a target may stand there: inside the shrunk hull or on its edge."""
        size = math.sqrt(self.area)
        return all(_left_of(a, b, place) >= -1e-9 * size * size for a, b in self.shrunk(share)._edges())

    def circle(self, centre: Place, share: float = ALLOWED_SHARE) -> float:
        """Return the radius of the largest circle about a place that fits into the shrunk hull.

        It is 0 for a place that is not inside.
        """
        edges = self.shrunk(share)._edges()
        return max(0.0, min(_left_of(a, b, centre) / math.dist(a, b) for a, b in edges))

    def nearest_allowed(self, place: Place, share: float = ALLOWED_SHARE) -> Place:
        """Return the target's own place when it is allowed, else the nearest on the shrunk hull's edge."""
        if self.allows(place, share):
            return place
        edges = self.shrunk(share)._edges()
        return min((_onto(a, b, place) for a, b in edges), key=lambda each: math.dist(each, place))

    def _edges(self) -> list[tuple[Place, Place]]:
        return list(zip(self.corners, (*self.corners[1:], self.corners[0]), strict=True))


class Lean(Struct, frozen=True):
    """How far the trunk leans from its neutral pose in comfort, m each; 0 where no lean was seen."""

    left: float
    right: float
    fore: float


class Calibration(Struct, frozen=True):
    """One person's calibration of one kind of input device; `unit` as in the recording's header."""

    kind: Key
    made_at_ms: UnixMs
    side: Literal["left", "right"]
    unit: Literal["m", "counts", "norm"]
    neutral: Place
    reach: Hull | None = None
    lean: Lean | None = None
    screen_mm: Place | None = None
    """The screen's width and height, once it was measured."""
    schema: int = CALIBRATION_SCHEMA
    movement: Key | None = None
    """What was calibrated, as a plan names it."""
    gain_um_per_count: Annotated[float, Meta(gt=0.0, le=1000.0)] | None = None
    """What one count of a mouse is on the table, once it was measured."""
    source: Annotated[str, Meta(max_length=200)] = ""
    """Which camera it was, where a machine may have more than one."""


def comfortable_reach(
    time_s: NDArray[np.float64],
    places: NDArray[np.float64],
    *,
    least_area: float = LEAST_AREA_M2,
    least_width: float = LEAST_WIDTH_M,
    fastest: float = FASTEST_M_S,
    near: float = NEAR_M,
) -> Hull:
    """Return the hull of what a hand explored: times (N,), places (N, 2).

    A stretch that a jump (faster than `fastest`) or a gap cuts off from the rest counts only when it lasts
    0.4 s, and a place only with four others within `near`. A tracker that stays with a wrong thing for longer
    is believed.

    Raises:
        HullTooSmallError: also when hardly a sample is left.
    """
    if len(time_s) != len(places):
        raise CalibrationError(f"{len(time_s)} times do not fit {len(places)} places")
    kept = _unbroken(np.asarray(time_s, dtype=np.float64), np.asarray(places, dtype=np.float64), fastest)
    corners = _hull_of_company(kept, near)
    if len(corners) < 3:
        raise HullTooSmallError("No reach was seen. Move the hand slowly in wide circles, then try again.")
    hull = Hull(tuple(corners))
    if hull.area < least_area or hull.width < least_width:
        raise HullTooSmallError(
            "The reach is too small for a game. Move the hand as far as is comfortable, to both sides and "
            "away from you, or sit closer, then try again."
        )
    return hull


def _unbroken(
    time_s: NDArray[np.float64], places: NDArray[np.float64], fastest: float
) -> NDArray[np.float64]:
    """The places of every stretch that is long enough between two jumps or gaps."""
    good = np.isfinite(time_s) & np.isfinite(places).all(axis=1)
    time_s, places = time_s[good], places[good]
    if not len(time_s):
        return places
    step_s = np.diff(time_s)
    with np.errstate(divide="ignore", invalid="ignore"):
        speed = np.hypot(*np.diff(places, axis=0).T) / step_s
    cuts = np.flatnonzero((step_s <= 0.0) | (step_s > _LONGEST_GAP_S) | (speed > fastest)) + 1
    bounds = [0, *cuts.tolist(), len(time_s)]
    runs = [
        places[first:last]
        for first, last in itertools.pairwise(bounds)
        if time_s[last - 1] - time_s[first] >= _SHORTEST_RUN_S
    ]
    return np.vstack(runs) if runs else places[:0]


def _hull_of_company(places: NDArray[np.float64], near: float) -> list[Place]:
    """The hull of those places that have company.

    Only corners are looked at: taking the lonely ones away until none is left gives the same hull as looking
    at every place, in a hundredth of the time.
    """
    left = places
    while True:
        corners = _convex(left)
        lonely = [
            each
            for each in corners
            if np.count_nonzero(np.hypot(places[:, 0] - each[0], places[:, 1] - each[1]) < near)
            <= _LEAST_NEAR
        ]
        if not lonely:
            return corners
        left = left[~(left[:, None, :] == np.asarray(lonely)[None, :, :]).all(axis=2).any(axis=1)]


def neutral_pose(places: NDArray[np.float64], *, still: float = _STILL_M) -> Place:
    """Return the middle (the median) of a pose held still, places (N, 2).

    Raises:
        NotStillError: with fewer than 15 samples, or when half of them are farther than `still` from it.
    """
    good = places[np.isfinite(places).all(axis=1)]
    if len(good) < _LEAST_STILL_SAMPLES:
        raise NotStillError("The pose was hardly seen. Stay in view for a few seconds, then try again.")
    middle = np.median(good, axis=0)
    if float(np.median(np.hypot(*(good - middle).T))) > still:
        raise NotStillError("The pose was not still. Sit as you like to sit, rest a moment, then try again.")
    return float(middle[0]), float(middle[1])


def lean_so_far(neutral: Place, places: NDArray[np.float64], *, least: float | Place = _LEAST_LEAN_M) -> Lean:
    """Return how far the trunk went to each side: the 95th percentile of what went that way, (N, 2) places.

    `least` is what counts as a lean; two numbers are for the sides and for forward, where their units differ.
    """
    aside, ahead = (least, least) if isinstance(least, int | float) else least
    good = places[np.isfinite(places).all(axis=1)] - np.asarray(neutral)

    def far(along: NDArray[np.float64], past: float) -> float:
        gone = along[along > past]
        return float(np.percentile(gone, 95.0)) if len(gone) >= _LEAST_NEAR else 0.0

    return Lean(left=far(-good[:, 0], aside), right=far(good[:, 0], aside), fore=far(good[:, 1], ahead))


def lean_limits(neutral: Place, places: NDArray[np.float64], *, least: float | Place = _LEAST_LEAN_M) -> Lean:
    """Return the same once every side was seen.

    Raises:
        LeanTooSmallError: names the first side that stayed within `least` of the neutral pose.
    """
    found = lean_so_far(neutral, places, least=least)
    for way, far in (("left", found.left), ("right", found.right), ("forward", found.fore)):
        if not far:
            raise LeanTooSmallError(way)
    return found


class DriftWatch:
    """Says when the neutral pose has moved: fed with places at rest, with their times.

    True once the place has been more than `limit` from the neutral pose for `for_s`; a return shorter than
    0.3 s does not count, and a gap of more than 1 s starts anew.
    """

    _RETURN_S, _GAP_S = 0.3, 1.0

    def __init__(self, neutral: Place, *, limit: float, for_s: float) -> None:
        self._neutral, self._limit, self._for_s = neutral, limit, for_s
        self._since_s: float | None = None
        self._back_s: float | None = None
        self._last_s: float | None = None

    def step(self, time_s: float, place: Place) -> bool:
        """Take one place at rest; one that is no number, or not later than the last, changes nothing."""
        if not all(map(math.isfinite, (time_s, *place))) or (
            self._last_s is not None and time_s <= self._last_s
        ):
            return self._drifted()
        if self._last_s is not None and time_s - self._last_s > self._GAP_S:
            self._since_s = self._back_s = None
        self._last_s = time_s
        if math.dist(place, self._neutral) > self._limit:
            self._back_s = None
            if self._since_s is None:
                self._since_s = time_s
        else:
            if self._back_s is None:
                self._back_s = time_s
            if time_s - self._back_s >= self._RETURN_S:
                self._since_s = None
        return self._drifted()

    def _drifted(self) -> bool:
        if self._since_s is None or self._last_s is None:
            return False
        return self._last_s - self._since_s >= self._for_s - 1e-9


def _cross(a: Place, b: Place) -> float:
    return a[0] * b[1] - b[0] * a[1]


def _left_of(a: Place, b: Place, place: Place) -> float:
    """Twice the area of the triangle: positive when the place is to the left of the way from a to b."""
    return (b[0] - a[0]) * (place[1] - a[1]) - (b[1] - a[1]) * (place[0] - a[0])


def _onto(a: Place, b: Place, place: Place) -> Place:
    dx, dy = b[0] - a[0], b[1] - a[1]
    along = ((place[0] - a[0]) * dx + (place[1] - a[1]) * dy) / (dx * dx + dy * dy)
    along = min(1.0, max(0.0, along))
    return a[0] + along * dx, a[1] + along * dy


def _convex(places: NDArray[np.float64]) -> list[Place]:
    """The convex hull (Andrew's monotone chain), counter-clockwise; fewer than three when all are in line."""
    ordered = sorted({(float(x), float(y)) for x, y in places})

    def half(points: list[Place]) -> list[Place]:
        chain: list[Place] = []
        for each in points:
            while len(chain) >= 2 and _left_of(chain[-2], chain[-1], each) <= 0.0:
                chain.pop()
            chain.append(each)
        return chain[:-1]

    return half(ordered) + half(ordered[::-1]) if len(ordered) > 2 else ordered
