"""Draw the README's pictures of the game, without a display: `python deploy/pictures.py [FOLDER] [NAME ...]`.

Every screen, and Tide & Anchor in all modes, stages and variants, from the same scenes that play uses. A
contact sheet shows them side by side.
"""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Literal

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["SDL_AUDIODRIVER"] = "dummy"

from deploy._camera_pictures import camera_pictures
from deploy._ferry_pictures import ferry_pictures
from game_client import words
from game_client.alerts import Alert
from game_client.config import Settings
from game_client.engine.canvas import Canvas
from game_client.engine.capture import save_png, sheet
from game_client.engine.input import Moved
from game_client.engine.window import Window
from game_client.games._view import CourseView, CueView, Point, ReachView
from game_client.places import NAMES
from game_client.scenes._context import Context
from game_client.scenes._targets import Chooser
from game_client.scenes.arrived import Arrived
from game_client.scenes.choices import Choices
from game_client.scenes.home import Home, HomeView
from game_client.scenes.note import Note, alert_screen
from game_client.scenes.pair import Pair, PairView
from game_client.scenes.pause import Pause
from game_client.scenes.play import Play
from game_client.scenes.progress import Progress, ProgressNumber
from game_client.scenes.rest import Rest
from game_client.scenes.safety import SafetyStop
from game_client.scenes.settings import SettingsScreen
from game_client.scenes.summary import Summary
from game_client.scenes.symptoms import Symptoms
from shared.wire.plan import FeedbackPlan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from game_client.engine.stack import Scene
    from game_client.games._view import View
    from game_client.scenes._session import SessionStage

    Frame = Callable[[Canvas], None]

REACH_M = 0.10
CONTRAST = Settings(high_contrast=True)
LARGE = Settings(text_scale=2.0)
LEFT = Settings(hand="left")


def at(deg: float, reach_m: float = REACH_M) -> Point:
    return reach_m * math.cos(math.radians(deg)), reach_m * math.sin(math.radians(deg))


def view(**changes: Any) -> ReachView:
    """An ordinary moment of an error-based block, with changes."""
    fields: dict[str, Any] = {
        "stage": "reach", "mode": "error_based", "phase": "practice", "purpose": "train",
        "start": (0.0, 0.0), "start_radius_m": 0.010, "targets": tuple(at(90 + 45 * k) for k in range(8)),
        "target": at(45), "target_radius_m": 0.012, "reach_m": REACH_M, "cursor": (0.0, 0.0),
        "hold_fraction": 0.0, "return_guide_m": None, "anchor": None, "past_anchors": (),
        "error_from_deg": None, "error_to_deg": None, "rewarded": None, "lights": 0, "cue": None,
        "aim_ring": False, "aim_handle_deg": None, "aim_left_s": 0.0, "stones_done": 4, "stones_total": 10,
        "instruction": "tide.drop_anchor", "straight_line": True, "effects": "medium", "trial": 5,
    }  # fmt: skip
    return ReachView(**(fields | changes))


class StillSession:
    """Shows one view after another to the play scene, so that the wake is drawn as in play."""

    stage: SessionStage = "play"
    ticks = 0
    piece_ready = False
    ended_reason = None
    rest_reason = ""
    offers_stop = False
    has_bird = False
    summary: tuple[int, str, dict[str, int]] = (0, "summary.reaches", {"n": 0})

    def __init__(self, views: Sequence[View], context: str = "harbour") -> None:
        self._views = views
        self.view = views[0]
        drawing = "_ferry_drawing" if isinstance(views[0], CourseView) else "_tide_anchor_drawing"
        game = SimpleNamespace(drawing=f"game_client.games.{drawing}")
        played = SimpleNamespace(mode=views[0].mode, context=context, feedback=FeedbackPlan())
        self.block = SimpleNamespace(game=game, played=played)
        self.recorder = SimpleNamespace(row=lambda *values: None)

    def tick(self, x_um: int, y_um: int, confidence_pct: int = 100, flags: int = 0) -> list[Any]:
        self.view = self._views[min(self.ticks, len(self._views) - 1)]
        self.ticks += 1
        return []

    def command(self, name: str, value: float | None = None) -> list[Any]:
        return []

    def anchor(self, mono_ns: int) -> None:
        """Nothing is recorded here."""

    def stall(self, lost_ms: float) -> list[Any]:
        return []


