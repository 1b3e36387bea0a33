"""`sync`: send what waits, fetch the plan; `--confirm` compares both sides; `--watch` goes on."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any

import msgspec

from game_client.cli._options import add_data, data_of, open_journal, print_line, tell
from game_client.journal.outbox import Outbox
from game_client.profiles import boot_id, folder_of, keys_of, paired
from game_client.sync.clinic import Clinic
from game_client.sync.run import run as sync
from game_client.sync.worker import EVERY_S, now_utc_ms
from shared.cli._command import Command, add_json, show

if TYPE_CHECKING:
    import argparse

    from game_client.sync.run import SyncStatus


def add_arguments(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--once", action="store_true", help="one round (the default)")
    which.add_argument("--watch", action="store_true", help="a round every 15 minutes, until interrupted")
    parser.add_argument("--confirm", action="store_true", help="compare with the clinic now")
    add_data(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    data = data_of(arguments)
    profile = paired(data, arguments.profile)
    keys = keys_of(data, profile)
    journal = open_journal(data, profile)
    try:
        with Outbox(folder_of(data, profile.id)) as outbox, Clinic(profile, keys) as clinic:
            while True:
                found = sync(
                    outbox,
                    clinic,
                    boot_id=boot_id(),
                    now_utc_ms=now_utc_ms,
                    chance=random.random,
                    at_once=not arguments.watch,
                    compare=arguments.confirm,
                )
                values = as_values(found)
                if arguments.json:
                    print_line(values)
                else:
                    show(values, as_json=False)
                if not arguments.watch:
                    if not values["ok"]:
                        tell(f"Not everything is at the clinic: {what_is_left(found)}.")
                    return 0 if values["ok"] else 1
                time.sleep(EVERY_S)
    except KeyboardInterrupt:
        return 0
    finally:
        journal.close()


def as_values(found: SyncStatus) -> dict[str, Any]:
    """Return what a program reads; `ok` when everything has arrived and nothing needs a person."""
    ok = not (found.waiting or found.conflict or found.rejected or found.needs_pairing or found.last_error)
    return {"ok": ok, **msgspec.to_builtins(found)}


def what_is_left(found: SyncStatus) -> str:
    """Say in words why a round of sync left something to do."""
    if found.needs_pairing:
        return f"this profile must be paired again ({found.needs_pairing})"
    if found.last_error:
        return found.last_error
    kept = f"{found.conflict} in conflict and {found.rejected} rejected, their files are kept"
    return f"{found.waiting} waiting, {kept}; python -m game_client doctor says more"


COMMAND = Command("sync", "send what waits and fetch the plan", add_arguments, run)
