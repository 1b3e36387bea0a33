"""What a frame shows between two ticks: the cursor, and whatever else of a game's view flows.

Ticks come 120 times a second and frames 60 times, at their own moments; without this, everything would step
by a whole tick now and none then, and tremble.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

if TYPE_CHECKING:
    from game_client.games._view import View

_CLOCKS = ("run_s", "beat_phase", "fraction")
"""They only go on: one that is smaller than before has begun anew."""
_FLOWING = (*_CLOCKS, "return_guide_m", "wind", "liveliness")


@lru_cache(maxsize=32)
def _flowing(kind: type[View]) -> tuple[str, ...]:
    return tuple(name for name in _FLOWING if name in kind.__struct_fields__)


def between(earlier: View, now: View, share: float) -> View:
    """Return the view `share` (0..1) of the way from one tick's to the next one's.

    Whatever is hidden in either of them is as it is now, and between two trials only the cursor flows.
    """
    changed: dict[str, Any] = {}
    if type(earlier) is type(now) and earlier.trial == now.trial:
        for name in _flowing(type(now)):
            first, last = getattr(earlier, name), getattr(now, name)
            if first is None or last is None or first == last or (name in _CLOCKS and last < first):
                continue
            changed[name] = first + (last - first) * share
    if earlier.cursor is not None and now.cursor is not None and earlier.cursor != now.cursor:
        (ax, ay), (bx, by) = earlier.cursor, now.cursor
        changed["cursor"] = (ax + (bx - ax) * share, ay + (by - ay) * share)
    return replace(now, **changed) if changed else now
