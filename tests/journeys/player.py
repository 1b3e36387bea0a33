"""The game in its window with somebody who plays: `python -m tests.journeys.player WAY FOLDER`.

The player sees what the game tells (as a screen reader would): screens with their targets, and events. `WAY`
is how: `joystick`, `webcam_hand`, `webcam_body` or `stream`. What differs between them is how a hand is put
somewhere and how something is chosen. Prints one line of JSON at the end.
"""

from __future__ import annotations

import json
import math
import os
import queue
import sys
import threading
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pygame

from game_client import app, calibrations
from game_client.camera.frames import Clip
from game_client.devices.joystick import DEAD_ZONE, DEFAULT_REACH_M
from game_client.hand import Wanted
from game_client.profiles import folder_of, profiles
from tests.game_client.camera import drawn_hand
from tests.game_client.devices.virtual_stick import VirtualStick
from tests.journeys.steered import VARIABLE, Body

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.wire.session import DeviceMap

Place = tuple[float, float]
REACH_M = 0.10
POINT_PX = 290.0  # a hand that points goes so far on the screen for a whole reach
VANISHES_IN_TRIAL = 3
ANSWERS = {
    "Note": ("ok",),
    "Home": ("start",),
    "Wish": ("3",),
    "Symptoms": ("1", "none"),
    "Calibrate": ("skip",),
    "Rest": ("go_on",),
    "Summary": ("done",),
}
LEAST_S, MOST_S = 0.7, 200.0


class Player(threading.Thread, ABC):
    """Answers screens, reaches to targets, follows courses; vanishes in the middle of one trial."""

    calibrates = False

    def __init__(self, data: Path) -> None:
        super().__init__(daemon=True)
        self.data = data
        self.heard: queue.Queue[tuple[float, dict[str, Any]]] = queue.Queue()
        self.trials = 0
        self.screens: list[str] = []
        self.pause_s = math.inf
        self.here: Place = (0.0, 0.0)
        self._has_played = False
        self._vanished_s = math.nan

    # -- how a way in differs

    @abstractmethod
    def put(self, place_m: Place) -> None:
        """Move the hand at once to a place of the game, metres."""

    @abstractmethod
    def choose(self, names: list[str], name: str, targets: dict[str, list[float]]) -> None:
        """Choose a target of a screen that has just been shown."""

    @abstractmethod
    def vanish(self) -> None:
        """Be gone for the device: unplugged, out of the picture, silent."""

    @abstractmethod
    def come_back(self) -> None: ...

    def begin(self) -> None:
        """The window is open."""

    def calibrate(self, is_over: Callable[[], bool]) -> None:
        """Do what the calibration asks for until it is over."""

    def give_up(self) -> None:
        sys.stderr.write(f"nothing more after {self.trials} trials; screens: {' '.join(self.screens)}\n")
        os._exit(3)

    # -- what every player does

    def tell(self, line: dict[str, Any]) -> None:
        self.heard.put((time.monotonic(), line))

    def run(self) -> None:
        target: Place = (0.0, 0.0)
        begun = False
        while True:
            at_s, line = self.heard.get()
            if "screen" in line:
                if not begun:
                    time.sleep(1.0)  # the window must have the keyboard before SDL hears a joystick
                    self.begin()
                    begun = True
                self._see(line, at_s)
            elif line["event"] == "trial_start":
                angle = math.radians(line["target_deg"])
                target = (
                    line["target_distance_m"] * math.cos(angle),
                    line["target_distance_m"] * math.sin(angle),
                )
                self.move_to((0.0, 0.0), 0.4)
            elif line["event"] == "course_on":
                self._follow(line["waves"], at_s)
            elif line["event"] == "go" and self.trials == VANISHES_IN_TRIAL and math.isnan(self._vanished_s):
                self.move_to((target[0] / 2, target[1] / 2), 0.3)
                self._vanished_s = time.monotonic()
                self.vanish()
            elif line["event"] == "go":
                self.move_to(target, 0.45)
            elif line["event"] == "trial_end":
                self.trials += 1

    def _see(self, line: dict[str, Any], at_s: float) -> None:
        screen = line["screen"]
        self.screens.append(screen)
        if screen == "Pause":
            if not math.isnan(self._vanished_s) and math.isinf(self.pause_s):
                self.pause_s = at_s - self._vanished_s
                time.sleep(1.0)
                self.come_back()
                self.here = (0.0, 0.0)
        elif screen == "Calibrate" and self.calibrates:
            self.calibrate(lambda: not self.heard.empty() and self._is_other_screen("Calibrate"))
        elif screen == "Home" and self._has_played:
            time.sleep(3.0)  # the sync sends it meanwhile
            pygame.event.post(pygame.event.Event(pygame.QUIT))  # the window is closed
        else:
            names = list(line["targets"])
            name = next((each for each in ANSWERS.get(screen, ()) if each in names), None)
            if name is None:
                return
            time.sleep(LEAST_S)  # screens that have just opened take no answer for half a second
            if not self.heard.empty() and "screen" in self.heard.queue[0][1]:
                return  # it was laid out again meanwhile
            self._has_played = self._has_played or screen == "Summary"
            self.choose(names, name, line["targets"])

    def _is_other_screen(self, name: str) -> bool:
        return any(each[1].get("screen", name) != name for each in list(self.heard.queue))

    def move_to(self, to: Place, seconds: float) -> None:
        """Move smoothly (minimum jerk) to a place of the game."""
        start = self.here
        steps = round(seconds / 0.008)
        for step in range(1, steps + 1):
            tau = step / steps
            share = tau**3 * (10 - 15 * tau + 6 * tau * tau)
            x, y = (a + (b - a) * share for a, b in zip(start, to, strict=True))
            self.put((x, y))
            time.sleep(0.008)
        self.here = to

    def _follow(self, waves: list[list[float]], since_s: float) -> None:
        """Keep to the middle of the channel, a little ahead of what is seen, until something else happens."""
        is_away = not math.isnan(self._vanished_s) and math.isinf(self.pause_s)
        while self.heard.empty() and not is_away:
            t_s = time.monotonic() - since_s + 0.06
            x = sum(size * math.sin(math.tau * hz * t_s + phase) for size, hz, phase in waves)
            self.here = (x, 0.0)
            self.put(self.here)
            time.sleep(0.008)


