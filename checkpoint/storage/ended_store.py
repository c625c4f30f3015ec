"""What was ended, kept outside of the database, for a backup that is put back knows nothing of it.

`ended.jsonl` lies beside the heads. Lines are only added, each on disk before the change that it
tells of is committed. They hold random ids and no words. The form is in docs/formats.md, section
"Heads store".
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session

from checkpoint.durable import make_folder, sync_folder
from checkpoint.entrylog.export_file import canonical_line
from checkpoint.errors import StorageFault

FILE = "ended.jsonl"


@dataclass(frozen=True, slots=True)
class Ended:
    """When (ms) what was done to what; `ground` of an erasure only."""

    at: int
    verb: str
    subject: str
    enterprise_id: str
    ground: str = ""


class EndedStore:
    """The file in the folder of heads. Threads and processes may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._path = folder, folder / FILE

    def add_with(self, session: Session, line: Ended) -> None:
        """Add a line when the transaction is about to commit, which fails with StorageFault too."""
        event.listen(session, "before_commit", lambda _session: self.add(line), once=True)

    def add(self, line: Ended) -> None:
        """Add a line; on disk when this returns. Raises StorageFault."""
        try:
            with self._alone():
                fresh = not self._path.exists()
                with self._path.open("ab+") as file:
                    size = file.tell()
                    file.seek(max(0, size - 1))
                    # A line that a crash cut short ends here, and is passed over when read.
                    gap = b"\n" if size and file.read(1) != b"\n" else b""
                    file.write(gap + canonical_line(asdict(line)))
                    file.flush()
                    os.fsync(file.fileno())
                if fresh:
                    sync_folder(self._folder)
        except OSError as fault:
            raise self._fault(fault) from fault

    def since(self, at: int) -> Iterator[Ended]:
        """The lines of this time or later (ms), as they were added. Raises StorageFault."""
        try:
            with self._path.open("rb") as file:
                for line in file:
                    try:
                        told = Ended(**json.loads(line))
                    except (ValueError, TypeError):
                        continue
                    if told.at >= at:
                        yield told
        except FileNotFoundError:
            return
        except OSError as fault:
            raise self._fault(fault) from fault

    @contextmanager
    def _alone(self) -> Iterator[None]:
        make_folder(self._folder)
        handle = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _fault(self, fault: OSError) -> StorageFault:
        return StorageFault(
            f"{self._path}: {fault.strerror}", remedy="make room and the folder writable (`heads`)"
        )
