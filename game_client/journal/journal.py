"""Write sessions as they are played, seal them when they end, and lose nothing in between.

A trial is committed (WAL, synchronous=FULL) before play goes on, so a crash or a power cut costs at most
the running trial. A session left open by a process that is gone is sealed at the next start with what it
had. A broken file is moved aside, never deleted, and a new epoch begins, so that no id or number is ever
given twice.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import sys
import zlib
from contextlib import contextmanager
from importlib import resources
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
from msgspec import Struct

from game_client.session.header import Piece, SessionEnd, SessionHeader, assemble
from shared.errors import MovereError
from shared.wire.codec import Sealed, decode_json, encode_json, seal
from shared.wire.sync import Manifest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shared.wire.session import ClockSample, EndedReason, Recording
    from shared.wire.sync import UrgentEvent

_USER_VERSION = 1
_FULL = {errno.ENOSPC, errno.EDQUOT}


class JournalError(MovereError):
    """The journal could not do its work; the sentence says what the person can do."""


class DiskFullError(JournalError):
    """No room is left; what was committed before is safe."""

    def __init__(self) -> None:
        super().__init__("The disk is full. Your play so far is safe. Free some space, then go on.")


class Opened(Struct, frozen=True, kw_only=True):
    """What opening the journal found: files moved aside, sessions closed after a crash."""

    moved_aside: str | None = None
    recovered: list[UUID] = msgspec.field(default_factory=list)


class Journal:
    """One profile's journal in `folder`: `journal.sqlite3`, and `sealed/` beside it."""

    def __init__(self, folder: Path, profile_id: UUID, *, boot_id: str, now_utc_ms: int) -> None:
        """Open or create the journal; a broken one is moved aside and a new epoch begins.

        Raises:
            DiskFullError: there is no room even for an empty journal.
            JournalError: another Movere has this profile open, or it belongs to another profile.
        """
        self._folder = folder
        self._sealed = folder / "sealed"
        self._boot_id = boot_id
        self.profile_id = profile_id
        self.path = folder / "journal.sqlite3"
        with _room():
            self._sealed.mkdir(parents=True, exist_ok=True)
        self._lock = _Lock(folder / "journal.lock")
        self._connection: sqlite3.Connection | None = None
        try:
            self.opened = self._open(now_utc_ms)
        except BaseException:
            self.close()
            raise

    @property
    def _db(self) -> sqlite3.Connection:
        if self._connection is None:
            raise JournalError("this journal is closed")
        return self._connection

    def _open(self, now_utc_ms: int) -> Opened:
        moved: str | None = None
        epoch = 1
        if self.path.exists() and not is_sound(self.path):
            moved = self._move_aside(now_utc_ms)
        if not self.path.exists():
            epoch = _epoch_after(self._folder) if moved or _has_damaged(self._folder) else 1
        with _room():
            self._connection = sqlite3.connect(self.path, isolation_level=None, timeout=5.0)
            self._prepare(epoch)
        if moved:
            self._adopt_sealed(now_utc_ms)
        return Opened(moved_aside=moved, recovered=self._close_crashed(now_utc_ms))

    # ---- sessions

    def next_numbers(self) -> tuple[int, int]:
        """Allocate (epoch, device_seq) for a session or an urgent event; numbers have no gaps."""
        with self._transaction():
            epoch, seq = self._db.execute("SELECT epoch, next_device_seq FROM profile_state").fetchone()
            self._db.execute("UPDATE profile_state SET next_device_seq = next_device_seq + 1")
        return int(epoch), int(seq)

    def begin(self, header: SessionHeader) -> None:
        """Open a session: from here on it exists, whatever happens."""
        with self._transaction():
            self._db.execute(
                "INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, 'open', ?, NULL)",
                (
                    str(header.id),
                    header.epoch,
                    header.device_seq,
                    self._boot_id,
                    os.getpid(),
                    header.started_utc_ms,
                    msgspec.msgpack.encode(header),
                ),
            )

    def append(self, session_id: UUID, piece: Piece) -> None:
        """Commit one piece durably.

        Raises:
            DiskFullError: nothing of the piece was stored; earlier pieces are safe.
        """
        data = msgspec.msgpack.encode(piece)
        with self._transaction():
            self._db.execute(
                "INSERT INTO piece SELECT ?, COALESCE(MAX(seq), 0) + 1, ?, ? FROM piece WHERE session_id = ?",
                (str(session_id), zlib.crc32(data), data, str(session_id)),
            )

    def seal(
        self,
        session_id: UUID,
        end: SessionEnd,
        *,
        app_version: str,
        now_utc_ms: int,
        clock: ClockSample | None = None,
    ) -> Manifest:
        """End a session: write its sealed file durably, and queue it in the same transaction.

        Raises:
            DiskFullError: the session stays open and whole; it is sealed at the next start.
        """
        recording = self._recording(session_id, end)
        sealed = seal(recording, app_version=app_version, clock=clock)
        return self._enqueue(sealed, now_utc_ms, session_id=session_id, reason=end.ended_reason)

    def queue_event(self, event: UrgentEvent, *, app_version: str, now_utc_ms: int) -> Manifest:
        """Seal and queue an urgent event."""
        return self._enqueue(seal(event, app_version=app_version), now_utc_ms)

    def _recording(self, session_id: UUID, end: SessionEnd) -> Recording:
        row = self._db.execute("SELECT header FROM session WHERE id = ?", (str(session_id),)).fetchone()
        if row is None:
            raise JournalError("there is no such session in this journal")
        header = msgspec.msgpack.decode(row[0], type=SessionHeader)
        pieces = []
        rows = self._db.execute(
            "SELECT crc32, bytes FROM piece WHERE session_id = ? ORDER BY seq", (str(session_id),)
        )
        for crc32, data in rows:
            if zlib.crc32(data) != crc32:
                break  # what follows a damaged piece cannot be joined to what came before
            pieces.append(msgspec.msgpack.decode(data, type=Piece))
        return assemble(header, pieces, end)

    def _enqueue(
        self,
        sealed: Sealed,
        now_utc_ms: int,
        *,
        session_id: UUID | None = None,
        reason: EndedReason | None = None,
    ) -> Manifest:
        manifest = sealed.manifest
        with _room():
            _write_durably(self.file_of(manifest.id), sealed.file)
            _write_durably(self.file_of(manifest.id).with_suffix(".json"), encode_json(manifest))
        with self._transaction():
            if session_id is not None:
                self._db.execute(
                    "UPDATE session SET status = 'sealed', ended_reason = ? WHERE id = ?",
                    (reason, str(session_id)),
                )
            self._put_in_outbox(manifest, now_utc_ms)
        return manifest

    def file_of(self, document_id: UUID) -> Path:
        """Where the sealed bytes of a document lie."""
        return self._sealed / f"{document_id}.bundle"

    # ---- history on this machine

    def session_count(self, since_utc_ms: int = 0) -> int:
        """Sessions begun since then, for the daily cap and the days played."""
        row = self._db.execute(
            "SELECT COUNT(*) FROM session WHERE started_utc_ms >= ?", (since_utc_ms,)
        ).fetchone()
        return int(row[0])

    def started_utc_ms(self) -> list[int]:
        """When each session began, oldest first."""
        rows = self._db.execute("SELECT started_utc_ms FROM session ORDER BY started_utc_ms").fetchall()
        return [int(row[0]) for row in rows]

    def recordings(self, limit: int = 50) -> list[Path]:
        """The newest sealed sessions that still lie on this machine, newest first."""
        rows = self._db.execute(
            "SELECT id FROM outbox WHERE kind = 'session' ORDER BY epoch DESC, device_seq DESC LIMIT ?",
            (limit,),
        ).fetchall()
        paths = [self.file_of(UUID(row[0])) for row in rows]
        return [path for path in paths if path.exists()]

    def close(self) -> None:
        """Close the file; opening it again is safe."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._lock.close()

    # ---- inside

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with _room():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            try:
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _prepare(self, epoch: int) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
            self._db.execute(f"PRAGMA {pragma}")
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > _USER_VERSION:
            raise JournalError("this profile was used by a newer Movere: install that version again")
        if version == 0:
            script = resources.files("game_client.journal").joinpath("schema.sql").read_text("utf-8")
            self._db.executescript(f"BEGIN;{script}PRAGMA user_version={_USER_VERSION};COMMIT;")
            with self._transaction():
                self._db.execute(
                    "INSERT INTO profile_state VALUES (1, ?, ?, 1)", (str(self.profile_id), epoch)
                )
        found = self._db.execute("SELECT profile_id FROM profile_state").fetchone()
        if found is None or found[0] != str(self.profile_id):
            raise JournalError("this folder belongs to another profile")

    def _close_crashed(self, now_utc_ms: int) -> list[UUID]:
        """Seal sessions that a process which is gone left open. The lock proves that it is gone."""
        rows = self._db.execute("SELECT id FROM session WHERE status = 'open'").fetchall()
        closed = []
        for (text,) in rows:
            end = SessionEnd(ended_reason="crash", client_metrics=[])
            self.seal(UUID(text), end, app_version="", now_utc_ms=now_utc_ms)
            closed.append(UUID(text))
        return closed

    def _adopt_sealed(self, now_utc_ms: int) -> None:
        """Queue sealed files again that only the broken journal knew; the server takes each once."""
        for path in sorted(self._sealed.glob("*.json")):
            manifest = decode_json(path.read_bytes(), Manifest)
            with self._transaction():
                self._put_in_outbox(manifest, now_utc_ms)

    def _put_in_outbox(self, manifest: Manifest, now_utc_ms: int) -> None:
        self._db.execute(
            "INSERT OR IGNORE INTO outbox (id, kind, epoch, device_seq, manifest, state, sealed_utc_ms)"
            " VALUES (?, ?, ?, ?, ?, 'sealed', ?)",
            (
                str(manifest.id),
                manifest.kind,
                manifest.epoch,
                manifest.device_seq,
                encode_json(manifest),
                now_utc_ms,
            ),
        )

    def _move_aside(self, now_utc_ms: int) -> str:
        name = f"journal.damaged-{now_utc_ms}.sqlite3"
        self.path.rename(self._folder / name)
        for suffix in ("-wal", "-shm"):
            side = self.path.with_name(self.path.name + suffix)
            if side.exists():
                side.rename(self._folder / (name + suffix))
        return name


@contextmanager
def _room() -> Iterator[None]:
    """Turn "no space left", from SQLite or the system, into one clear error."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "full" in str(error) or "disk I/O" in str(error):
            raise DiskFullError from error
        if "locked" in str(error):
            raise JournalError("Another Movere is using this profile. Close it first.") from error
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFullError from error
        raise