class ByStick(Player):
    """Menus by the hat and a button; reaches by pushing the stick."""

    def begin(self) -> None:
        self.stick = VirtualStick()

    def put(self, place_m: Place) -> None:
        full_m = 1.2 * max(REACH_M, DEFAULT_REACH_M)
        far = math.hypot(*place_m)
        pushed = DEAD_ZONE + far / full_m * (1 - DEAD_ZONE) if far > 0 else 0.0
        x, y = (pushed * each / far if far else 0.0 for each in place_m)
        self.stick.push(x, -y)

    def choose(self, names: list[str], name: str, targets: dict[str, list[float]]) -> None:
        for _ in range(names.index(name) + 1):
            self.stick.hat(2)
            time.sleep(0.12)
            self.stick.hat(0)
            time.sleep(0.12)
        self.stick.press(0)
        time.sleep(0.2)
        self.stick.press(0, down=False)

    def vanish(self) -> None:
        self.stick.pull_out()

    def come_back(self) -> None:
        self.stick = VirtualStick()


class Pointing(Player):
    """The hand that plays points at the screens between play; before it is there, keys choose."""

    points = True

    def choose(self, names: list[str], name: str, targets: dict[str, list[float]]) -> None:
        if not self.points or self.screens[-1] in ("Home", "Note"):
            press("tab", times=names.index(name) + 1)
            press("return")
            return
        x, y = targets[name]
        place = ((x - 640) / POINT_PX * REACH_M, (360 - y) / POINT_PX * REACH_M)
        self.move_to((0.0, 0.0), 0.4)  # what was chosen last can be chosen again only after leaving it
        self.move_to(place, 0.6)
        until_s = time.monotonic() + 6.0
        while self.heard.empty() and time.monotonic() < until_s:
            time.sleep(0.02)


class BeforeCamera(Pointing):
    """What the camera sees is drawn where this player puts a body."""

    calibrates = True

    def __init__(self, data: Path) -> None:
        super().__init__(data)
        self.body = Body(Path(os.environ[VARIABLE]))
        self.map: DeviceMap | None = None
        self.kind, self.movement = "", ""

    def in_device(self, place_m: Place) -> Place:
        """Where the device must see the hand, in its own unit, for this place of the game."""
        if self.map is None:
            folder = folder_of(self.data, profiles(self.data)[0].id)
            kept = calibrations.load(folder, self.kind, self.movement)
            assert kept is not None, "it was calibrated"
            self.map = calibrations.map_of(kept, REACH_M)
            assert self.map is not None
        how = self.map
        x_um, y_um = (each * 1e6 for each in place_m)
        return (x_um / how.gain_x + how.origin_x_um) * 1e-6, (y_um / how.gain_y + how.origin_y_um) * 1e-6


