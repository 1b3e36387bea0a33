"""`play`: the window, or with --virtual a virtual patient who plays the plan through journal and sync."""

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING, Any, get_args

from game_client.cli._options import add_camera, add_data, camera_of, data_of, open_journal, print_line, tell
from game_client.cli.devices import has_display
from game_client.journal.outbox import Outbox
from game_client.profiles import boot_id, choose, folder_of, keys_of, local
from game_client.session.blocks import games
from game_client.session.play import play_virtual
from game_client.sitting import Sitting, new_header
from game_client.sync.clinic import Clinic
from game_client.sync.plans import plan_in_force
from game_client.sync.run import clock_of, status
from game_client.sync.run import run as sync
from game_client.sync.worker import now_utc_ms
from game_client.virtual import DEVICE, Paced, practice_plan
from shared.cli._command import Command, add_json
from shared.errors import MovereError
from shared.patient.virtual import VirtualPatient, draw_person
from shared.wire.plan import Movement
from shared.wire.session import VirtualPlayer

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from game_client.journal.journal import Journal
    from game_client.profiles import Profile
    from game_client.session.run import SessionRun
    from shared.wire.plan import Plan


class NothingToPlayError(MovereError):
    """There is no plan to play, or no place to play it; the sentence says what to do."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_data(parser)
    parser.add_argument("--virtual", metavar="PROFILE", help="a virtual patient plays, without a window")
    parser.add_argument(
        "--window", action="store_true", help="the virtual patient plays in the window, for you to see"
    )
    parser.add_argument("--seed", type=int, help="who the virtual patient is, and the session's chance")
    parser.add_argument("--day", type=int, default=0, help="the virtual patient's day, 0 the first")
    parser.add_argument(
        "--real-time",
        type=float,
        nargs="?",
        const=1.0,
        metavar="FACTOR",
        help="let the virtual patient play in real time, or FACTOR times as fast",
    )
    parser.add_argument(
        "--game", metavar="GAME", default="", help="without a clinic: the game to practise (tide_anchor)"
    )
    parser.add_argument(
        "--movement",
        choices=get_args(Movement),
        default="hand_reach",
        help="without a clinic: the movement that plays",
    )
    parser.add_argument("--server", metavar="URL", help="the window pairs with this clinic first")
    parser.add_argument(
        "--device",
        choices=("auto", "mouse", "joystick", "touch", "webcam", "stream"),
        default="auto",
        help="what plays in the window; auto is what the settings say, else what the plan's movement needs",
    )
    parser.add_argument(
        "--axes",
        type=int,
        nargs=2,
        default=(0, 1),
        metavar=("X", "Y"),
        help="the joystick's two axes that are the hand, counted from 0",
    )
    add_camera(parser)
    parser.add_argument("--no-webcam", action="store_true", help="the camera stays off")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    data = data_of(arguments)
    if min(arguments.axes) < 0 or arguments.axes[0] == arguments.axes[1]:
        raise MovereError("--axes takes two different numbers from 0 on")
    if arguments.no_webcam and arguments.device == "webcam":
        raise MovereError("--device webcam and --no-webcam contradict each other")
    if arguments.window and arguments.virtual is None:
        raise MovereError("--window is for a virtual patient: without one, play opens it anyway")
    if arguments.virtual is None or arguments.window:
        if not has_display():
            raise NothingToPlayError(
                "there is no display for the window: use --virtual PROFILE to let a virtual patient play"
            )
        from game_client.app import play_window  # a window needs pygame, nothing else here does
        from game_client.hand import Wanted

        if arguments.game and arguments.game not in games():
            raise MovereError(f"there is no game {arguments.game}: known are {', '.join(sorted(games()))}")
        tell_line = print_line if arguments.json else None
        return play_window(
            data,
            named=arguments.profile,
            server=arguments.server or "",
            tell=tell_line,
            practice=partial(
                practice_plan, game=arguments.game or "tide_anchor", movement=arguments.movement
            ),
            wanted=Wanted(
                asked=arguments.device,
                axes=(arguments.axes[0], arguments.axes[1]),
                camera=camera_of(arguments),
                has_webcam=not arguments.no_webcam,
                virtual=(arguments.virtual, arguments.seed or 0) if arguments.virtual else None,
            ),
        )
    if arguments.real_time is not None and not arguments.real_time > 0:
        raise MovereError("--real-time takes a factor above 0")
    draw_person(arguments.virtual, 0)  # an unknown profile is said before anything is opened
    profile = choose(data, arguments.profile)
    if profile is None:
        tell("This machine is not paired. Unpaired play stays on the machine.")
        profile = local(data, now_utc_ms=now_utc_ms())
    journal = open_journal(data, profile)
    try:
        print_line(_play(arguments, data, profile, journal))
    finally:
        journal.close()
    return 0


def _play(arguments: argparse.Namespace, data: Path, profile: Profile, journal: Journal) -> dict[str, Any]:
    with Outbox(folder_of(data, profile.id)) as outbox:
        _sync(data, profile, outbox)
        plan = _plan(profile, outbox, arguments.game, arguments.movement)
        seed = arguments.seed if arguments.seed is not None else random.randrange(1 << 31)
        person = draw_person(arguments.virtual, seed)
        header = new_header(
            plan,
            profile_id=profile.id,
            numbers=journal.next_numbers(),
            boot_id=boot_id(),
            device=DEVICE,
            display="none",
            clock=clock_of(outbox, boot_id()),
            virtual=VirtualPlayer(person.profile, person.seed, arguments.day),
            seed=seed,
        )
        sitting = Sitting(journal, header, urgent=lambda: _sync(data, profile, outbox, urgent_only=True))
        patient = VirtualPatient(person, seed + arguments.day)
        if arguments.real_time is not None:
            patient = Paced(patient, arguments.real_time)
        played = play_virtual(header, patient, sitting.keep, sitting.tell_urgent)
        sitting.finish(played, clock=header.clock)
        _sync(data, profile, outbox)
        return _line(played, status(outbox).waiting if profile.is_paired else 0)


def _plan(profile: Profile, outbox: Outbox, game: str, movement: Movement) -> Plan:
    if not profile.is_paired:
        return practice_plan(profile.id, game=game or "tide_anchor", movement=movement)
    if game:
        raise MovereError("--game is for play without a clinic: this profile plays its therapist's plan")
    plan = plan_in_force(outbox)
    if plan is None:
        raise NothingToPlayError(
            "the clinic has no plan for this profile: ask your therapist to activate one"
        )
    return plan


def _sync(data: Path, profile: Profile, outbox: Outbox, *, urgent_only: bool = False) -> None:
    """Sync once; the clinic being away never keeps anybody from playing."""
    if not profile.is_paired:
        return
    with Clinic(profile, keys_of(data, profile)) as clinic:
        found = sync(
            outbox,
            clinic,
            boot_id=boot_id(),
            now_utc_ms=now_utc_ms,
            chance=random.random,
            urgent_only=urgent_only,
        )
    if found.needs_pairing:
        tell(f"Nothing can be sent: {found.needs_pairing}.")
    elif found.last_error:
        tell(f"Not everything was sent: {found.last_error}. It will be tried again.")


def _line(run: SessionRun, waiting: int) -> dict[str, Any]:
    block = run.header.blocks[0]
    return {
        "session_id": str(run.header.id),
        "mode": block.mode,
        "why": " ".join(block.why),
        "trials": run.trials_done,
        "success_rate": run.successes / run.scored_trials if run.scored_trials else None,
        "ended_reason": run.ended_reason,
        "waiting": waiting,
    }


COMMAND = Command("play", "play today's session", add_arguments, run)
