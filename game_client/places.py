"""The river from spring to sea: which place a person has reached, by attendance and effort; nothing is lost.

A lantern is lit by each day on which somebody played for a few minutes, whatever came of it; three lanterns
open the next place, so that three days a week make twelve places in twelve weeks. More sessions on one day
light no second lantern: rest is part of training. Nothing counts down, and no day that was missed is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from game_client.engine.palette import PLACES

if TYPE_CHECKING:
    from collections.abc import Iterable

NAMES = tuple(PLACES)
LANTERNS = 3
LEAST_S = 120.0
"""Play of a day that lights its lantern: an honest try, a short one is one too."""


class Way(Struct, frozen=True):
    """How far somebody is. `place` counts from 1, `lanterns` those lit towards the next place."""

    place: int
    lanterns: int

    @property
    def name(self) -> str:
        return NAMES[self.place - 1]

    @property
    def open_places(self) -> tuple[str, ...]:
        return NAMES[: self.place]


def way_of(sessions: Iterable[tuple[str, float]]) -> Way:
    """Return how far the sessions led.

    Args:
        sessions: the day of each (any form, equal for one day) and its seconds of active play.
    """
    played: dict[str, float] = {}
    for day, active_s in sessions:
        played[day] = played.get(day, 0.0) + active_s
    lit = sum(active_s >= LEAST_S for active_s in played.values())
    last = len(NAMES) - 1
    return Way(place=1 + min(last, lit // LANTERNS), lanterns=lit % LANTERNS if lit < last * LANTERNS else 0)
