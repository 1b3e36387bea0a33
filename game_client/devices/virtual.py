"""A virtual patient's hand: exact, on every tick, moved by what the game shows.

It plays in the window for whoever wants to see a profile play (`play --virtual PROFILE --window`); the
headless commands let the same patient play without a device, much faster. Its sessions are marked as virtual.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from shared.patient.virtual import VirtualPatient, draw_person
from shared.wire.plan import Movement

if TYPE_CHECKING:
    from game_client.devices._port import Unit
    from game_client.engine.input import Input


class Virtual:
    """One person of a virtual profile; who it is and how it moves follow from the seed.

    Raises:
        MovereError: there is no such profile.
    """

    kind = "virtual"
    movements: frozenset[str] = frozenset(get_args(Movement))
    unit: Unit = "m"
    gain_um_per_count: float | None = None
    wants_relative = False
    problem = ""

    def __init__(self, profile: str = "healthy_old", seed: int = 0) -> None:
        self.person = draw_person(profile, seed)
        self._patient = VirtualPatient(self.person, seed)
        self._view: Any = None
        self._here_um = (0, 0)
        self._rows: list[tuple[int, ...]] = []
        self._last_ns = -1

    def see(self, view: Any) -> None:
        """Look at the game's picture of this tick."""
        self._view = view

    def handle(self, value: Input) -> None:
        """Nobody's input is this hand's."""

    def at(self, t_ns: int) -> tuple[int, int, int, int]:
        """Return x, y in micrometres of hand space; a later time than the last is the patient's next tick."""
        if self._view is not None and t_ns > self._last_ns:
            x_m, y_m = self._patient.move(self._view)
            self._here_um = (round(x_m * 1e6), round(y_m * 1e6))
            self._rows.append((t_ns, *self._here_um, 100))
            self._last_ns = t_ns
        return *self._here_um, 100, 0

    def take_rows(self) -> tuple[str, list[tuple[int, ...]]]:
        """Return the rows (t_ns, x_um, y_um, confidence) since the last call."""
        rows, self._rows = self._rows, []
        return "raw_points", rows

    def take_commands(self) -> list[tuple[str, float | None]]:
        """What the patient chooses now: an aim, when one is asked for."""
        return [] if self._view is None else self._patient.commands(self._view)

    def close(self) -> None:
        self._view = None


DEVICE = Virtual
