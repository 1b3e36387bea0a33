"""A patient's machine in a test: a paired profile whose virtual patient plays and whose sync is driven."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

from msgspec.structs import replace

from game_client import VERSION, profiles
from game_client.journal.journal import Journal
from game_client.journal.outbox import Outbox
from game_client.profiles import Keys, Profile, folder_of
from game_client.session.play import play_virtual
from game_client.sitting import Sitting, new_header
from game_client.sync.clinic import Clinic
from game_client.sync.pairing import Pairing
from game_client.sync.run import SyncStatus, run
from game_client.sync.worker import now_utc_ms
from game_client.virtual import DEVICE, practice_plan
from shared.patient.virtual import VirtualPatient, draw_person
from shared.wire.session import VirtualPlayer

if TYPE_CHECKING:
    from pathlib import Path

    from shared.wire.sync import Manifest
    from tests.faults._clinic import ClinicProcess


class Machine:
    def __init__(self, data: Path, profile: Profile, keys: Keys) -> None:
        self.data, self.profile, self.keys = data, profile, keys
        self.folder = folder_of(data, profile.id)
        self.journal = self.open()
        self.outbox = Outbox(self.folder)

    @classmethod
    def paired(cls, data: Path, clinic: ClinicProcess) -> Machine:
        with Pairing(clinic.url, app_version=VERSION) as pairing:
            started = pairing.start()
            clinic.manage("pair_local", started.user_code)
            answer = pairing.wait(60.0, monotonic_s=time.monotonic, sleep=lambda _: None)
            profile = profiles.keep(data, answer, clinic.url, pairing.keys, now_utc_ms=now_utc_ms())
            return cls(data, profile, pairing.keys)

    def open(self) -> Journal:
        return Journal(self.folder, self.profile.id, boot_id="boot", now_utc_ms=now_utc_ms())

    def reopen(self) -> None:
        """Start the game again."""
        self.close()
        self.journal = self.open()
        self.outbox = Outbox(self.folder)

    def close(self) -> None:
        self.outbox.close()
        self.journal.close()

    def __enter__(self) -> Machine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def play(self, trials: int = 4, seed: int = 0) -> Manifest:
        """Let a virtual patient play a short session; it is sealed in the journal."""
        person = draw_person("healthy_old", seed)
        header = new_header(
            practice_plan(self.profile.id, trials=trials),
            profile_id=self.profile.id,
            numbers=self.journal.next_numbers(),
            boot_id="boot",
            device=DEVICE,
            display="none",
            virtual=VirtualPlayer(person.profile, person.seed, 0),
            seed=seed,
        )
        sitting = Sitting(self.journal, header)
        played = play_virtual(header, VirtualPatient(person, seed), sitting.keep, sitting.tell_urgent)
        return sitting.finish(played)

    def sync(self, url: str = "", *, compare: bool = False, at_once: bool = True) -> SyncStatus:
        """One round, by way of `url` when one is given."""
        profile = replace(self.profile, server_url=url) if url else self.profile
        with Clinic(profile, self.keys) as clinic:
            return run(
                self.outbox,
                clinic,
                boot_id="boot",
                now_utc_ms=now_utc_ms,
                chance=random.Random(1).random,
                at_once=at_once,
                compare=compare,
            )

    def states(self) -> dict[str, str]:
        return {str(each.id): each.state for each in self.outbox.entries()}
