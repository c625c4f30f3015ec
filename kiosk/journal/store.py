"""The file under the journal: tables, pragmas, the lock, one transaction at a time."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from checkpoint.durable import make_folder
from checkpoint.entrylog.journal_form import UPGRADES, VERSION
from checkpoint.errors import JournalFault

BUSY_S = 5.0


class Store:
    """journal.db under an exclusive lock. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "journal.db"
        self.mutex = threading.RLock()
        self._lock = _locked(folder / "journal.lock")
        try:
            self._connection = self._connect()
        except BaseException:
            os.close(self._lock)
            raise
        self._inode = self.path.stat().st_ino

    def _connect(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(
                self.path, timeout=BUSY_S, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as fault:
            raise self._broken(fault) from fault
        try:
            self._prepare(connection)
        except (sqlite3.Error, OSError) as fault:
            connection.close()
            raise self._broken(fault) from fault
        except JournalFault:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        self.path.chmod(0o600)
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        if mode != "wal":
            raise JournalFault(f"{self.path}: no write-ahead log here", remedy="use a local disk")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        missing = "".join(UPGRADES[version:]) if 0 <= version < VERSION else ""
        if missing:
            connection.executescript(
                f"BEGIN IMMEDIATE;{missing}PRAGMA user_version = {VERSION};COMMIT"
            )
        elif version != VERSION:
            raise JournalFault(
                f"{self.path} has version {version}, not {VERSION}", remedy="update the kiosk"
            )

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: on disk when the block is left, or undone with a JournalFault."""
        with self.mutex:
            try:
                if self.path.stat().st_ino != self._inode:
                    raise FileNotFoundError("another file took its place")  # noqa: TRY301
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            except (sqlite3.Error, OSError) as fault:
                self._undo()
                raise self._broken(fault) from fault
            except BaseException:
                self._undo()
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection for reads. Raises JournalFault."""
        with self.mutex:
            try:
                yield self._connection
            except sqlite3.Error as fault:
                raise self._broken(fault) from fault

    def empty_log(self) -> None:
        """Leave nothing of what was overwritten in the write-ahead log. Raises JournalFault."""
        with self.reading() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _undo(self) -> None:
        with suppress(sqlite3.Error):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _broken(self, fault: Exception) -> JournalFault:
        code = getattr(fault, "sqlite_errorname", "")
        full = code.startswith("SQLITE_FULL") or getattr(fault, "errno", None) == 28
        remedy = "free disk space; the gate goes on by itself" if full else "check the disk"
        if code in {"SQLITE_CORRUPT", "SQLITE_NOTADB"}:
            remedy = "keep the file as evidence and move it away, then start the gate again"
        elif isinstance(fault, FileNotFoundError):
            remedy = "put the file back and start the gate again"
        return JournalFault(f"journal {self.path}: {fault}", remedy=remedy)

    def close(self) -> None:
        """Close the file and let go of the lock. A second call does nothing."""
        with self.mutex:
            if self._lock >= 0:
                self._connection.close()
                os.close(self._lock)
                self._lock = -1


def _locked(path: Path) -> int:
    try:
        make_folder(path.parent)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as fault:
        raise JournalFault(
            f"{path}: {fault.strerror}", remedy="name a folder that can be written"
        ) from fault
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        os.close(handle)
        raise JournalFault(
            f"another process writes the journal in {path.parent}",
            remedy="stop it, or use another folder",
        ) from fault
    return handle
