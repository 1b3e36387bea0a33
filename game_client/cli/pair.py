"""`pair`: show a code, wait until the clinic has approved it, fetch the first plan."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

from game_client import VERSION
from game_client.cli._options import add_data, data_of, open_journal, print_line, tell
from game_client.journal.outbox import Outbox
from game_client.profiles import boot_id, folder_of, keep
from game_client.sync.clinic import Clinic
from game_client.sync.pairing import Pairing
from game_client.sync.run import run as sync
from game_client.sync.worker import now_utc_ms
from shared.cli._command import Command, add_json

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--server", required=True, metavar="URL", help="the clinic's address, https://…")
    add_data(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    data = data_of(arguments)
    with Pairing(arguments.server, app_version=VERSION) as pairing:
        started = pairing.start()
        if arguments.json:
            print_line(
                {
                    "user_code": started.user_code,
                    "fingerprint": started.fingerprint,
                    "expires_in_s": started.expires_in_s,
                }
            )
        else:
            code = f"{started.user_code[:4]} {started.user_code[4:]}"
            print(f"Read this code to your clinic: {code}", flush=True)
            print(f"The clinic's screen must show the same key: {started.fingerprint}", flush=True)
        answer = pairing.wait(started.expires_in_s, monotonic_s=time.monotonic, sleep=time.sleep)
        profile = keep(data, answer, pairing.server_url, pairing.keys, now_utc_ms=now_utc_ms())
    if profile.keys_in == "file":
        tell("This machine has no keyring: the profile's keys are in a file that only you can read.")
    journal = open_journal(data, profile)
    try:
        with Outbox(folder_of(data, profile.id)) as outbox, Clinic(profile, pairing.keys) as clinic:
            found = sync(outbox, clinic, boot_id=boot_id(), now_utc_ms=now_utc_ms, chance=random.random)
    finally:
        journal.close()
    if arguments.json:
        print_line(
            {
                "profile_id": str(profile.id),
                "patient_ref": profile.patient_ref,
                "clinic_name": profile.clinic_name,
                "plan_revision": found.plan_revision,
            }
        )
    else:
        print(f"Paired with {profile.clinic_name}.")
    return 0


COMMAND = Command("pair", "pair this machine with a patient of a clinic", add_arguments, run)
