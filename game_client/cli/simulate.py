"""`simulate`: let a virtual patient play without a clinic, and write the sealed recording to a file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from game_client import VERSION
from game_client.cli._options import print_line
from game_client.session.blocks import blocks_of, games, modes
from game_client.session.header import Piece, SessionEnd, SessionHeader, assemble
from game_client.session.play import play_virtual
from game_client.sitting import client
from game_client.virtual import DEVICE, practice_plan
from shared.cli._command import Command, add_json
from shared.errors import MovereError
from shared.ids import uuid7
from shared.patient.virtual import VirtualPatient, draw_person
from shared.wire.codec import encode_json, seal
from shared.wire.session import PlanRef, VirtualPlayer

if TYPE_CHECKING:
    import argparse
    from uuid import UUID

    from shared.wire.plan import ModeName
    from shared.wire.session import Recording

_STARTED_UTC_MS = 1_790_000_000_000  # fixed, so that the same seed gives the same bytes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--profile", required=True, metavar="NAME", help="the virtual profile")
    parser.add_argument("--mode", required=True, choices=sorted(modes()))
    parser.add_argument("--game", choices=sorted(games()), default="tide_anchor")
    parser.add_argument("--trials", type=int, default=40, help="practice trials, 4 to 600 (default 40)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="FILE, and its .json beside it"
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    if not 4 <= arguments.trials <= 600:
        raise MovereError("--trials takes a number from 4 to 600")
    if not 0 <= arguments.seed < 1 << 31:
        raise MovereError("--seed takes a number from 0 to 2147483647")
    if arguments.mode not in games()[arguments.game].modes:
        raise MovereError(f"{games()[arguments.game].name} cannot be played as {arguments.mode}")
    recording = simulated(
        arguments.profile, arguments.mode, arguments.trials, arguments.seed, game=arguments.game
    )
    sealed = seal(recording, app_version=VERSION)
    out: Path = arguments.out
    try:
        out.write_bytes(sealed.file)
        out.with_suffix(".json").write_bytes(encode_json(sealed.manifest))
    except OSError as error:
        raise MovereError(f"{out} can't be written: {error.strerror}") from error
    if arguments.json:
        manifest = sealed.manifest
        print_line(
            {
                "session_id": str(recording.id),
                "sha256_raw": manifest.sha256_raw,
                "size_raw": manifest.size_raw,
            }
        )
    else:
        print(f"wrote {out}: {len(recording.events)} events, {sealed.manifest.size_file} bytes")
    return 0


def simulated(
    profile: str, mode: ModeName, trials: int, seed: int, *, game: str = "tide_anchor"
) -> Recording:
    """Return a session of a virtual patient; the same arguments on the same build give the same bytes.

    Raises:
        MovereError: there is no such virtual profile.
        PlanError: the game is not known, or can't be played so.
    """
    person = draw_person(profile, seed)
    named = () if game == "tide_anchor" else (game,)  # ids of the first game's sessions stay what they were
    plan = practice_plan(
        _id("plan", mode, *named), mode, game=game, trials=trials, impairment=person.impairment
    )
    header = SessionHeader(
        id=_id("session", profile, mode, trials, seed, *named),
        profile_id=_id("profile", profile, seed),
        epoch=1,
        device_seq=1,
        boot_id="simulated",
        started_utc_ms=_STARTED_UTC_MS,
        started_mono_ns=1_000_000_000,
        utc_offset_min=0,
        clock=None,
        client=client("none"),
        device=DEVICE,
        plan=PlanRef(plan.id, plan.version, plan.revision),
        seed=seed,
        virtual=VirtualPlayer(person.profile, person.seed, 0),
        blocks=blocks_of(plan),
        safety=plan.content.safety,
        bias_deg=plan.bias_deg,
    )
    pieces: list[Piece] = []

    def store(piece: Piece) -> None:
        pieces.append(piece)

    played = play_virtual(header, VirtualPatient(person, seed), store)
    if played.piece_ready:
        pieces.append(played.take_piece())
    return assemble(header, pieces, SessionEnd(ended_reason=played.ended_reason or "quit", client_metrics=[]))


def _id(*parts: object) -> UUID:
    digest = hashlib.sha256("|".join(map(str, parts)).encode()).digest()
    return uuid7(_STARTED_UTC_MS, digest[:10])


COMMAND = Command("simulate", "write a virtual patient's session to a file", add_arguments, run)
