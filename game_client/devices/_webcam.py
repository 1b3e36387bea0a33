"""What the devices before a camera share: they follow its newest frames and say what is wrong."""

from __future__ import annotations

import itertools
import statistics
from typing import TYPE_CHECKING, Literal

from game_client.camera.capture import Capture
from game_client.camera.checks import checks
from game_client.camera.frames import Camera
from game_client.devices._jumps import JumpWatch
from shared.wire.streams import FLAG_HELD, FLAG_LOST

if TYPE_CHECKING:
    from game_client.camera.frames import Source
    from game_client.camera.ring import Result
    from game_client.camera.tracker import TrackerName
    from game_client.devices._port import Unit
    from game_client.engine.input import Input

_FASTEST = 8.0  # picture widths, radians or shoulder widths a second; a reach makes about one
_STALE_NS = 150_000_000  # between four and five frames at 30 Hz
_LOST_NS = 200_000_000  # unseen for so long: say why
_LEAST_FRAMES = 3  # the checks before play last a second: the slowest camera gives no more
_NO_PICTURE = {"unplugged": "camera_gone", "stuck": "camera_gone", "ended": "camera_ended"}
_CHECKED = {"light": "camera_dark", "distance": "camera_view", "frame": "camera_view"}


class Webcam:
    """`at` takes the newest frame: held until the next one comes, lost when there is no fresh one.

    A frame that shows nothing leaves a raw row too, at the last place with confidence 0.
    """

    kind: str
    movements: frozenset[str]
    unit: Unit = "norm"
    gain_um_per_count: float | None = None
    wants_relative = False

    def __init__(self, source: Source | None, tracker: TrackerName, of: Literal["hand", "body"]) -> None:
        self.capture = Capture(source or Camera(), tracker)
        self.of = of
        self._rows: list[tuple[int, ...]] = []
        self._tracker_ns: list[int] = []
        self._number = 0
        self._seen_ns = self._asked_ns = 0
        self._here = (0, 0, 0)
        self._jumps = JumpWatch(_FASTEST)

    def _follow(self, result: Result) -> tuple[int, int, int] | None:
        """Return the place and the confidence that a frame shows, None when it shows nothing."""
        raise NotImplementedError

    @property
    def problem(self) -> str:
        found = self.capture.problem(self._asked_ns)
        if found is not None:
            return _NO_PICTURE.get(found.code, "camera_failed")
        newest = self.capture.newest()
        if self._has_company:
            return "camera_people"
        if newest.number and self._asked_ns - self._seen_ns > _LOST_NS:
            wrong = next((each for each in checks(newest, self.of) if not each.is_right), None)
            return "camera_view" if wrong is None else _CHECKED.get(wrong.about, "camera_people")
        return ""

    @property
    def _has_company(self) -> bool:
        """Whether a body's tracker may follow somebody else. A carer may be near a hand that plays."""
        people = self.capture.newest().people
        return self.of == "body" and people is not None and people > 1

    def handle(self, value: Input) -> None:
        """Take nothing: the camera has a process of its own."""

    def at(self, t_ns: int) -> tuple[int, int, int, int]:
        """Return x, y, percent of confidence, flags; never an error."""
        self._asked_ns = t_ns
        is_new = False
        for result in self.capture.since(self._number):
            self._number = result.number
            found = self._follow(result)
            if found is not None and not self._jumps.believes(result.t_ns, found[0] * 1e-6, found[1] * 1e-6):
                found = None
            is_new = found is not None
            if found is not None:
                self._seen_ns = result.t_ns
            self._here = found or (*self._here[:2], 0)
            self._rows.append((result.t_ns, *self._here))
            self._tracker_ns.append(result.done_ns - result.t_ns)
        x, y, confidence = self._here
        if not confidence or self._has_company or t_ns - self._seen_ns > _STALE_NS:
            return x, y, 0, FLAG_LOST
        return x, y, confidence, 0 if is_new else FLAG_HELD

    def take_rows(self) -> tuple[str, list[tuple[int, ...]]]:
        """Return the rows (t_ns, x_um, y_um, confidence) since the last call, one a frame."""
        rows, self._rows = self._rows, []
        return "raw_points", rows

    def take_tracker_ns(self) -> list[int]:
        """Return how long the tracker took for each frame since the last call, from its capture on."""
        taken, self._tracker_ns = self._tracker_ns, []
        return taken

    def pace_ms(self) -> tuple[float, float] | None:
        """Return medians of the last two seconds: from frame to frame, in the tracker; None too early."""
        last = self.capture.since(0)
        if len(last) < _LEAST_FRAMES:
            return None
        gaps = [(after.t_ns - before.t_ns) * 1e-6 for before, after in itertools.pairwise(last)]
        return statistics.median(gaps), statistics.median((each.done_ns - each.t_ns) * 1e-6 for each in last)

    def close(self) -> None:
        """Let the camera go; a second call does nothing."""
        self.capture.close()