def is_sound(path: Path) -> bool:
    """Whether a journal's file is one that SQLite can read from end to end."""
    try:
        db = sqlite3.connect(path, timeout=5.0)
        try:
            answer = db.execute("PRAGMA quick_check").fetchone()
            return answer is not None and answer[0] == "ok"
        finally:
            db.close()
    except sqlite3.DatabaseError:
        return False


def _has_damaged(folder: Path) -> bool:
    return any(folder.glob("journal.damaged-*.sqlite3"))


def _epoch_after(folder: Path) -> int:
    """One more than the damaged files say, or than how many there are when they say nothing."""
    highest = 0
    damaged = sorted(folder.glob("journal.damaged-*.sqlite3"))
    for path in damaged:
        try:
            db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
            try:
                highest = max(highest, int(db.execute("SELECT epoch FROM profile_state").fetchone()[0]))
            finally:
                db.close()
        except (sqlite3.DatabaseError, TypeError, ValueError):
            continue
    return max(highest, len(damaged)) + 1


def _write_durably(path: Path, data: bytes) -> None:
    """Write, fsync, rename, fsync the folder: after this the bytes survive a power cut."""
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    if sys.platform != "win32":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class _Lock:
    """An open, exclusively locked file; the system frees it when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a+b")
        try:
            if sys.platform == "win32":  # pragma: no cover - tried on Linux only
                import msvcrt

                self._file.seek(0)
                msvcrt.locking(self._file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise JournalError("Another Movere is using this profile. Close it first.") from error

    def close(self) -> None:
        self._file.close()
