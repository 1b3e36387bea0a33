"""The newest frames' results in shared memory, which nobody locks: the reader never waits for the writer.

Each result lies in a slot of its own with its number and a checksum. A slot that is being written while it
is read does not match its checksum, on any processor, and the one before it is taken.
"""

from __future__ import annotations

import struct
import zlib
from multiprocessing.sharedctypes import RawArray, RawValue
from typing import Any, NamedTuple

from game_client.camera.light import Light
from game_client.camera.tracker import Point

SLOTS = 64
"""Two seconds at 30 Hz: a reader that looks less often misses frames."""
MOST_POINTS = 5
_UNKNOWN = -1
_BODY = struct.Struct(f"<4q2i5d{4 * MOST_POINTS}d")
_CHECK = struct.Struct("<I")
_SIZE = _BODY.size + _CHECK.size


class Result(NamedTuple):
    """What one frame gave.

    `number` counts frames from 1, `found` those that showed one; `t_ns` is when the frame was captured,
    `done_ns` when its result was ready, both by `time.perf_counter_ns`. `points` is empty when nothing was
    found; else x to the right and y down, in picture widths from the picture's centre. `aspect` is the
    picture's height over its width. `people` is how many faces or bodies were seen, None when untold.
    """

    number: int
    found: int
    t_ns: int
    done_ns: int
    points: tuple[Point, ...]
    people: int | None
    light: Light
    aspect: float


NOTHING = Result(0, 0, 0, 0, (), None, Light(0.0, 0.0, 0.0, 0.0), 0.75)


class Ring:
    """One writer, any number of readers, each in its own process."""

    def __init__(self) -> None:
        self._memory: Any = RawArray("c", SLOTS * _SIZE)
        self._head: Any = RawValue("q", 0)
        self._last = NOTHING

    def write(self, result: Result) -> None:
        """Numbers must rise by one from 1."""
        flat = [value for point in result.points for value in point]
        flat += [0.0] * (4 * MOST_POINTS - len(flat))
        body = _BODY.pack(
            *(result.number, result.found, result.t_ns, result.done_ns),
            *(len(result.points), _UNKNOWN if result.people is None else result.people),
            *(*result.light, result.aspect),
            *flat,
        )
        at = result.number % SLOTS * _SIZE
        self._memory[at : at + _SIZE] = body + _CHECK.pack(zlib.crc32(body))
        self._head.value = result.number

    def newest(self) -> Result:
        """Return the newest whole result, else the one returned before; `NOTHING` before the first."""
        head = self._head.value
        for number in range(head, max(0, head - SLOTS // 2), -1):
            result = self._slot(number)
            if result is not None:
                self._last = result
                break
        return self._last

    def since(self, number: int) -> list[Result]:
        """Return the whole results after this number, oldest first; those overwritten by now are missing."""
        head = self._head.value
        first = max(number + 1, head - SLOTS + 2)
        return [each for each in map(self._slot, range(first, head + 1)) if each is not None]

    def _slot(self, number: int) -> Result | None:
        at = number % SLOTS * _SIZE
        raw: bytes = self._memory[at : at + _SIZE]
        body = raw[: _BODY.size]
        if _CHECK.unpack(raw[_BODY.size :])[0] != zlib.crc32(body):
            return None
        values = _BODY.unpack(body)
        if values[0] != number:
            return None
        count, people = values[4:6]
        flat = values[11 : 11 + 4 * count]
        points = tuple(Point(*flat[4 * each : 4 * each + 4]) for each in range(count))
        seen = None if people == _UNKNOWN else people
        found, t_ns, done_ns = values[1:4]
        return Result(number, found, t_ns, done_ns, points, seen, Light(*values[6:10]), values[10])