class StillDevice:
    kind = "still"
    movements = frozenset({"hand_reach"})
    unit: Literal["m", "counts", "norm"] = "counts"
    gain_um_per_count: float | None = 100.0
    wants_relative = False
    problem = ""

    def handle(self, value: Any) -> None:
        """No input."""

    def at(self, t_ns: int) -> tuple[int, int, int, int]:
        return 0, 0, 100, 0

    def take_rows(self) -> tuple[str, list[tuple[int, ...]]]:
        return "raw_counts", []

    def close(self) -> None:
        """Nothing is held."""


def bent_reach(from_deg: float, bend_deg: float, **changes: Any) -> list[ReachView]:
    """A reach whose boat is turned away, as a view a tick."""
    views = []
    for k in range(70):
        t = k / 69
        share = t * t * (3 - 2 * t)
        where = at(from_deg + bend_deg * share**0.85, REACH_M * (0.08 + 0.90 * share))
        views.append(view(cursor=where, **changes))
    return views


def play(
    settings: Settings,
    views: Sequence[View],
    context: str = "harbour",
    after_s: float = 0.25,
    *,
    pauses: bool = False,
) -> Frame:
    """Play the views and look some time after the last one; or pause there."""

    def draw(canvas: Canvas) -> None:
        shared = Context(words.load("en"), settings)
        scene = Play(shared, StillSession(views, context), StillDevice(), lambda: None)
        scene.resume(0)
        begun_ns = round(3.01e9)
        scene.update(begun_ns)
        step_ns = 1_000_000_000 // 120
        last = len(views) + round(after_s * 120)
        for k in range(last):
            scene.update(begun_ns + (k + 1) * step_ns)
            if k % 2 == 0 or k == last - 1:
                scene.draw(canvas, (begun_ns + (k + 1) * step_ns) * 1e-9, 1.0)
        if pauses:
            now_ns = begun_ns + last * step_ns
            scene.ask_pause("key", now_ns)
            scene.draw(canvas, now_ns * 1e-9, 1.0)

    return draw


def menu(settings: Settings, make: Callable[[Context], Scene], hover: str = "", share: float = 0.0) -> Frame:
    """Open a screen, with the pointer resting on a target for a share of the dwell time."""

    def draw(canvas: Canvas) -> None:
        shared = Context(words.load("en"), settings)
        scene = make(shared)
        scene.resume(0)
        chooser = getattr(scene, "chooser", None)
        if hover and isinstance(chooser, Chooser):
            target = next(each for each in chooser.targets if each.name == hover)
            scene.handle(Moved(1, target.x, target.y))
            scene.update(round(0.7e9))
            scene.update(round(0.7e9 + share * settings.dwell_s * 1e9))
        scene.draw(canvas, 1.6, 1.0)
        scene.draw(canvas, 44.0 if isinstance(scene, Rest | Arrived) else 3.0, 1.0)

    return draw


def over_play(settings: Settings, make: Callable[[Context], Scene]) -> Frame:
    below = play(settings, bent_reach(40, 20), pauses=True)

    def draw(canvas: Canvas) -> None:
        below(canvas)
        shared = Context(words.load("en"), settings)
        scene = make(shared)
        scene.resume(0)
        scene.draw(canvas, 1.0, 1.0)

    return draw


