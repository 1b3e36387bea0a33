"""What the sync reads and writes of a journal: the sealed documents on their way, the plans, its memory.

The connection is its own, so that a thread may ship while another one plays; SQLite's write-ahead log keeps
the two apart. Nothing here is ever deleted: a document that arrived keeps its row and its receipt.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
from msgspec import Struct

from shared.wire.sync import Manifest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from game_client.sync.machine import Progress


class OutboxEntry(Struct, frozen=True, kw_only=True):
    """A sealed file on its way to the clinic; `state` is one of `game_client.sync.machine`."""

    manifest: Manifest
    state: str
    attempts: int
    refusals: int
    next_try_utc_ms: int
    last_error: str
    receipt: bytes | None

    @property
    def id(self) -> UUID:
        return self.manifest.id


class StoredPlan(Struct, frozen=True, kw_only=True):
    """A delivered revision as it came (`envelope` empty: nothing to play now) and what became of it."""

    revision: int
    sha256: str
    envelope: bytes
    outcome: str
    reported: bool


class Outbox:
    """The shipping side of the journal in `folder`; use it in the thread that made it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._db = sqlite3.connect(folder / "journal.sqlite3", isolation_level=None, timeout=5.0)
        for pragma in ("synchronous=FULL", "busy_timeout=5000"):
            self._db.execute(f"PRAGMA {pragma}")

    def __enter__(self) -> Outbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._db.close()

    # ---- documents

    def entries(self) -> list[OutboxEntry]:
        """Every sealed document, oldest first."""
        rows = self._db.execute(
            "SELECT manifest, state, attempts, refusals, next_try_utc_ms, last_error, receipt"
            " FROM outbox ORDER BY epoch, device_seq"
        ).fetchall()
        return [
            OutboxEntry(
                manifest=msgspec.json.decode(row[0], type=Manifest),
                state=row[1],
                attempts=row[2],
                refusals=row[3],
                next_try_utc_ms=row[4],
                last_error=row[5],
                receipt=row[6],
            )
            for row in rows
        ]

    def file(self, document_id: UUID) -> bytes:
        """Return the sealed bytes of a document.

        Raises:
            OSError: the file can't be read.
        """
        return (self._folder / "sealed" / f"{document_id}.bundle").read_bytes()

    def keep(self, document_id: UUID, progress: Progress, receipt: bytes | None = None) -> None:
        """Store where a document stands on its way; a receipt once stored stays."""
        with self._transaction():
            self._db.execute(
                "UPDATE outbox SET state = ?, attempts = ?, refusals = ?, next_try_utc_ms = ?,"
                " last_error = ?, receipt = COALESCE(?, receipt) WHERE id = ?",
                (
                    progress.state,
                    progress.attempts,
                    progress.refusals,
                    progress.next_try_utc_ms,
                    progress.last_error[:500],
                    receipt,
                    str(document_id),
                ),
            )

    def sealed_count(self) -> int:
        """Sessions that were sealed since this profile began, sent or not."""
        return int(self._db.execute("SELECT COUNT(*) FROM outbox WHERE kind = 'session'").fetchone()[0])

    # ---- plans

    def store_plan(
        self, revision: int, sha256: str, envelope: bytes, *, outcome: str, now_utc_ms: int
    ) -> None:
        """Keep a delivered plan and what became of it: the change of plan is this one transaction."""
        with self._transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO plan (revision, sha256, envelope, applied_utc_ms, outcome)"
                " VALUES (?, ?, ?, ?, ?)",
                (revision, sha256, envelope, now_utc_ms, outcome),
            )

    def plans(self) -> list[StoredPlan]:
        """Every revision that was delivered, oldest first."""
        rows = self._db.execute(
            "SELECT revision, sha256, envelope, outcome, reported FROM plan ORDER BY revision"
        ).fetchall()
        return [
            StoredPlan(
                revision=row[0], sha256=row[1], envelope=bytes(row[2]), outcome=row[3], reported=bool(row[4])
            )
            for row in rows
        ]

    def plan(self) -> StoredPlan | None:
        """The plan in force; None before the first, and while the clinic has withdrawn it."""
        row = self._db.execute(
            "SELECT revision, sha256, envelope, outcome, reported FROM plan"
            " WHERE outcome IN ('applied', 'withdrawn') ORDER BY revision DESC LIMIT 1"
        ).fetchone()
        if row is None or row[3] != "applied":
            return None
        return StoredPlan(
            revision=row[0], sha256=row[1], envelope=bytes(row[2]), outcome=row[3], reported=bool(row[4])
        )

    def plan_reported(self, revision: int) -> None:
        """The clinic knows what became of this revision."""
        with self._transaction():
            self._db.execute("UPDATE plan SET reported = 1 WHERE revision = ?", (revision,))

    # ---- memory

    def recall(self, name: str) -> str:
        """Return what was remembered under a name, empty when nothing was."""
        row = self._db.execute("SELECT value FROM sync_state WHERE name = ?", (name,)).fetchone()
        return "" if row is None else str(row[0])

    def remember(self, name: str, value: str) -> None:
        with self._transaction():
            self._db.execute("INSERT OR REPLACE INTO sync_state VALUES (?, ?)", (name, value))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
