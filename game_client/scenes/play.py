"""Play: ticks into the session, its view onto the canvas, and a pause within half a second, any way."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from msgspec.structs import replace

from game_client.devices._port import HasSpare, HasTracker, Intends, Notes, OnScreen, Sees
from game_client.engine.canvas import Canvas
from game_client.engine.input import Focus, JoystickButton, Key, PointerOut, Pressed, Wheel
from game_client.engine.look import HEIGHT, WIDTH
from game_client.engine.palette import CUE, TARGET
from game_client.engine.stack import Scene
from game_client.scenes._between import between as view_between
from game_client.scenes._flyby import Flyby
from game_client.scenes._targets import draw_target, ring, round_target
from game_client.scenes._tell import Tell
from game_client.scenes.pause import Pause, reason_of
from game_client.session.latency import LatencyMeter
from shared.wire.events import Cue, Feedback, Go, Hit, Miss, PhaseStart, StopSignal, TargetOn
from shared.wire.streams import FLAG_LOST

if TYPE_CHECKING:
    from game_client.devices._port import Device
    from game_client.engine.input import Input
    from game_client.engine.look import Look
    from game_client.games._view import View
    from game_client.scenes._context import Context
    from game_client.scenes._session import Session
    from game_client.words import Words

PAUSE_AT, LISTEN_X = (1184.0, 88.0), 96.0
COUNTDOWN_S = 3.0
LOST_PAUSE_S = 1.5
GONE_PAUSE_S = 0.25
_TOLD_ONCE = ("drifts",)
"""Problems that play goes on with, once they were told."""
_STIMULI = (TargetOn, Go, Cue, Feedback, StopSignal)
_PRESS_SPEED_M_S = 0.25
_AIM_FROM_M = 0.015
_AIM_STILL_DEG = 3.0
_TICK_S = 1 / 120
_SEARCH_S = 3.0


Posture = Callable[[int], list[tuple[int, ...]]]
"""Gives the `shoulders` rows up to a tick's time."""


@lru_cache(maxsize=3)
def _drawing(module: str, look: Look, words: Words, context: str, mode: str) -> Any:
    """The game's drawing; making its pictures takes about a second, so it is kept over rests."""
    return importlib.import_module(module).DRAWING(look, words, context, mode)