def all_pictures() -> dict[str, Frame]:
    usual = Settings()
    day = HomeView(name="Rosa", hour=9, games=3, minutes=20, place=4)
    ended = {
        "stage": "feedback", "anchor": at(70, 0.098), "past_anchors": (at(86.5), at(98.5), at(111)),
        "error_from_deg": 70.0, "error_to_deg": 45.0,
    }  # fmt: skip
    missed = [*bent_reach(40, 30), view(cursor=at(70, 0.098), **ended)]
    hit = [
        *bent_reach(42, 4),
        view(cursor=at(46, 0.099), **(ended | {"anchor": at(46, 0.099), "error_from_deg": None})),
    ]
    cue = {
        "mode": "strategy_cue", "aim_ring": True, "target": at(120), "cue": CueView(150.0, 10, 1.0),
        "instruction": "tide.aim", "straight_line": False, "cursor": (0.0, 0.0),
        "targets": tuple(at(30 + 90 * k) for k in range(4)),
    }  # fmt: skip
    faded = cue | {"cue": CueView(150.0, 10, 0.5)}
    reward = {
        "mode": "reward_based", "cursor": None, "target": at(90), "instruction": "tide.find_light",
        "straight_line": False, "lights": 6,
    }  # fmt: skip
    probe = {
        "phase": "probe",
        "cursor": None,
        "instruction": "tide.probe",
        "straight_line": False,
        "effects": "none",
    }
    assess = {"purpose": "assess", "effects": "none", "straight_line": False}
    pair_view = PairView("waiting", "BKRTWNMP", "7F2A 91C4")
    found: dict[str, Frame] = {
        "01_home": menu(usual, lambda c: Home(c, lambda: day, print), "start", 0.32),
        "02_tide_error_based": play(usual, missed),
        "03_tide_strategy_cue": play(usual, [view(**cue)]),
        "04_tide_reward": play(
            usual, [view(**reward), view(**(reward | {"stage": "feedback", "rewarded": True, "lights": 7}))]
        ),
        "05_tide_hit": play(usual, hit, after_s=0.1),
        "06_tide_probe": play(usual, [view(**probe)]),
        "07_tide_assess": play(usual, [*bent_reach(40, 20, **assess)]),
        "08_tide_hold": play(
            usual, [view(stage="hold", target=None, hold_fraction=0.6, straight_line=False)]
        ),
        "09_tide_aim_report": play(
            usual,
            [
                view(
                    **(
                        cue
                        | {
                            "cue": None,
                            "stage": "aim",
                            "aim_handle_deg": 140.0,
                            "aim_left_s": 5.0,
                            "instruction": "tide.where_aim",
                        }
                    )
                )
            ],
        ),
        "10_rest": menu(usual, lambda c: Rest(c, print), "go_on", 0.0),
        "11_pain_0_10": menu(usual, lambda c: Symptoms(c, lambda name, value: None), "4", 0.64),
        "12_summary": menu(
            usual, lambda c: Summary(c, (31, "summary.anchors", {"n": 31, "of": 40}), lambda: None)
        ),
        "13_tide_high_contrast": play(CONTRAST, missed),
        "14_home_text_200": menu(LARGE, lambda c: Home(c, lambda: day, print), "start", 0.32),
        "15_tide_reach": play(usual, bent_reach(40, 28)[:52], after_s=0),
        "16_tide_cue_faded": play(usual, [view(**faded)]),
        "17_tide_reward_return": play(
            usual, [view(**(reward | {"stage": "return", "target": None, "return_guide_m": 0.06}))]
        ),
        "18_tide_reward_high_contrast": play(
            CONTRAST,
            [view(**reward), view(**(reward | {"stage": "feedback", "rewarded": True, "lights": 7}))],
        ),
        "19_tide_cue_high_contrast": play(CONTRAST, [view(**cue)]),
        "20_tide_text_200": play(LARGE, missed),
        "21_tide_cue_text_200": play(LARGE, [view(**cue)]),
        "22_tide_left_hand": play(LEFT, missed),
        "23_tide_dawn": play(usual, bent_reach(40, 20), "harbour_dawn"),
        "24_pause": over_play(usual, lambda c: Pause(c, lambda name: None)),
        "25_effort": menu(usual, asked_twice, "3", 0.4),
        "26_warning_signs": menu(usual, asked_thrice, "dizzy", 0.5),
        "27_safety_stop": menu(usual, lambda c: SafetyStop(c, lambda: None)),
        "28_pair": menu(usual, lambda c: Pair(c, lambda: pair_view, print)),
        "29_settings": menu(usual, lambda c: SettingsScreen(c, Path()), "dwell", 0.6),
        "30_settings_text_200": menu(LARGE, lambda c: SettingsScreen(c, Path())),
        "31_progress": menu(usual, lambda c: Progress(c, numbers(), "progress.better", NAMES[:4])),
        "32_alert": menu(usual, lambda c: alert_screen(c, Alert.MOUSE_GONE)),
        "33_message": menu(
            usual,
            lambda c: Note(
                c, "From your therapist", "Well done this week, Rosa. Rest on Sunday.", "messages"
            ),
        ),
        "34_home_unsent": menu(
            usual,
            lambda c: Home(c, lambda: HomeView("Rosa", 15, 2, 15, place=7, unsent=2, messages=1), print),
        ),
        "35_home_high_contrast": menu(CONTRAST, lambda c: Home(c, lambda: day, print), "start", 0.32),
        "36_home_left_hand": menu(LEFT, lambda c: Home(c, lambda: day, print), "listen", 0.5),
        "37_rest_text_200": menu(LARGE, lambda c: Rest(c, print, offers_stop=True)),
        "38_pain_text_200": menu(LARGE, lambda c: Symptoms(c, lambda name, value: None), "6", 0.5),
        "39_summary_text_200": menu(
            LARGE, lambda c: Summary(c, (31, "summary.anchors", {"n": 31, "of": 40}), lambda: None)
        ),
        "40_pair_text_200": menu(LARGE, lambda c: Pair(c, lambda: pair_view, print)),
        "41_safety_text_200": menu(LARGE, lambda c: SafetyStop(c, lambda: None)),
        "42_progress_high_contrast": menu(
            CONTRAST, lambda c: Progress(c, numbers(), "progress.better", NAMES)
        ),
        "43_more_text_200": menu(LARGE, lambda c: Choices(c, ["progress", "settings", "leave"], print)),
        "44_pain_high_contrast": menu(CONTRAST, lambda c: Symptoms(c, lambda name, value: None), "4", 0.64),
        "45_alert_text_200": menu(LARGE, lambda c: alert_screen(c, Alert.POINTER_ACCELERATED)),
        "46_countdown": countdown(usual),
        "47_warning_text_200": menu(LARGE, asked_thrice),
        "48_rest_high_contrast": menu(CONTRAST, lambda c: Rest(c, print)),
    }
    found |= {
        "49_arrived": menu(usual, lambda c: Arrived(c, "waterfall", lambda: None), "go_on", 0.5),
        "65_arrived_high_contrast": menu(CONTRAST, lambda c: Arrived(c, "old_bridge", lambda: None)),
        "66_arrived_text_200": menu(LARGE, lambda c: Arrived(c, "water_mill", lambda: None)),
        "67_arrived_left_hand": menu(LEFT, lambda c: Arrived(c, "star_hill", lambda: None)),
        "68_progress_text_200": menu(LARGE, lambda c: Progress(c, numbers(), "progress.keep", NAMES[:7])),
    }
    found |= ferry_pictures(play, usual, CONTRAST, LARGE, LEFT)
    return found | camera_pictures(usual, CONTRAST, LARGE)


