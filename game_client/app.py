"""The game in its window: joins a profile, its journal, the director and the sync to the screens."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from game_client import config, diary, words
from game_client.alerts import Alert
from game_client.engine.audio import Audio
from game_client.engine.loop import Loop
from game_client.engine.probe import has_mouse
from game_client.engine.speech import Speech
from game_client.engine.window import Window
from game_client.hand import Wanted, chosen_kind, described, furthest_m
from game_client.journal.journal import DiskFullError, Journal
from game_client.journal.outbox import Outbox
from game_client.opening import Opening
from game_client.pairing_window import pair
from game_client.profiles import boot_id, choose, folder_of, local
from game_client.scenes._camera_sign import draw_sign_above
from game_client.scenes._context import Context
from game_client.scenes._flow import SessionFlow
from game_client.scenes._pointing import Pointing
from game_client.scenes.arrived import Arrived
from game_client.scenes.home import Home, HomeView
from game_client.scenes.note import alert_screen, message_screens
from game_client.scenes.progress import Progress, ProgressNumber
from game_client.scenes.settings import SettingsScreen
from game_client.scenes.today import Today
from game_client.session.blocks import games
from game_client.session.choice import may_choose_order, may_choose_place
from game_client.session.latency import LatencyMeter
from game_client.session.run import SessionRun
from game_client.sitting import Sitting, new_header
from game_client.sync.plans import plan_in_force
from game_client.sync.run import clock_of
from game_client.sync.worker import SyncWorker, now_utc_ms
from game_client.together import Together, shared_plan
from game_client.virtual import practice_plan

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from game_client.diary import Diary
    from game_client.engine.canvas import Canvas
    from game_client.hand import Hand
    from game_client.profiles import Profile
    from game_client.sync.run import SyncStatus
    from game_client.words import Words
    from shared.wire.events import Event
    from shared.wire.plan import Plan
    from shared.wire.session import InputDevice


_DRAWN = 30
Tell = Callable[[dict[str, Any]], None]


def play_window(
    data: Path,
    *,
    named: str | None = None,
    server: str = "",
    seconds: float | None = None,
    tell: Tell | None = None,
    wanted: Wanted | None = None,
    practice: Callable[[UUID], Plan] = practice_plan,
) -> int:
    """Open the window and play until the player leaves (or for so many seconds); returns the exit code.

    `wanted` is the input device, None for what the settings say; `practice` makes the plan of a profile that
    is not paired.

    `tell` is given what happens as it happens, for programs beside the game: which screen shows which
    targets (`screen`, `targets`: name -> x, y of the 1280 x 720 canvas) and each event of play (`event`).
    """
    profile = choose(data, named)
    window = Window("Movere", software="SDL_FRAMEBUFFER_ACCELERATION" not in os.environ)
    try:
        if wanted is not None:  # what can't be played with is said at once
            chosen_kind(wanted, window.sticks, "hand_reach", has_mouse=has_mouse())
        if profile is None and server:
            profile = pair(window, data, server, seconds)
        profile = profile or local(data, now_utc_ms=now_utc_ms())
        App(window, data, profile, tell, wanted, practice).run(seconds)
    finally:
        window.close()
    return 0


class App:
    """One run of the game for one profile."""

    def __init__(
        self,
        window: Window,
        data: Path,
        profile: Profile,
        tell: Tell | None = None,
        wanted: Wanted | None = None,
        practice: Callable[[UUID], Plan] = practice_plan,
    ) -> None:
        self._window, self._profile, self._wanted = window, profile, wanted
        self._practice = practice
        folder = self._folder = folder_of(data, profile.id)
        self._journal = Journal(folder, profile.id, boot_id=boot_id(), now_utc_ms=now_utc_ms())
        self._outbox = Outbox(folder)
        settings = config.load(folder)
        self._context = Context(
            words.load(settings.language),
            settings,
            audio=Audio.open(),
            speech=Speech(),
            save=lambda changed: config.save(changed, folder),
        )
        self._context.speech.start()
        self._tell = tell
        if tell is not None:
            self._context.shown = lambda name, targets: tell(
                {"screen": name, "targets": {each: [x, y] for each, x, y in targets}}
            )
        self._loop = Loop(window, self._context.stack, lambda: self._context.look)
        self._loop.on_quit = self._quit
        self._sync = SyncWorker(data, profile, boot_id=boot_id()) if profile.is_paired else None
        self._opening: Opening | None = None
        self._flow: SessionFlow | None = None
        self._together: Together | None = None
        self._synced: SyncStatus | None = None
        self._plan: Plan | None = None
        self._days: list[str] = []
        self._look_up()
        self._diary = diary.load(folder, self._days)
        self._today = ("", "")
        """The block that the player wants first, and where to play."""

    def run(self, seconds: float | None = None) -> None:
        """Play until the last screen closes; then what is unsent stays for the next time."""
        context = self._context
        context.stack.push(Home(context, self._home, self._chosen))
        for alert in self._alerts():
            context.stack.push(alert_screen(context, alert))
        if self._sync:
            self._sync.start()
        try:
            self._loop.run(seconds)
            if seconds is not None and self._flow:
                self._flow.quit()
            elif self._opening:
                self._opening.close()
        finally:
            if self._sync:
                self._sync.stop()
            context.speech.close()
            context.audio.close()
            self._outbox.close()
            self._journal.close()

    # ---- home

    def _home(self) -> HomeView:
        status = self._sync.status() if self._sync else None
        if status != self._synced:
            self._synced = status
            self._look_up()
        plan = self._plan
        known = games()
        seconds = sum(
            (2 * block.dose.probe_trials + block.dose.practice_trials) * known[block.game].trial_s
            for block in ([] if plan is None else plan.content.blocks)
            if block.game in known
        )
        today = self._days.count(_day(time.time()))
        done = plan is not None and today >= plan.content.safety.daily_max_sessions
        return HomeView(
            name=(plan.greeting_name if plan else "") or self._profile.greeting_name,
            hour=datetime.now().astimezone().hour,
            games=0 if plan is None or done else len(plan.content.blocks),
            minutes=max(1, round(seconds / 60)),
            has_plan=plan is not None,
            place=self._diary.way.place,
            lanterns=self._diary.way.lanterns,
            unsent=status.waiting if status else 0,
            can_choose=plan is not None
            and bool(may_choose_order(plan) or may_choose_place(plan) or shared_plan(plan)),
            sending=bool(status and status.sending and status.waiting),
        )

    def _look_up(self) -> None:
        """Read again what changes only with a session or a sync."""
        self._plan = (
            plan_in_force(self._outbox) if self._profile.is_paired else self._practice(self._profile.id)
        )
        self._days = [_day(each / 1000) for each in self._journal.started_utc_ms()]

    def _alerts(self) -> list[Alert]:
        found = []
        if self._journal.opened.recovered:
            found.append(Alert.RECOVERED)
        if self._journal.opened.moved_aside:
            found.append(Alert.NOT_SAVED)
        if not self._profile.is_paired:
            found.append(Alert.NOT_PAIRED)
        elif self._outbox.recall("needs_pairing"):
            found.append(Alert.PAIRING_ENDED)
        plans = self._outbox.plans()
        if plans and plans[-1].outcome not in ("applied", "withdrawn"):
            found.append(Alert.PLAN_TOO_NEW)
        return found

    def _chosen(self, name: str) -> None:
        context = self._context
        if name == "start":
            self._begin()
        elif name == "choose" and self._plan is not None:
            self._choose_today(self._plan)
        elif name == "settings":
            context.stack.push(SettingsScreen(context, self._folder))
        elif name == "progress":
            context.stack.push(
                Progress(context, self._numbers(), "progress.keep", self._diary.way.open_places)
            )
        elif name == "messages":
            message_screens(context, [], lambda index: None)
        elif name == "leave":
            context.stack.clear()

    def _choose_today(self, plan: Plan) -> None:
        known, words = games(), self._context.words
        blocks = plan.content.blocks if may_choose_order(plan) else []
        named = [(each.key, words(f"game.{each.game}")) for each in blocks if each.game in known]

        def done(first: str, place: str) -> None:
            self._today = (first, place)
            self._begin()

        places = self._diary.way.open_places if may_choose_place(plan) else ()
        short = shared_plan(plan)
        together = None if short is None else lambda: self._open(short, self._play_together)
        self._context.stack.push(Today(self._context, named, places, together, done, self._today))

    def _numbers(self) -> list[ProgressNumber]:
        if not self._days:
            return []
        now = datetime.now().astimezone()
        week = {(now - timedelta(days=each)).date().isoformat() for each in range(7)}
        before = {(now - timedelta(days=each)).date().isoformat() for each in range(7, 14)}
        month = now.date().isoformat()[:7]
        return [
            ProgressNumber(len({each for each in self._days if each.startswith(month)}), "progress.days"),
            ProgressNumber(
                sum(each in week for each in self._days),
                "progress.sessions",
                sum(each in before for each in self._days),
            ),
        ]

    # ---- a session

    def _begin(self) -> None:
        if self._plan is not None:
            self._open(self._plan, self._play)

    def _open(self, plan: Plan, play: Callable[[Plan, Hand], None]) -> None:
        """Choose, check and calibrate the input device, and then play the plan with it."""
        settings = self._context.settings
        wanted = self._wanted or Wanted()
        if wanted.asked == "auto" and (wanted.has_webcam or settings.plays_with != "webcam"):
            wanted = replace(wanted, asked=settings.plays_with)  # type: ignore[arg-type]
        wanted = replace(wanted, watches_posture=settings.watches_posture and wanted.has_webcam)
        drawn_ms = list(self._loop.frame_ms)[-_DRAWN:]  # the first pictures of a screen take longest
        draw_ms = statistics.median(drawn_ms) if len(drawn_ms) == _DRAWN else 0.0
        opening = self._opening = Opening(
            self._context,
            self._window,
            self._folder,
            plan,
            wanted,
            draw_ms,
            lambda hand: play(plan, hand),
        )
        self._loop.over = lambda canvas: self._sign(canvas, opening)
        opening.start()

    def _play(self, plan: Plan, hand: Hand) -> None:
        """Begin the session; raises PlanError when the plan can't be played with this hand."""
        header = new_header(
            plan,
            profile_id=self._profile.id,
            numbers=self._journal.next_numbers(),
            boot_id=boot_id(),
            device=self._described(hand),
            display=self._window.driver,
            clock=clock_of(self._outbox, boot_id()),
            limits=hand.limits,
            virtual=hand.player,
            sessions_before=self._diary.sessions_of.get(str(plan.id), 0),
            place=self._diary.way.name,
            chosen=self._today,
        )
        urgent = self._sync.ask_urgent if self._sync else lambda: None
        try:
            sitting = Sitting(self._journal, header, urgent=urgent)
        except DiskFullError:
            hand.close()
            self._context.stack.push(alert_screen(self._context, Alert.DISK_FULL))
            return
        run = SessionRun(header)
        if self._tell is not None:
            run.listener = self._tell_events
        if self._sync:
            self._sync.playing(True)
        meter = LatencyMeter()

        def store() -> None:
            try:
                sitting.keep(run.take_piece())
                sitting.tell_urgent(run)
            except DiskFullError:  # the piece waits in the sitting and is stored with the next one
                self._context.stack.push(alert_screen(self._context, Alert.DISK_FULL))

        def finished() -> None:
            self._flow = None
            self._leave_hand(hand)
            try:
                sitting.finish(run, clock=header.clock, latency=meter.measured)
            except DiskFullError:  # it stays open and whole; the next start seals it
                self._context.stack.push(alert_screen(self._context, Alert.DISK_FULL))
            self._look_up()
            self._keep(self._diary.played(_day(time.time()), run.active_s, str(plan.id)))
            if self._sync:
                self._sync.playing(False)
            if run.ended_reason in ("completed", "stopped"):
                self._greet()

        today = _day(time.time())
        if not self._diary.asks_wish(today) and self._diary.wish is not None:
            run.command("motivation", float(self._diary.wish))
        self._flow = SessionFlow(
            self._context,
            run,
            hand.device,
            store,
            finished,
            posture=hand.shoulder_rows,
            meter=meter,
            wished=self._wished if self._diary.asks_wish(today) else None,
            next_time=next_time(plan, datetime.now().astimezone().date(), self._context.words),
        )
        self._take_hand(plan, hand)
        self._flow.start()

    def _play_together(self, plan: Plan, hand: Hand) -> None:
        """Two people in turns, for fun: nothing is stored or sent."""

        def closed() -> None:
            self._together = None
            self._leave_hand(hand)

        self._together = Together(
            self._context, plan, hand.device, self._described(hand), hand.limits, self._profile.id, closed
        )
        self._take_hand(plan, hand)
        self._together.start()

    def _take_hand(self, plan: Plan, hand: Hand) -> None:
        """From here on the hand points at menus, and its camera has a sign."""
        self._loop.beside = hand.device.handle
        self._loop.pointed = Pointing(hand, furthest_m(plan)).pointed
        self._loop.over = lambda canvas: self._sign(canvas, hand)

    def _leave_hand(self, hand: Hand) -> None:
        self._loop.beside = lambda value: None
        self._loop.pointed = lambda t_ns: None
        self._loop.over = lambda canvas: None
        hand.close()

    def _greet(self) -> None:
        """Show the place that was reached; one that was missed (a safety stop) waits for the next session."""
        if self._diary.way.place > self._diary.greeted:
            place = self._diary.way.name
            self._context.stack.push(Arrived(self._context, place, self._greeted))

    def _greeted(self) -> None:
        self._keep(self._diary.arrived())

    def _wished(self, wish: int) -> None:
        self._keep(self._diary.wished(_day(time.time()), wish))

    def _keep(self, changed: Diary) -> None:
        self._diary = changed
        try:
            diary.save(changed, self._folder)
        except OSError:  # the next session writes it again; play must not end for it
            self._context.stack.push(alert_screen(self._context, Alert.DISK_FULL))

    def _sign(self, canvas: Canvas, who: Hand | Opening) -> None:
        """While a camera is on, every screen says so."""
        if who.watches:
            draw_sign_above(canvas, self._context)

    def _tell_events(self, events: list[Event]) -> None:
        for each in events:
            fields = {
                name: msgspec.to_builtins(value) for name, value in msgspec.structs.asdict(each).items()
            }
            line = {"event": each.__struct_config__.tag, **fields}
            if self._tell is not None:
                self._tell(line)

    def _described(self, hand: Hand) -> InputDevice:
        """Say what the numbers will be worth; for a mouse, relative mode is tried for a moment."""
        if hand.device.wants_relative:
            self._window.set_relative(True)
        pointer = self._window.pointer
        self._window.set_relative(False)
        settings = self._context.settings
        return described(
            hand, pointer, self._loop.stamp_jitter_ms, settings.pointer_filter, settings.prediction
        )

    def _quit(self) -> None:
        if self._flow:
            self._flow.quit()
        elif self._together:
            self._together.quit()
        elif self._opening:
            self._opening.close()
        self._context.stack.clear()


def _day(at_s: float) -> str:
    return datetime.fromtimestamp(at_s).astimezone().date().isoformat()


def next_time(plan: Plan, today: date, words: Words) -> str:
    """When to come again, in a sentence: the next day of the plan's schedule after today."""
    schedule = plan.content.schedule
    for ahead in range(1, 8):
        day = today + timedelta(days=ahead)
        if day.weekday() in schedule.weekdays:
            if schedule.ends_on is not None and day.isoformat() > schedule.ends_on:
                return ""
            return words("summary.tomorrow" if ahead == 1 else f"summary.next_{day.weekday()}")
    return ""
