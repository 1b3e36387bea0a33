"""The game in its window with somebody at a joystick: `python -m tests.journeys.joystick_player FOLDER`.

The player sees what the game tells (as a screen reader would): screens with their targets, and events. Menus
are answered with the hat and a button, reaches are pushes of the stick. Prints one line of JSON at the end.
"""

from __future__ import annotations

import json
import math
import os
import queue
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pygame
from msgspec.structs import replace

from game_client import app
from game_client.devices.joystick import DEAD_ZONE
from game_client.virtual import practice_plan
from shared.wire.plan import Dose
from tests.game_client.devices.virtual_stick import VirtualStick

if TYPE_CHECKING:
    from uuid import UUID

    from shared.wire.plan import Plan

FULL_M = 0.12
PULLED_OUT_IN_TRIAL = 3
ANSWERS = {
    "Note": ("ok",),
    "Home": ("start",),
    "Symptoms": ("1", "none"),
    "Rest": ("go_on",),
    "Summary": ("done",),
}


def short_plan(plan_id: UUID) -> Plan:
    """The practice plan with few trials and large buoys."""
    plan = practice_plan(plan_id)
    block = replace(
        plan.content.blocks[0],
        dose=Dose(probe_trials=2, practice_trials=6),
        game_params={"target_radius_m": 0.02},
    )
    return replace(plan, content=replace(plan.content, blocks=[block]))


class Player(threading.Thread):
    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.heard: queue.Queue[tuple[float, dict[str, Any]]] = queue.Queue()
        self.trials = 0
        self.pause_s = math.inf
        self.stick: VirtualStick | None = None
        self._here_m = (0.0, 0.0)
        self._has_played = False

    def tell(self, line: dict[str, Any]) -> None:
        self.heard.put((time.monotonic(), line))

    def run(self) -> None:
        begun = False
        target_m = (0.0, 0.0)
        pulled_out_s = math.nan
        while True:
            at_s, line = self.heard.get()
            if "screen" in line:
                if line["screen"] == "Pause":
                    if math.isnan(pulled_out_s):
                        continue
                    self.pause_s = at_s - pulled_out_s
                    time.sleep(1.0)
                    self.stick = VirtualStick()
                    self._here_m = (0.0, 0.0)
                    continue
                if not begun:
                    time.sleep(1.0)  # the window must have the keyboard before SDL hears a joystick
                    self.stick, begun = VirtualStick(), True
                self._answer(line)
            elif line["event"] == "trial_start":
                angle = math.radians(line["target_deg"])
                target_m = (
                    line["target_distance_m"] * math.cos(angle),
                    line["target_distance_m"] * math.sin(angle),
                )
                self._move_to((0.0, 0.0), 0.4)
            elif line["event"] == "go" and self.trials == PULLED_OUT_IN_TRIAL and math.isnan(pulled_out_s):
                self._move_to((target_m[0] / 2, target_m[1] / 2), 0.3)
                assert self.stick is not None
                pulled_out_s = time.monotonic()
                self.stick.pull_out()
            elif line["event"] == "go":
                self._move_to(target_m, 0.45)
            elif line["event"] == "trial_end":
                self.trials += 1

    def _answer(self, line: dict[str, Any]) -> None:
        names = list(line["targets"])
        if line["screen"] == "Home" and self._has_played:
            pygame.event.post(pygame.event.Event(pygame.QUIT))  # the window is closed
            return
        name = next((each for each in ANSWERS.get(line["screen"], ()) if each in names), None)
        if name is None:
            return
        time.sleep(0.7)  # screens that have just opened take no answer for half a second
        if not self.heard.empty() and "screen" in self.heard.queue[0][1]:
            return  # it was laid out again meanwhile
        assert self.stick is not None
        for _ in range(names.index(name) + 1):
            self.stick.hat(2)
            time.sleep(0.12)
            self.stick.hat(0)
            time.sleep(0.12)
        self._has_played = self._has_played or line["screen"] == "Summary"
        self.stick.press(0)
        time.sleep(0.2)
        self.stick.press(0, down=False)

    def _move_to(self, to_m: tuple[float, float], seconds: float) -> None:
        """Push the stick smoothly (minimum jerk) until the hand is there."""
        from_m = self._here_m
        steps = round(seconds / 0.008)
        for step in range(1, steps + 1):
            tau = step / steps
            share = tau**3 * (10 - 15 * tau + 6 * tau * tau)
            self._push(*(a + (b - a) * share for a, b in zip(from_m, to_m, strict=True)))
            time.sleep(0.008)
        self._here_m = to_m

    def _push(self, x_m: float, y_m: float) -> None:
        far = math.hypot(x_m, y_m)
        pushed = DEAD_ZONE + far / FULL_M * (1 - DEAD_ZONE) if far > 0 else 0.0
        assert self.stick is not None
        self.stick.push(pushed * x_m / far if far else 0.0, -pushed * y_m / far if far else 0.0)


def main() -> None:
    watchdog = threading.Timer(120, os._exit, (3,))
    watchdog.daemon = True
    watchdog.start()
    app.practice_plan = short_plan
    player = Player()
    player.start()
    app.play_window(Path(sys.argv[1]), device="joystick", tell=player.tell)
    said = {"trials": player.trials, "pause_s": round(player.pause_s, 3)}
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main()