def numbers() -> list[ProgressNumber]:
    return [
        ProgressNumber(9, "progress.days"),
        ProgressNumber(52, "progress.minutes", 41),
        ProgressNumber(4, "progress.sessions", 3),
    ]


def asked_twice(context: Context) -> Symptoms:
    scene = Symptoms(context, lambda name, value: None)
    scene.chosen("0")
    return scene


def asked_thrice(context: Context) -> Symptoms:
    scene = asked_twice(context)
    scene.chosen("0")
    return scene


def countdown(settings: Settings) -> Frame:
    def draw(canvas: Canvas) -> None:
        shared = Context(words.load("en"), settings)
        scene = Play(shared, StillSession([view(stage="return", target=None)]), StillDevice(), lambda: None)
        scene.resume(0)
        scene.draw(canvas, 0.8, 1.0)

    return draw


def main(arguments: list[str]) -> None:
    folder = Path(arguments[0]) if arguments else Path("docs/pictures")
    folder.mkdir(parents=True, exist_ok=True)
    window = Window("Movere")
    wanted = arguments[1:]
    made = []
    for name, draw in all_pictures().items():
        if wanted and not any(name.startswith(each) for each in wanted):
            continue
        draw(window.canvas)
        path = folder / f"game_{name}.png"
        save_png(window.canvas, path)
        made.append(path)
        print(path)
    if not wanted:
        sheet(made, folder / "game_contact_sheet.png", columns=8, width=116)
    window.close()


if __name__ == "__main__":
    main(sys.argv[1:])
