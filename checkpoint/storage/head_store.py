"""Heads kept outside of the database: what this server signed last, and how far each chain was.

A folder with `heads.jsonl`, lines only added, on disk before a receipt goes out. A database that
was put back can't take this file back with it, so it shows that it is behind. The form is
docs/formats.md, section "Heads store".
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from checkpoint.durable import make_folder, sync_folder
from checkpoint.entrylog.export_file import canonical_line
from checkpoint.entrylog.tree_head import TreeHead
from checkpoint.errors import StorageFault

FILE = "heads.jsonl"
LARGE = 8 << 20
"""Bytes after which a file is set aside and the next one begins with what still counts."""

Tips: TypeAlias = dict[tuple[str, int], tuple[int, bytes]]
"""By kiosk and epoch: the furthest entry that a receipt was given for, and its hash."""


@dataclass(slots=True)
class _Known:
    note: str
    head: TreeHead
    tips: Tips = field(default_factory=dict)

    def line(self, tips: Mapping[tuple[str, int], tuple[int, bytes]]) -> bytes:
        rows = [[k, epoch, seq, hash_.hex()] for (k, epoch), (seq, hash_) in sorted(tips.items())]
        return canonical_line({"tips": rows, "tree": self.note})


class HeadStore:
    """The folder. Threads and processes may share it. Every method raises StorageFault."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / FILE
        self._mutex = threading.RLock()
        self._known: dict[str, _Known] = {}
        self._read = (0, 0)
        self._named = False

    def furthest(self, name: str) -> str:
        """The note of the last tree head signed under a deployment's name; '' for none."""
        with self._mutex:
            self._refresh()
            known = self._known.get(name)
            return known.note if known else ""

    def tips(self, name: str) -> Tips:
        """How far each chain of a deployment was known to go."""
        with self._mutex:
            self._refresh()
            known = self._known.get(name)
            return dict(known.tips) if known else {}

    def keep(self, note: str, tips: Tips) -> None:
        """Note a tree head and the chains that moved with it; on disk when this returns.

        What is known already is not written again.
        """
        head = TreeHead.read(note)
        if head is None:
            raise self._damaged("a tree head that is none")
        with self._mutex, self._alone():
            self._refresh()
            known = self._known.get(head.name)
            held = known.tips if known else {}
            fresh = {k: tip for k, tip in tips.items() if tip[0] > held.get(k, (0, b""))[0]}
            if known and not fresh and _order(head) <= _order(known.head):
                return
            self._append(_Known(note, head).line(fresh))
            self._refresh()
            if self._path.stat().st_size > LARGE:
                self._set_aside()

    def _append(self, line: bytes) -> None:
        try:
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(handle, "ab") as file:
                # A line that a crash cut short ends here, and is passed over when read.
                file.write(line if file.tell() == self._read[1] else b"\n" + line)
                file.flush()
                os.fsync(file.fileno())
            if not self._named:
                # Another process may have made the file and ended before it synced the folder.
                sync_folder(self.folder)
                self._named = True
        except OSError as fault:
            raise self._fault(fault) from fault

    def _set_aside(self) -> None:
        """Begin another file with what counts; the old one stays beside it under a number."""
        draft = self._path.with_suffix(".new")
        number = sum(1 for _ in self.folder.glob("heads-*.jsonl")) + 1
        try:
            with draft.open("wb") as file:
                file.writelines(known.line(known.tips) for known in self._known.values())
                file.flush()
                os.fsync(file.fileno())
            os.link(self._path, self.folder / f"heads-{number:04}.jsonl")
            draft.replace(self._path)
            sync_folder(self.folder)
        except OSError as fault:
            raise self._fault(fault) from fault

    def _refresh(self) -> None:
        """Read what was added, by whomever, since the last look."""
        try:
            with self._path.open("rb") as file:
                inode = os.fstat(file.fileno()).st_ino
                if inode != self._read[0]:
                    self._read, self._known = (inode, 0), {}
                file.seek(self._read[1])
                for line in file:
                    if line.endswith(b"\n"):
                        self._take(line)
                        self._read = (inode, self._read[1] + len(line))
        except FileNotFoundError:
            self._read, self._known = (0, 0), {}
        except OSError as fault:
            raise self._fault(fault) from fault

    def _take(self, line: bytes) -> None:
        try:
            value = json.loads(line)
            head = TreeHead.read(value["tree"])
            tips = {(str(k), int(e)): (int(n), bytes.fromhex(h)) for k, e, n, h in value["tips"]}
        except (ValueError, KeyError, TypeError, RecursionError):
            return
        if head is None:
            return
        known = self._known.setdefault(head.name, _Known(value["tree"], head))
        if _order(head) > _order(known.head):
            known.note, known.head = value["tree"], head
        for chain, tip in tips.items():
            if tip[0] > known.tips.get(chain, (0, b""))[0]:
                known.tips[chain] = tip

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            make_folder(self.folder)
            handle = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as fault:
            raise self._fault(fault) from fault
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _damaged(self, what: str) -> StorageFault:
        return StorageFault(f"{self._path}: {what}", remedy="keep the file, and look into it")

    def _fault(self, fault: OSError) -> StorageFault:
        return StorageFault(
            f"{self._path}: {fault.strerror}", remedy="make room and the folder writable (`heads`)"
        )


def _order(head: TreeHead) -> tuple[int, int]:
    """A later log goes before an earlier one, then the longer."""
    return head.begun, head.size