class ByHandBeforeCamera(BeforeCamera):
    def __init__(self, data: Path) -> None:
        super().__init__(data)
        self.kind, self.movement = "webcam_hand", "hand_reach"

    def put(self, place_m: Place) -> None:
        right, up = self.in_device(place_m)
        self.body.put(-right * drawn_hand.WIDTH, up * drawn_hand.WIDTH)

    def vanish(self) -> None:
        self.body.put(3000.0, 0.0)

    def come_back(self) -> None:
        self.body.put(0.0, 0.0)

    def calibrate(self, is_over: Callable[[], bool]) -> None:
        begun_s = time.monotonic()
        while not is_over():
            t_s = time.monotonic() - begun_s
            far_px = 0.0 if t_s < 4.0 else min(1.0, (t_s - 4.0) / 2.0) * 110.0
            angle = 1.6 * t_s
            self.body.put(far_px * math.cos(angle), far_px * math.sin(angle))
            time.sleep(0.01)
        self.body.put(0.0, 0.0)


class ByLeaning(BeforeCamera):
    """A trunk points at no numbers: keys choose. Her shoulders are far from where she turns."""

    points = False
    _TOLD = 1.28

    def __init__(self, data: Path) -> None:
        super().__init__(data)
        self.kind, self.movement = "webcam_body", "trunk_lean"

    def put(self, place_m: Place) -> None:
        lean_rad, _ = self.in_device((place_m[0], 0.0))
        self.body.put(0.0, -math.degrees(lean_rad) / self._TOLD)

    def vanish(self) -> None:
        self.body.put(3000.0, 0.0)

    def come_back(self) -> None:
        self.body.put(0.0, 0.0)

    def calibrate(self, is_over: Callable[[], bool]) -> None:
        """Rest, lean to one side and the other, and come nearer, in turn."""
        begun_s = time.monotonic()
        while not is_over():
            t_s = time.monotonic() - begun_s - 6.0
            lean_deg = 13.0 * math.sin(1.2 * t_s) if t_s > 0 else 0.0
            nearer = 1.0 + max(0.0, 0.12 * math.sin(0.6 * t_s)) if t_s > 0 else 1.0
            self.body.put(0.0, lean_deg, nearer)
            time.sleep(0.01)
        self.body.put(0.0, 0.0)


class ByStream(Pointing):
    """A decoder's program streams where the hand should be."""

    def begin(self) -> None:
        from tests.game_client.devices.lsl_outlet import Outlet

        self.outlet = Outlet("journey", labels=("x", "y"), rate_hz=100.0)
        self.put((0.0, 0.0))

    def put(self, place_m: Place) -> None:
        self.outlet.tell(values=list(place_m))

    def vanish(self) -> None:
        self.outlet.tell(silent=True)

    def come_back(self) -> None:
        self.outlet.tell(silent=False, values=[0.0, 0.0])


def press(name: str, times: int = 1) -> None:
    for _ in range(times):
        code = pygame.key.key_code(name)
        for kind in (pygame.KEYDOWN, pygame.KEYUP):
            pygame.event.post(pygame.event.Event(kind, key=code, mod=0, unicode="", scancode=0))
        time.sleep(0.08)


WAYS: dict[str, tuple[type[Player], Wanted]] = {
    "joystick": (ByStick, Wanted("joystick")),
    "webcam_hand": (ByHandBeforeCamera, Wanted("webcam", camera=Clip("tests.journeys.steered:hand"))),
    "webcam_body": (ByLeaning, Wanted("webcam", camera=Clip("tests.journeys.steered:person"))),
    "stream": (ByStream, Wanted("stream")),
}


def main() -> None:
    way, data = sys.argv[1], Path(sys.argv[2])
    os.environ.setdefault(VARIABLE, str(data / "body"))
    data.mkdir(parents=True, exist_ok=True)
    made, wanted = WAYS[way]
    player = made(data)
    watchdog = threading.Timer(MOST_S, player.give_up)
    watchdog.daemon = True
    watchdog.start()
    player.start()
    app.play_window(data, tell=player.tell, wanted=wanted)
    said = {"trials": player.trials, "pause_s": round(player.pause_s, 3), "screens": player.screens}
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main()