class Play(Scene):
    """The only scene with a hand. `after` is called after each tick that changed something."""

    takes_hand = True
    leave_pointer_at = (WIDTH / 2, HEIGHT / 2)

    def __init__(
        self,
        context: Context,
        session: Session,
        device: Device,
        after: Any,
        posture: Posture | None = None,
        meter: LatencyMeter | None = None,
    ) -> None:
        self.context, self.session, self.device = context, session, device
        self._posture = posture
        self._meter = meter or LatencyMeter()
        self._last_tick_ns = 0
        self.wants_relative = device.wants_relative
        # What a device can do besides never changes; to ask at every tick would cost more than to remember.
        self._on_screen = device if isinstance(device, OnScreen) else None
        self._sees = device if isinstance(device, Sees) else None
        self._intends = device if isinstance(device, Intends) else None
        self._tracks = device if isinstance(device, HasTracker) else None
        self._notes = device if isinstance(device, Notes) else None
        self._told_drift = False
        self._after = after
        block = session.block
        self._key = (block.game.drawing, context.look, context.words, block.played.context, block.played.mode)
        self._drawing = _drawing(*self._key)
        self._view: View = session.view
        self._earlier_view = self._view
        self._state: Literal["countdown", "running", "paused"] = "countdown"
        self._paused = self._waits = False
        self._since_ns = 0
        self._paused_at_ns = 0
        self._hand_m = (0.0, 0.0)
        self._speed_m_s = 0.0
        self._lost_ticks = 0
        self._flips: list[int] = []
        self._aim = _AimPointer()
        self._pause_dwell_s = 0.0
        self._searching_since = 0
        self._begins_phase = False
        self._said = ""
        self._listen_y = 0.0
        self._flyby = Flyby()
        self._tell = Tell()
        self._tell.is_offered = block.played.feedback.schedule == "chosen"

    # -- the scene ------------------------------------------------------------------------------------------

    def resume(self, t_ns: int) -> None:
        """Begin, or go on after a pause, with a countdown of three seconds."""
        self._state, self._since_ns = "countdown", t_ns
        block = self.session.block
        self._key = (block.game.drawing, self.context.look, *self._key[2:])
        self._drawing = _drawing(*self._key)
        self.context.audio.music(None if block.played.mode == "reward_based" else block.played.context)
        if not self._paused:
            self.context.audio.new_block()

    def handle(self, value: Input) -> None:
        self.device.handle(value)
        if isinstance(value, Key) and value.name in ("space", "escape"):
            self.ask_pause("key", value.t_ns)
        elif isinstance(value, JoystickButton) and not self._confirms():
            self.ask_pause("button", value.t_ns)
        elif isinstance(value, Focus) and not value.gained:
            self.ask_pause("focus", value.t_ns)
        elif isinstance(value, PointerOut) and self.wants_relative:
            self.ask_pause("pointer_out", value.t_ns)
        elif isinstance(value, Key) and value.name in ("t", "l"):
            (self._ask_to_be_told if value.name == "t" else self._say)()
        elif isinstance(value, Pressed) and value.by_touch:
            self._touch((value.x, value.y), value.t_ns)
        elif isinstance(value, Key | Wheel | JoystickButton | Pressed) and self._view.stage == "aim":
            self._handle_aim(value)
        elif isinstance(value, Pressed) and self._speed_m_s < _PRESS_SPEED_M_S:
            self.ask_pause("click", value.t_ns)

    def _touch(self, at: tuple[float, float], t_ns: int) -> None:
        if self._on_pause_target(at):
            self.ask_pause("target", t_ns)
        elif self._tell.at(at, self.context.look):
            self._ask_to_be_told()
        elif math.dist(at, (self.context.look.x(LISTEN_X), self._listen_y)) < 60:
            self._say()

    def update(self, t_ns: int) -> None:
        if self._on_screen is not None:
            origin, one_m = self._drawing.to_screen((0.0, 0.0)), self._drawing.to_screen((1.0, 0.0))
            self._on_screen.lay(origin, one_m[0] - origin[0])
        if self._sees is not None:
            self._sees.see(self._view)
        x_um, y_um, confidence, flags = self.device.at(t_ns)
        hand = (x_um * 1e-6, y_um * 1e-6)
        moved = math.dist(hand, self._hand_m) / _TICK_S
        self._speed_m_s += 0.1 * (moved - self._speed_m_s)
        self._hand_m = hand
        if self._state == "countdown":
            self._count_down(t_ns)
        if self._state != "running":
            return
        if self._intends is not None:
            self._intends.intend(self._view.intended)
        events = self.session.tick(x_um, y_um, confidence, flags)
        self._record_rows(t_ns)
        for event in events:
            self._note(event)
        if self.session.stage == "play":
            self._earlier_view, self._view = self._view, self.session.view
            if self._view.beat > self._earlier_view.beat:
                self.context.audio.play("beat")
            self._say_task()
        self._follow_loss(flags, t_ns)
        self._follow_aim()
        self._follow_pause_target(t_ns)
        self._follow_tell()
        if events or self.session.piece_ready:
            self._after()

    def _say_task(self) -> None:
        """What is to be done is read aloud before the first trial of a block, and when a phase changes it.

        A probe is silent, its beginning too.
        """
        view = self._view
        if not self._begins_phase or view.phase == "probe":
            return
        self._begins_phase = False
        if view.instruction != self._said:
            self._said = view.instruction
            self._say()

    def _say(self) -> None:
        self.context.say(self.context.words(self._view.instruction))

    def _record_rows(self, t_ns: int) -> None:
        """Keep every sample with its own stamp, and what they say of how late play is."""
        row = self.session.recorder.row
        layout, rows = self.device.take_rows()
        for each in rows:
            row(layout, *each)
        tracker_ns = [] if self._tracks is None else self._tracks.take_tracker_ns()
        self._meter.took([each[0] for each in rows], t_ns, tracker_ns)
        self._last_tick_ns = t_ns
        if self._notes is not None:
            for name, value in self._notes.take_commands():
                self.session.command(name, value)
        if self._posture is not None:
            for each in self._posture(t_ns):
                row("shoulders", *each)

    def stalled(self, lost_ms: float, t_ns: int) -> None:
        if self._state == "running":
            self.session.stall(lost_ms)
            self.session.anchor(t_ns)

    def flipped(self, t_ns: int) -> None:
        """Keep when each stimulus reached the screen; it is never an input to play."""
        if self._state == "running" and self._last_tick_ns:
            self._meter.drew(self._last_tick_ns, t_ns)
        flips, self._flips = self._flips, []
        for tick in flips:
            self.session.recorder.row("flip", tick, t_ns)

    def close(self) -> None:
        self.context.audio.music(None)

    # -- pause ----------------------------------------------------------------------------------------------

    def ask_pause(self, reason: str, t_ns: int, *, waits: bool = False) -> None:
        """Stop play now, whatever the reason. With `waits` it goes on by itself once the device can play."""
        if self._state == "paused" or self.session.stage != "play":
            return
        self._waits = waits
        if not self._paused:
            self._paused, self._paused_at_ns = True, t_ns
            self.session.command("pause")
        self._state = "paused"
        self._after()
        if self.session.stage == "play":
            self.context.audio.music(None)
            self.context.stack.push(
                Pause(
                    self.context,
                    self._leave_pause,
                    reason,
                    self._is_back if waits else None,
                    has_spare=isinstance(self.device, HasSpare),
                )
            )

    def _leave_pause(self, choice: str) -> None:
        """Go on, rest, or stop, as chosen on the pause screen (which is closing)."""
        if choice == "go_on":
            if self._waits and self.device.problem and isinstance(self.device, HasSpare):
                self.device.use_spare()
                self.wants_relative = self.device.wants_relative
                self.session.command("spare_device")
            return
        self._end_pause(self._paused_at_ns)
        self.session.command({"rest": "rest_asked", "stop": "stop"}[choice])
        self._after()

    def _is_back(self, t_ns: int) -> bool:
        """Whether the device that could not be played with can be again."""
        self.device.at(t_ns)
        self.device.take_rows()
        return not self.device.problem

    def _end_pause(self, t_ns: int) -> None:
        if self._paused:
            self._paused = False
            self.session.command("resume", (t_ns - self._paused_at_ns) * 1e-9)

    def _count_down(self, t_ns: int) -> None:
        if (t_ns - self._since_ns) * 1e-9 < COUNTDOWN_S:
            return
        self._end_pause(t_ns)
        self.session.anchor(t_ns)
        self._state = "running"
        self._forget_samples(t_ns)

    def _forget_samples(self, t_ns: int) -> None:
        """What devices gathered while nobody played is no part of the recording."""
        self.device.take_rows()
        if self._tracks is not None:
            self._tracks.take_tracker_ns()
        if self._posture is not None:
            self._posture(t_ns)

    def _follow_loss(self, flags: int, t_ns: int) -> None:
        self._lost_ticks = self._lost_ticks + 1 if flags & FLAG_LOST else 0
        problem = self.device.problem
        if problem in _TOLD_ONCE:
            if not self._told_drift:
                self._told_drift = True
                self.ask_pause(reason_of(problem), t_ns)
        elif problem and self._lost_ticks * _TICK_S > GONE_PAUSE_S:
            self._lost_ticks = 0
            self.ask_pause(reason_of(problem), t_ns, waits=True)
        elif self._lost_ticks * _TICK_S > LOST_PAUSE_S:
            self._lost_ticks = 0
            self.ask_pause("lost", t_ns)

    def _follow_pause_target(self, t_ns: int) -> None:
        """Staying with the boat on the pause target pauses too; a hidden boat can't, so nothing leaks."""
        settings = self.context.settings
        cursor = self._view.cursor
        if not settings.dwell or cursor is None:
            self._pause_dwell_s = 0.0
            return
        on_target = self._on_pause_target(self._drawing.to_screen(cursor))
        self._pause_dwell_s = self._pause_dwell_s + _TICK_S if on_target else 0.0
        if self._pause_dwell_s >= settings.dwell_s:
            self._pause_dwell_s = 0.0
            self.ask_pause("target", t_ns)

    def _follow_tell(self) -> None:
        """Staying with the boat on the eye asks for the next result."""
        settings, cursor = self.context.settings, self._view.cursor
        place = None if cursor is None else self._drawing.to_screen(cursor)
        if self._tell.dwells(place, self.context.look, settings.dwell_s if settings.dwell else None):
            self._ask_to_be_told()

    def _ask_to_be_told(self) -> None:
        if self._tell.is_offered and not self._tell.asked and self._state == "running":
            self._tell.asked = True
            self.session.command("tell_me")

    def _on_pause_target(self, place_px: tuple[float, float]) -> bool:
        return math.dist(place_px, (self.context.look.x(PAUSE_AT[0]), PAUSE_AT[1])) < 60

    # -- the aim report -------------------------------------------------------------------------------------

    def _confirms(self) -> bool:
        return self._view.stage == "aim"

    def _handle_aim(self, value: Input) -> None:
        if isinstance(value, Wheel):
            self.session.command("aim_move", 5.0 * value.steps)
        elif isinstance(value, Key) and value.name in ("left", "up", "right", "down"):
            self.session.command("aim_move", 5.0 if value.name in ("left", "up") else -5.0)
        elif isinstance(value, Pressed | JoystickButton) or (
            isinstance(value, Key) and value.name in ("return", "enter")
        ):
            self.session.command("aim_confirm")

    def _follow_aim(self) -> None:
        """The hand points the handle; holding it still for the dwell time confirms."""
        if self._view.stage != "aim":
            self._aim.leave()
            return
        settings = self.context.settings
        pointed = self._aim.point(self._hand_m, settings.dwell_s if settings.dwell else None)
        if pointed is not None:
            self.session.command("aim_set", pointed)
        if self._aim.confirmed:
            self._aim.leave()
            self.session.command("aim_confirm")

    # -- what happened --------------------------------------------------------------------------------------

    def _note(self, event: object) -> None:
        if isinstance(event, _STIMULI):
            self._flips.append(event.tick)
        if isinstance(event, Feedback) and event.kind != "none":
            self._tell.asked = False
        audio = self.context.audio
        self._begins_phase = self._begins_phase or isinstance(event, PhaseStart)
        if isinstance(event, PhaseStart) and event.phase == "probe":
            audio.music(None)
        elif isinstance(event, Feedback) and event.kind == "reward":
            if event.rewarded:
                audio.play("reward")
        elif isinstance(event, StopSignal):
            audio.play("stop")
        elif isinstance(event, Hit | Miss) and self.session.block.played.mode != "reward_based":
            if isinstance(event, Miss):
                audio.play("miss")
            else:
                audio.reached(self.session.view.quality)

    # -- the picture ----------------------------------------------------------------------------------------

    def draw(self, canvas: Canvas, now_s: float, between: float) -> None:
        look = self.context.look
        view = self._between(between)
        self._drawing.draw(canvas, view, now_s)
        moving = view.stage == "reach" and self._state == "running"
        self._flyby.see(view.trial, has_bird=self.session.has_bird, is_moving=moving, now_s=now_s)
        self._flyby.draw(canvas, now_s, look)
        if self._state != "paused":  # the pause has words of its own
            self._draw_reading(canvas, view, look)
        if look.anchor_bar:
            canvas.draw_bar(
                0 if look.anchor_bar == "left" else WIDTH - 24, 24, CUE if look.high_contrast else TARGET
            )
        if self._state == "countdown":
            self._draw_countdown(canvas, now_s, look)

    def _draw_reading(self, canvas: Canvas, view: View, look: Look) -> None:
        """The words, and the targets to hear them and to pause."""
        listen_y = self._draw_words(canvas, view)
        self._listen_y = listen_y
        listen = round_target("listen", look.x(LISTEN_X), listen_y, 48, icon="listen")
        draw_target(canvas, listen, look, 0, False)
        pause = round_target("pause", look.x(PAUSE_AT[0]), PAUSE_AT[1], 48, icon="pause")
        draw_target(canvas, pause, look, self._pause_dwell_s / max(0.1, self.context.settings.dwell_s), False)
        self._tell.draw(canvas, look, self.context.settings.dwell_s)

    def _between(self, between: float) -> View:
        """The view between the last two ticks, with the effects that the player wants."""
        now = self._view
        if now.effects == "medium":  # what the game leaves to the player; probes and assessments have none
            now = replace(now, effects=self.context.settings.liveliness)
        return now if self._state != "running" else view_between(self._earlier_view, now, between)

    def _draw_words(self, canvas: Canvas, view: View) -> float:
        """The instruction on its slip, or the cue's card; returns the height of the listen target."""
        look = self.context.look
        below = self._drawing.draw_card(canvas, view)
        if below is None:
            key = "play.come_back" if self._needs_the_way_back(view) else view.instruction
            below = draw_instruction(canvas, self.context.words(key), look)
        listen_y = min(below + 82, HEIGHT - 24 - 48)
        stones_at = listen_y + 68
        if stones_at > HEIGHT - 40 - 92:
            # No room under the listen target: the stones stand beside it.
            stones_at = listen_y - 39
            self._drawing.draw_reading_column(canvas, view, stones_at, beside=118)
        else:
            self._drawing.draw_reading_column(canvas, view, stones_at)
        return float(listen_y)

    def _needs_the_way_back(self, view: View) -> bool:
        """Someone who looks for a hidden start for a while is told what the shrinking ring means."""
        if view.stage != "return" or view.return_guide_m is None:
            self._searching_since = self.session.ticks
        return (self.session.ticks - self._searching_since) * _TICK_S > _SEARCH_S

    def _draw_countdown(self, canvas: Canvas, now_s: float, look: Look) -> None:
        left = max(0.0, COUNTDOWN_S - (now_s - self._since_ns * 1e-9))
        x, y = self._drawing.centre
        canvas.disc(x, y, 92, look.paper)
        if look.high_contrast:
            canvas.ring(x, y, 90, 5, look.ink)
        canvas.text(str(max(1, math.ceil(left))), x, y - 6, 120, look.ink, "Bold", "centre")
        ring(canvas, x, y, 100, 9, 1 - left / COUNTDOWN_S, look)


