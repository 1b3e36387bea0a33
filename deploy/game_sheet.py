"""Every game in its states and forms, as virtual people play them: `python3 deploy/game_sheet.py [GAME ...]`.

Nothing is posed: a person plays the real session in the real play scene, and a picture is taken when a state
first comes. Writes the contact sheet docs/pictures/games.png, one picture of each game beside it, with `--out
FOLDER` every picture whole, and with `--gif` the moving picture docs/pictures/games.gif.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from deploy import _setup

if __name__ == "__main__":
    _setup.enter("all")
    os.environ["SDL_VIDEODRIVER"] = os.environ["SDL_AUDIODRIVER"] = "dummy"

import pygame

from game_client import words
from game_client.config import Settings
from game_client.engine.canvas import Canvas
from game_client.engine.window import Window
from game_client.scenes._context import Context
from game_client.scenes.play import COUNTDOWN_S, Play
from game_client.session.blocks import games
from game_client.session.run import SessionRun
from shared.patient.virtual import VirtualPatient, draw_person
from tests.virtual_sessions import make_header, make_plan

if TYPE_CHECKING:
    from game_client.games._spec import GameSpec
    from game_client.games._view import View

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
TICK_NS = 1_000_000_000 // 120
DRAWN_EVERY = 4
MOST_S = 420
MOVING_S, TOLD_S = 0.45, 0.25
THUMB = (320, 180)
COLUMNS = 10
GIF_GAMES = ("tide_anchor", "kingfisher", "reeds_rhythm")
GIF_SIZE, GIF_FPS, GIF_S = (480, 270), 12, 5.0

Wanted = Callable[["View", "SessionRun"], bool]
"""Whether this state is on the screen; it must hold for a moment before the picture is taken."""


@dataclass(frozen=True, slots=True)
class State:
    """A state to wait for, and how long it must have lasted."""

    name: str
    holds: Wanted
    for_s: float


STATES = (
    State("ready", lambda view, run: view.stage == "hold" and view.phase != "probe", 0.15),
    State("moving", lambda view, run: view.stage == "reach" and view.phase not in ("probe",), MOVING_S),
    State("good", lambda view, run: view.stage == "feedback" and outcome(run) is True, TOLD_S),
    State("missed", lambda view, run: view.stage == "feedback" and outcome(run) is False, TOLD_S),
    State("probe", lambda view, run: view.stage == "reach" and view.phase == "probe", MOVING_S),
)
FORMS = {
    "contrast": Settings(high_contrast=True),
    "text_200": Settings(text_scale=2.0),
    "left": Settings(hand="left"),
    "calm": Settings(reduced_motion=True, liveliness="none"),
}


def outcome(run: SessionRun) -> bool | None:
    """What the trial just played came to; None where it is not told."""
    ends = [each for each in run.recorder.events if type(each).__name__ == "TrialEnd"]
    return ends[-1].success if ends else None  # type: ignore[union-attr]


class Hand:
    """A virtual patient's hand as the play scene's device."""

    kind = "virtual"
    unit: Literal["m", "counts", "norm"] = "m"
    gain_um_per_count: float | None = None
    wants_relative = False
    movements = frozenset({"hand_reach"})
    problem = ""

    def __init__(self, run: SessionRun, profile: str, seed: int) -> None:
        self.run = run
        self.patient = VirtualPatient(draw_person(profile, seed), seed)

    def handle(self, value: Any) -> None:
        """Nothing but the patient moves it."""

    def at(self, t_ns: int) -> tuple[int, int, int, int]:
        for name, value in self.patient.commands(self.run.view):
            self.run.command(name, value)
        x_m, y_m = self.patient.move(self.run.view)
        return round(x_m * 1e6), round(y_m * 1e6), 100, 0

    def take_rows(self) -> tuple[str, list[tuple[int, ...]]]:
        return "raw_points", []

    def close(self) -> None:
        """Nothing is held."""


class Showing:
    """One session in the play scene, tick by tick, drawn thirty times a second."""

    def __init__(
        self, game: GameSpec, mode: str, settings: Settings, *, probe: int, purpose: str = "train"
    ) -> None:
        plan = make_plan(mode, game=game.id, practice=40, probe=probe, purpose=purpose)
        self.run = SessionRun(make_header(plan, seed=3))
        for name in ("pain", "effort", "warning"):
            self.run.command(name, 0.0)
        context = Context(words.load("en"), settings)
        self.scene = Play(context, self.run, Hand(self.run, "stroke_mild", 5), lambda: None)
        self.canvas = Canvas()
        self.now_ns = 0
        self.scene.resume(0)
        self.now_ns = round(COUNTDOWN_S * 1e9) + TICK_NS
        self.scene.update(self.now_ns)

    def step(self, ticks: int = DRAWN_EVERY) -> View:
        for _ in range(ticks):
            self.now_ns += TICK_NS
            if self.run.stage == "rest":
                self.run.command("rest_done")
            self.scene.update(self.now_ns)
        self.scene.draw(self.canvas, self.now_ns * 1e-9, 1.0)
        return self.run.view

    def until(self, states: list[State]) -> dict[str, pygame.Surface]:
        """Play until every state was seen, or for long enough; return the pictures."""
        found: dict[str, pygame.Surface] = {}
        since: dict[str, int] = {}
        open_states = list(states)
        while open_states and self.now_ns < MOST_S * 1e9 and self.run.stage in ("play", "rest"):
            view = self.step()
            for state in list(open_states):
                if not state.holds(view, self.run):
                    since.pop(state.name, None)
                elif (self.now_ns - since.setdefault(state.name, self.now_ns)) * 1e-9 >= state.for_s:
                    found[state.name] = self.canvas.surface.copy()
                    open_states.remove(state)
        return found


def pictures_of(game: GameSpec, mode: str) -> dict[str, pygame.Surface]:
    """Every state of a game in a mode, and its forms while it moves."""
    found = Showing(game, mode, Settings(), probe=1).until(list(STATES))
    moving = [each for each in STATES if each.name == "moving"]
    for name, settings in FORMS.items():
        for picture in Showing(game, mode, settings, probe=0).until(moving).values():
            found[name] = picture
    assessed = Showing(game, mode, Settings(), probe=0, purpose="assess").until(moving)
    return found | dict(zip(["assess"], assessed.values(), strict=False))


def sheet(rows: list[list[pygame.Surface]]) -> pygame.Surface:
    """All pictures, a row a game and mode."""
    gap = 6
    wide, high = THUMB
    whole = pygame.Surface((COLUMNS * (wide + gap) + gap, len(rows) * (high + gap) + gap))
    whole.fill((236, 232, 220))
    for y, row in enumerate(rows):
        for x, picture in enumerate(row[:COLUMNS]):
            small = pygame.transform.smoothscale(picture, THUMB)
            whole.blit(small, (gap + x * (wide + gap), gap + y * (high + gap)))
    return whole


def moving_picture(path: Path) -> None:
    """Three games, a few seconds each, as a GIF of one palette a frame."""
    from PIL import Image

    frames = []
    for name in GIF_GAMES:
        game = games()[name]
        showing = Showing(game, min(game.modes), Settings(), probe=0)
        while showing.step().stage != "reach":
            pass
        for _ in range(round(GIF_S * GIF_FPS)):
            showing.step(120 // GIF_FPS)
            small = pygame.transform.smoothscale(showing.canvas.surface, GIF_SIZE)
            frame = Image.frombytes("RGB", GIF_SIZE, pygame.image.tobytes(small, "RGB"))
            frames.append(frame.quantize(160, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE))
    frames[0].save(
        path, save_all=True, append_images=frames[1:], duration=1000 // GIF_FPS, loop=0, optimize=True
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="pictures of every game in every state")
    parser.add_argument("games", nargs="*", metavar="GAME", help="these only (then no sheet is made)")
    parser.add_argument("--gif", action="store_true", help="the moving picture alone")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="every picture whole, and no sheet")
    asked = parser.parse_args()
    window = Window("Movere")
    if asked.gif:
        moving_picture(FOLDER / "games.gif")
        window.close()
        return 0
    rows = []
    for game in games().values():
        if asked.games and game.id not in asked.games:
            continue
        for mode in sorted(game.modes):
            found = pictures_of(game, mode)
            if asked.out is not None:
                asked.out.mkdir(parents=True, exist_ok=True)
                for name, picture in found.items():
                    pygame.image.save(picture, asked.out / f"{game.id}_{mode}_{name}.png")
            elif not asked.games and mode == min(game.modes):
                small = pygame.transform.smoothscale(found.get("good", found["moving"]), (640, 360))
                pygame.image.save(small, FOLDER / f"play_{game.id}.png")
            rows.append(list(found.values()))
            print(f"{game.id} {mode}: {', '.join(found)}", flush=True)
    if not asked.games and asked.out is None:
        pygame.image.save(sheet(rows), FOLDER / "games.png")
    window.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
