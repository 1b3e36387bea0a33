"""On a real X display with a real pointer: raw counts past the edge, clicks in menus, focus, frame pace."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROGRAM = """
import json, sys
from game_client import words
from game_client.devices.mouse import Mouse
from game_client.engine.input import Counts, Key, Moved, Pressed
from game_client.engine.loop import Loop
from game_client.engine.stack import Scene
from game_client.engine.window import Window
from game_client.scenes._context import Context
from game_client.scenes.choices import Choices

def say(**what):
    print(json.dumps(what), flush=True)

class Menu(Choices):
    ticks = 0
    def update(self, t_ns):
        super().update(t_ns)
        self.ticks += 1
        if self.ticks == 90:
            say(menu=True)

class Raw(Scene):
    wants_relative = True
    def __init__(self, context):
        self.context, self.mouse, self.events = context, Mouse(), 0
        self.ticks = 0
    def resume(self, t_ns):
        self.said = False
    def handle(self, value):
        self.mouse.handle(value)
        if isinstance(value, Counts):
            self.events += 1
        if isinstance(value, Key) and value.name == "m":
            say(at=self.mouse.at(value.t_ns), events=self.events, pointer=window.pointer, ticks=self.ticks)
            context.stack.push(Menu(context, ["progress"], lambda name: say(chose=name)))
        if isinstance(value, Key) and value.name == "q":
            context.stack.clear()
    def update(self, t_ns):
        self.ticks += 1
        self.mouse.at(t_ns)
        if not self.said and window.relative:
            self.said = True
            say(ready=True)
    def draw(self, canvas, now_s, between):
        canvas.fill((20, 80, 100))

window = Window("Movere under test", software=True)
context = Context(words.load("en"))
context.stack.push(Raw(context))
loop = Loop(window, context.stack, lambda: context.look)
loop.run(seconds=60)
say(frames=len(loop.frame_ms))
window.close()
"""


@contextmanager
def game(display: str) -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
    environment = dict(
        os.environ, DISPLAY=display, SDL_VIDEODRIVER="x11", SDL_AUDIODRIVER="dummy", PYTHONPATH="."
    )
    command = [sys.executable, "-c", _PROGRAM]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        try:
            yield program, program.stdout
        finally:
            program.terminate()


def xdotool(display: str, *words: str) -> None:
    subprocess.run(["xdotool", *words], env=dict(os.environ, DISPLAY=display), check=True)


def heard(output: IO[str], key: str) -> Any:
    """What the program said under this key, passing over everything before it."""
    while line := output.readline():
        said = json.loads(line)
        if key in said:
            return said if key == "at" else said[key]
    raise AssertionError(f"the game ended without saying {key}")


def test_counts_are_exact_past_the_edge_and_menus_take_the_pointer(screen: str) -> None:
    with game(screen) as (_, output):
        assert heard(output, "ready")
        time.sleep(0.4)
        for _ in range(200):
            xdotool(screen, "mousemove_relative", "--", "9", "0")
        for _ in range(100):
            xdotool(screen, "mousemove_relative", "--", "0", "-2")
        time.sleep(0.2)
        xdotool(screen, "key", "m")
        said = heard(output, "at")
        # 1,800 counts to the right is more than the screen is wide; 0.1 mm each; up is away.
        assert said["at"] == [180_000, 20_000, 100, 0]
        assert said["events"] >= 250
        assert said["pointer"] == "raw"
        assert heard(output, "menu")
        xdotool(screen, "mousemove", "640", "298")
        time.sleep(0.4)
        xdotool(screen, "click", "1")
        assert heard(output, "chose") == "progress"
        assert heard(output, "ready")
        xdotool(screen, "key", "q")
        assert heard(output, "frames") > 60


def test_ticks_keep_time(screen: str) -> None:
    with game(screen) as (_, output):
        assert heard(output, "ready")
        time.sleep(0.4)
        begun = time.monotonic()
        time.sleep(2.0)
        xdotool(screen, "key", "m")
        passed_s = time.monotonic() - begun + 0.4
        ticks = heard(output, "at")["ticks"]
        assert abs(ticks / 120 - passed_s) < 0.3