def draw_instruction(canvas: Canvas, words: str, look: Look) -> float:
    """One sentence on a paper slip at the top of the reading column; returns where the slip ends."""
    wide = 292 if look.text_scale <= 1.25 else 344
    size = look.size(42)
    inner = wide - 46
    fitted, lines = canvas.fit(words, size, inner, 500)
    height = round(len(lines) * fitted * 1.18) + 38
    left = look.x(40, wide)
    canvas.slip(left, 40, wide, height, look)
    canvas.paragraph(words, left + 24, 40 + 15, inner, 500, size, look.ink, line=1.18)
    return 40 + height


class _AimPointer:
    """Turns the hand's place into the direction of the aim handle."""

    def __init__(self) -> None:
        self._pointed_deg: float | None = None
        self._still_s = 0.0
        self._home: tuple[float, float] | None = None
        self.confirmed = False

    def leave(self) -> None:
        self._pointed_deg, self._still_s, self._home, self.confirmed = None, 0.0, None, False

    def point(self, hand_m: tuple[float, float], dwell_s: float | None) -> float | None:
        """Return the new direction in degrees when the hand has pointed somewhere else."""
        if self._home is None:
            self._home = hand_m
        dx, dy = hand_m[0] - self._home[0], hand_m[1] - self._home[1]
        if math.hypot(dx, dy) < _AIM_FROM_M:
            return None
        deg = math.degrees(math.atan2(dy, dx))
        if self._pointed_deg is None or abs((deg - self._pointed_deg + 180) % 360 - 180) > _AIM_STILL_DEG:
            self._pointed_deg, self._still_s = deg, 0.0
            return deg
        self._still_s += _TICK_S
        self.confirmed = dwell_s is not None and self._still_s >= dwell_s
        return None
