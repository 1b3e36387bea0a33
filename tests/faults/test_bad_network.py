"""Whatever the network does, each sealed session is at the clinic exactly once, byte for byte."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.faults._proxy import FAULTS, Fault, bad_network

if TYPE_CHECKING:
    from tests.faults._clinic import ClinicProcess
    from tests.faults._machine import Machine

pytestmark = pytest.mark.faults
STEPS = {"declare": "/bundles/", "chunk": "/chunks/", "commit": "/commit", "token": "/pair/v1/token"}


def is_step(line: str, step: str) -> bool:
    path = line.split()[1]
    if step == "declare":
        return "/bundles/" in path and path.count("/") == 4
    return STEPS[step] in path


def assert_all_there(machine: Machine, clinic: ClinicProcess) -> None:
    """The server holds what was ever sealed here, once, with the hashes of the sealed bytes."""
    held = clinic.do("held")
    for entry in machine.outbox.entries():
        assert held["bundles"][str(entry.id)] == [entry.manifest.sha256_raw] * 2
        assert held["sessions"].count(str(entry.id)) == 1
    assert held["conflicts"] == 0


@pytest.mark.parametrize("step", list(STEPS))
def test_one_fault_of_each_kind_at_this_step_costs_nothing(
    machine: Machine, clinic: ClinicProcess, step: str
) -> None:
    coming: list[Fault] = []

    def once(line: str) -> Fault:
        return coming.pop() if coming and is_step(line, step) else ""

    with bad_network(clinic.port, once) as proxy:
        for seed, fault in enumerate(FAULTS):
            machine.play(seed=seed)
            coming.append(fault)
            for _ in range(3):
                found = machine.sync(proxy.url)
                if not found.waiting:
                    break
            assert not coming, f"{fault} never struck"
            assert found.waiting == 0, (fault, machine.outbox.entries()[-1])
    assert set(machine.states().values()) <= {"committed", "confirmed"}
    assert_all_there(machine, clinic)


def test_a_long_upload_over_a_wild_network_arrives_whole(machine: Machine, clinic: ClinicProcess) -> None:
    for seed in range(3):
        machine.play(trials=200 if seed == 0 else 4, seed=seed)
    assert max(len(each.manifest.chunks) for each in machine.outbox.entries()) > 1
    wild = random.Random(7)

    def often(line: str) -> Fault:
        return wild.choice(FAULTS) if wild.random() < 0.3 else ""

    with bad_network(clinic.port, often) as proxy:
        for _ in range(60):
            found = machine.sync(proxy.url)
            if not found.waiting:
                break
        assert len({fault for _, fault in proxy.done}) > 4
    assert found.waiting == 0, machine.outbox.entries()
    assert found.rejected == found.conflict == 0
    assert_all_there(machine, clinic)


def test_an_upload_goes_on_where_it_was_cut(machine: Machine, clinic: ClinicProcess) -> None:
    machine.play(trials=200)
    chunks: list[str] = []

    def cut_after_the_first(line: str) -> Fault:
        if is_step(line, "chunk"):
            chunks.append(line)
            return "cut_request" if len(chunks) == 2 else ""
        return ""

    with bad_network(clinic.port, cut_after_the_first) as proxy:
        assert machine.sync(proxy.url).waiting == 1
        assert set(machine.states().values()) == {"uploading"}
        machine.reopen()
        assert machine.sync(proxy.url).waiting == 0
    first = chunks[0].split()[1]
    assert sum(each.split()[1] == first for each in chunks) == 1, "the first chunk was sent once only"
    assert_all_there(machine, clinic)


def test_one_bad_document_never_holds_up_the_next(machine: Machine, clinic: ClinicProcess) -> None:
    bad = machine.play(seed=1)
    machine.play(seed=2)
    (machine.folder / "sealed" / f"{bad.id}.bundle").write_bytes(b"damaged on the disk")
    for _ in range(3):
        found = machine.sync()
    assert machine.states()[str(bad.id)] in ("rejected", "declared", "sealed")
    assert set(machine.states().values()) & {"committed", "confirmed"}
    assert found.waiting + found.rejected == 1
    assert (machine.folder / "sealed" / f"{bad.id}.bundle").exists()


def test_a_server_killed_in_between_and_started_again(machine: Machine, clinic: ClinicProcess) -> None:
    machine.play(seed=3)

    def kill_before_commit(line: str) -> Fault:
        if is_step(line, "commit"):
            clinic.kill()
            return "drop_request"
        return ""

    with bad_network(clinic.port, kill_before_commit) as proxy:
        assert machine.sync(proxy.url).waiting == 1
    away = machine.sync()
    assert "can't be reached" in away.last_error
    machine.play(seed=4)  # play goes on
    clinic.start()
    assert machine.sync().waiting == 0
    assert_all_there(machine, clinic)
