"""What a profile remembers between sessions besides its journal: days played, the weekly wish, plans begun.

It only grows: a damaged file is begun anew from the journal's days, and no screen shows less than before.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from game_client.config import write_whole
from game_client.places import LEAST_S, Way, way_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FILE_NAME = "diary.json"
_ASK_AGAIN_DAYS = 7


class Diary(Struct, frozen=True, kw_only=True):
    """Days are local, as `YYYY-MM-DD`."""

    play_s: dict[str, float] = msgspec.field(default_factory=dict)
    """Seconds of active play by day."""
    wish_day: str = ""
    """When the weekly question was last answered."""
    wish: int | None = None
    """And what was answered, 0 to 4."""
    sessions_of: dict[str, int] = msgspec.field(default_factory=dict)
    """Sessions played by plan id: it turns the order of an N-of-1 design."""
    place: int = 1
    """The furthest place ever reached: an edited clock takes nothing away."""
    greeted: int = 1
    """The furthest place whose arrival was seen."""

    @property
    def way(self) -> Way:
        found = way_of(self.play_s.items())
        return found if found.place >= self.place else Way(place=self.place, lanterns=0)

    def played(self, day: str, active_s: float, plan_id: str) -> Diary:
        """Return the diary after a session."""
        play_s = {**self.play_s, day: self.play_s.get(day, 0.0) + active_s}
        sessions_of = {**self.sessions_of, plan_id: self.sessions_of.get(plan_id, 0) + 1}
        after = replace(self, play_s=play_s, sessions_of=sessions_of)
        return replace(after, place=after.way.place)

    def arrived(self) -> Diary:
        """Return the diary after the arrival at its furthest place was seen."""
        return replace(self, greeted=self.way.place)

    def wished(self, day: str, wish: int) -> Diary:
        return replace(self, wish_day=day, wish=wish)

    def asks_wish(self, day: str) -> bool:
        """Whether the weekly question is due; a clock set back asks again sooner, never never."""
        try:
            apart = (date.fromisoformat(day) - date.fromisoformat(self.wish_day)).days
        except ValueError:
            return True
        return apart < 0 or apart >= _ASK_AGAIN_DAYS


def load(folder: Path, days_played: Iterable[str] = ()) -> Diary:
    """Read the diary; without a usable one, the journal's days count as played.

    Args:
        days_played: the journal's days, one for each session.
    """
    try:
        return msgspec.json.decode((folder / FILE_NAME).read_bytes(), type=Diary)
    except (FileNotFoundError, msgspec.DecodeError):
        found = Diary(play_s=dict.fromkeys(days_played, LEAST_S))
        return replace(found, place=found.way.place, greeted=found.way.place)


def save(diary: Diary, folder: Path) -> None:
    """Write the diary; the file is whole at every moment."""
    write_whole(folder / FILE_NAME, msgspec.json.encode(diary, order="sorted"))
