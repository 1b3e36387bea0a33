"""The client and a real clinic: plans, inventory, conflicts, urgent events, revocation, a copied profile."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from game_client import VERSION, profiles
from game_client.journal.outbox import Outbox
from game_client.profiles import Keys
from game_client.sync.pairing import Pairing, PairingError
from game_client.sync.plans import plan_in_force
from game_client.sync.worker import SyncWorker, now_utc_ms
from shared.ids import uuid7
from shared.wire.sync import UrgentEvent

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults._clinic import ClinicProcess
    from tests.faults._machine import Machine

pytestmark = pytest.mark.faults


def soon(what: Callable[[], bool], within_s: float = 15.0) -> bool:
    until_s = time.monotonic() + within_s
    while time.monotonic() < until_s:
        if what():
            return True
        time.sleep(0.05)
    return False


def urgent_event(machine: Machine) -> UrgentEvent:
    epoch, device_seq = machine.journal.next_numbers()
    return UrgentEvent(
        kind="event",
        schema=1,
        id=uuid7(),
        profile_id=machine.profile.id,
        epoch=epoch,
        device_seq=device_seq,
        at_utc_ms=now_utc_ms(),
        what="pain",
        session_id=None,
        pain=8,
        detail="pain 8 of 10",
    )


def test_a_plan_is_taken_reported_and_withdrawn(machine: Machine, clinic: ClinicProcess) -> None:
    assert plan_in_force(machine.outbox) is None
    machine.sync()
    first = plan_in_force(machine.outbox)
    assert first is not None
    assert clinic.do("held")["applied"][-1] == ["applied", ""]
    clinic.do("pause")
    machine.sync()
    assert plan_in_force(machine.outbox) is None, "the clinic paused it"
    clinic.do("activate")
    machine.sync()
    second = plan_in_force(machine.outbox)
    assert second is not None
    assert second.revision > first.revision


def test_a_plan_of_a_game_unknown_here_keeps_the_old_one_and_says_why(
    machine: Machine, clinic: ClinicProcess
) -> None:
    machine.sync()
    before = plan_in_force(machine.outbox)
    clinic.do("too-new")
    machine.sync()
    assert plan_in_force(machine.outbox) == before
    assert clinic.do("held")["applied"][-1] == ["kept_old", "plan_unknown_game"]
    clinic.do("activate")
    machine.sync()
    assert plan_in_force(machine.outbox) != before


def test_what_a_restored_server_lost_is_sent_again(machine: Machine, clinic: ClinicProcess) -> None:
    lost = machine.play(seed=1)
    machine.play(seed=2)
    machine.sync(compare=True)
    assert set(machine.states().values()) == {"confirmed"}
    clinic.do("lose", str(lost.id))
    assert str(lost.id) not in clinic.do("held")["bundles"]
    machine.sync(compare=True)
    held = clinic.do("held")
    assert held["bundles"][str(lost.id)] == [lost.sha256_raw] * 2
    machine.sync(compare=True)
    assert set(machine.states().values()) == {"confirmed"}


def test_a_restored_profile_makes_a_conflict_that_both_sides_keep(
    machine: Machine, clinic: ClinicProcess
) -> None:
    machine.close()
    copy = machine.folder.parent / "copy"
    shutil.copytree(machine.folder, copy)
    machine.reopen()
    machine.play(seed=1)
    machine.sync()
    machine.close()
    shutil.rmtree(machine.folder)
    shutil.copytree(copy, machine.folder)  # the backup of a machine that went on playing
    machine.reopen()
    other = machine.play(seed=2)
    found = machine.sync()
    assert found.conflict == 1
    assert (machine.folder / "sealed" / f"{other.id}.bundle").exists()
    assert clinic.do("held")["conflicts"] == 1
    machine.play(seed=3)
    assert machine.sync().waiting == 0, "what follows is not held up"


def test_urgent_events_go_first_and_in_play(machine: Machine, clinic: ClinicProcess) -> None:
    before = clinic.do("held")["events"]
    waiting = machine.play()
    worker = SyncWorker(machine.data, machine.profile, boot_id="boot")
    worker.playing(True)
    worker.start()
    try:
        event = urgent_event(machine)
        machine.journal.queue_event(event, app_version=VERSION, now_utc_ms=now_utc_ms())
        worker.ask_urgent()
        assert soon(lambda: machine.states()[str(event.id)] == "committed")
        assert machine.states()[str(waiting.id)] == "sealed", "in play nothing else moves"
        assert clinic.do("held")["events"] == before + 1
        worker.playing(False)
        assert soon(lambda: machine.states()[str(waiting.id)] in ("committed", "confirmed"))
        assert soon(
            lambda: (found := worker.status()) is not None and found.waiting == 0 and not found.sending
        )
    finally:
        worker.stop()


def test_a_worker_without_a_clinic_keeps_trying_and_stops_at_once(machine: Machine) -> None:
    nobody = replace(machine.profile, server_url="http://localhost:9")
    machine.play()
    worker = SyncWorker(machine.data, nobody, boot_id="boot")
    worker.start()
    assert soon(lambda: (found := worker.status()) is not None and "reached" in found.last_error)
    begun_s = time.monotonic()
    worker.stop()
    assert time.monotonic() - begun_s < 2.0
    assert set(machine.states().values()) == {"sealed"}


def test_pairing_says_when_a_code_was_used(clinic: ClinicProcess) -> None:
    with Pairing(clinic.url, app_version=VERSION) as pairing:
        started = pairing.start()
        assert started.fingerprint == pairing.keys.fingerprint
        assert len(started.user_code) == 8
        clinic.manage("pair_local", started.user_code)
        assert pairing.wait(30.0, monotonic_s=time.monotonic, sleep=lambda _: None).clinic_name == "North"
        with pytest.raises(PairingError, match="ask for a new one"):
            pairing.poll()


def test_polling_too_fast_slows_us_down(clinic: ClinicProcess) -> None:
    with Pairing(clinic.url, app_version=VERSION) as pairing:
        pairing.start()
        waits = [pairing.poll() for _ in range(3)]
    intervals = [each.interval_s for each in waits]  # type: ignore[union-attr]
    assert intervals == [5.0, 10.0, 15.0]


def test_another_key_than_the_profiles_gets_no_token(machine: Machine) -> None:
    machine.play()
    mine, machine.keys = machine.keys, Keys.generate()
    found = machine.sync()
    assert "pair it again" in found.needs_pairing
    assert set(machine.states().values()) == {"needs_pairing"}
    machine.keys = mine
    assert machine.sync().waiting == 0, "the way back is open"


def test_a_stolen_profile_keeps_its_data_and_says_so(machine: Machine, clinic: ClinicProcess) -> None:
    machine.sync()
    sealed = machine.play()
    clinic.do("revoke", "stolen")
    found = machine.sync()
    assert "stolen" in found.needs_pairing
    assert found.waiting == 1
    with Outbox(machine.folder) as outbox:
        assert outbox.file(sealed.id)
    assert profiles.keys_of(machine.data, machine.profile) == machine.keys
