"""The journal: a crash costs at most a trial, a full disk and a broken file cost nothing that was kept."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from game_client.journal.journal import DiskFullError, Journal, JournalError
from game_client.journal.outbox import Outbox
from game_client.session.header import Piece
from game_client.session.play import play_virtual
from game_client.sitting import Sitting
from shared.patient.virtual import VirtualPatient, draw_person
from shared.wire.codec import decode_recording, open_sealed
from tests.virtual_sessions import make_header, make_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from game_client.session.header import SessionHeader
    from shared.wire.session import Recording

PROFILE = UUID(int=5)
ROOT = Path(__file__).resolve().parents[3]


def opened(folder: Path) -> Journal:
    return Journal(folder, PROFILE, boot_id="boot", now_utc_ms=1)


def header_for(journal: Journal, seed: int = 0) -> SessionHeader:
    epoch, device_seq = journal.next_numbers()
    person = draw_person("healthy_old", seed)
    plan = make_plan(practice=4)
    return make_header(plan, seed, person, profile_id=PROFILE, epoch=epoch, device_seq=device_seq)


def played(journal: Journal, seed: int = 0) -> UUID:
    header = header_for(journal, seed)
    sitting = Sitting(journal, header)
    patient = VirtualPatient(draw_person("healthy_old", seed), seed)
    sitting.finish(play_virtual(header, patient, sitting.keep))
    return header.id


def recordings(folder: Path) -> list[Recording]:
    with Outbox(folder) as outbox:
        return [
            decode_recording(
                open_sealed(
                    outbox.file(each.id),
                    size_raw=each.manifest.size_raw,
                    sha256_file=each.manifest.sha256_file,
                    sha256_raw=each.manifest.sha256_raw,
                )
            )
            for each in outbox.entries()
        ]


def test_a_session_is_sealed_with_its_manifest_beside_it(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    session = played(journal)
    journal.close()
    (recording,) = recordings(tmp_path)
    assert recording.id == session
    assert recording.ended_reason == "completed"
    assert (tmp_path / "sealed" / f"{session}.json").exists()


def test_a_process_that_is_gone_leaves_its_trials(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    header = header_for(journal)
    kept: list[Piece] = []

    class Gone(Exception):  # noqa: N818 - it stands for a power cut
        pass

    def keep(piece: Piece) -> None:
        if len(kept) == 6:
            raise Gone
        journal.append(header.id, piece)
        kept.append(piece)

    journal.begin(header)
    with pytest.raises(Gone):
        play_virtual(header, VirtualPatient(draw_person("healthy_old", 0), 0), keep)
    journal.close()
    again = opened(tmp_path)
    assert again.opened.recovered == [header.id]
    again.close()
    (recording,) = recordings(tmp_path)
    assert recording.ended_reason == "crash"
    assert recording.events == [event for piece in kept for event in piece.events]
    final = opened(tmp_path)
    assert final.opened.recovered == [], "it is sealed once"
    final.close()


def test_a_broken_file_is_moved_aside_and_said_so(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    first = played(journal)
    journal.close()
    path = tmp_path / "journal.sqlite3"
    path.write_bytes(b"not a database " * 1000)
    again = opened(tmp_path)
    moved = again.opened.moved_aside
    assert moved is not None
    assert (tmp_path / moved).read_bytes().startswith(b"not a database")
    second = played(again, seed=1)
    again.close()
    with Outbox(tmp_path) as outbox:
        numbers = {each.id: (each.manifest.epoch, each.manifest.device_seq) for each in outbox.entries()}
    assert numbers == {first: (1, 1), second: (2, 1)}, "the sealed file is queued again, numbers never return"


def test_two_games_never_share_a_profile(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    with pytest.raises(JournalError, match="Another Movere"):
        opened(tmp_path)
    journal.close()
    opened(tmp_path).close()


def test_a_folder_of_another_profile_is_refused(tmp_path: Path) -> None:
    opened(tmp_path).close()
    with pytest.raises(JournalError, match="another profile"):
        Journal(tmp_path, UUID(int=6), boot_id="boot", now_utc_ms=1)
    opened(tmp_path).close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte of its own."""
    place = tmp_path / "small"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(folder: Path, use_up: Callable[[], None], make_room: Callable[[], None]) -> None:
    """Play until nothing more can be written, make room, seal: nothing that was played is missing."""
    journal = opened(folder)
    header = header_for(journal)
    sitting = Sitting(journal, header)
    pieces: list[Piece] = []
    full = 0

    def keep(piece: Piece) -> None:
        nonlocal full
        pieces.append(piece)
        if len(pieces) == 4:
            use_up()
        try:
            sitting.keep(piece)
        except DiskFullError as error:
            assert "disk is full" in str(error)
            full += 1
        if full == 3:
            make_room()

    run = play_virtual(header, VirtualPatient(draw_person("healthy_old", 0), 0), keep)
    assert full >= 3, "the disk was never full"
    sitting.finish(run)
    journal.close()
    (recording,) = recordings(folder)
    assert recording.events == [event for piece in pieces for event in piece.events]


def fill_a_disk(folder: Path) -> None:
    ballast = folder / "ballast"

    def use_up() -> None:
        with ballast.open("wb", buffering=0) as file:
            for size in (65536, 4096, 1):
                with suppress(OSError):
                    while file.write(b"x" * size) == size:
                        pass

    fill(folder, use_up, lambda: ballast.unlink(missing_ok=True))


def fill_a_quota(folder: Path) -> None:
    """The same without a disk of one's own: no file may grow any further."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)

    def use_up() -> None:
        size = (folder / "journal.sqlite3-wal").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))

    fill(folder, use_up, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)))


if os.geteuid() == 0:  # only root may mount; everybody else has the test below

    @pytest.mark.faults
    def test_a_full_disk_stops_nothing_and_loses_nothing(small_disk: Path) -> None:
        fill_a_disk(small_disk)


@pytest.mark.faults
def test_a_used_up_quota_stops_nothing_and_loses_nothing(tmp_path: Path) -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from pathlib import Path;"
        " from tests.game_client.journal.test_journal import fill_a_quota;"
        f" fill_a_quota(Path({str(tmp_path)!r}))"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
