"""A disk that keeps apart what was synced and what was not.

Stricter than ext4: a name is durable only once its folder was synced, a file's own sync makes
its bytes durable and nothing else, and what was not synced may survive or not, sector by sector
and name by name, in any order. A rename within a folder is whole or not at all.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

SECTORS = (512, 4096)


@dataclass(frozen=True, slots=True)
class Survival:
    """What of the un-synced a cut leaves: `share` of it, in pieces of `sector` bytes.

    0 leaves nothing of it: the disk never got to it.
    """

    share: float
    sector: int
    chance: Random

    def spares(self) -> bool:
        """Whether the next piece survives."""
        return self.chance.random() < self.share


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes at an offset that may not be on disk; `at` is when the call ended."""

    at: int
    offset: int
    blob: bytes

    def onto(self, content: bytearray, survival: Survival | None) -> None:
        """Put it there, or what of it survives."""
        if survival is None:
            _put(content, self.offset, self.blob)
            return
        place, stop = self.offset, self.offset + len(self.blob)
        while place < stop:
            end = min((place // survival.sector + 1) * survival.sector, stop)
            if survival.spares():
                _put(content, place, self.blob[place - self.offset : end - self.offset])
            place = end


@dataclass(frozen=True, slots=True)
class Resize:
    """Another length, as by ftruncate."""

    at: int
    size: int

    def onto(self, content: bytearray, survival: Survival | None) -> None:
        """Cut or lengthen, if it survives."""
        if survival is None or survival.spares():
            del content[self.size :]
            content.extend(bytes(self.size - len(content)))


def _put(content: bytearray, offset: int, blob: bytes) -> None:
    if not blob:
        return
    content.extend(bytes(max(0, offset - len(content))))
    content[offset : offset + len(blob)] = blob


@dataclass(eq=False, slots=True)
class File:
    """The bytes that are on disk, and the changes that may not be. `mode` as by chmod."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[Write | Resize] = field(default_factory=list)
    mode: int = 0o600
    mapped: bool = False

    def size(self) -> int:
        """Its length as programs see it."""
        return len(self.content(None))

    def sync(self, before: int) -> None:
        """All changes that ended before the sync began are on disk."""
        for change in self.pending:
            if change.at < before:
                change.onto(self.durable, None)
        self.pending = [change for change in self.pending if change.at >= before]

    def forget(self) -> None:
        """A sync that failed: the kernel takes the pages for written, and they never will be."""
        self.pending.clear()

    def content(self, survival: Survival | None) -> bytes:
        """The bytes after a cut; as programs see them, for None."""
        content = bytearray(self.durable)
        for change in self.pending:
            change.onto(content, survival)
        if survival and self.mapped and survival.spares():
            return survival.chance.randbytes(len(content))  # written past all calls
        return bytes(content)


@dataclass(frozen=True, slots=True)
class Naming:
    """Names given (a node) or taken away (None), together or not at all."""

    at: int
    names: tuple[tuple[str, Node | None], ...]


@dataclass(eq=False, slots=True)
class Folder:
    """Names on disk, names as programs see them, and what lies between."""

    durable: dict[str, Node] = field(default_factory=dict)
    now: dict[str, Node] = field(default_factory=dict)
    pending: list[Naming] = field(default_factory=list)
    mode: int = 0o700

    def name(self, at: int, *names: tuple[str, Node | None]) -> None:
        """Give and take names; durable once the folder was synced."""
        naming = Naming(at, names)
        _apply(self.now, naming)
        self.pending.append(naming)

    def sync(self, before: int) -> None:
        """All names given before are on disk."""
        for naming in self.pending:
            if naming.at < before:
                _apply(self.durable, naming)
        self.pending = [naming for naming in self.pending if naming.at >= before]

    def forget(self) -> None:
        """A sync that failed."""
        self.pending.clear()

    def names(self, survival: Survival) -> dict[str, Node]:
        """The names after a cut."""
        names = dict(self.durable)
        for naming in self.pending:
            if survival.spares():
                _apply(names, naming)
        return names


Node = File | Folder


def _apply(names: dict[str, Node], naming: Naming) -> None:
    for name, node in naming.names:
        if node is None:
            names.pop(name, None)
        else:
            names[name] = node


def read(path: Path) -> Folder:
    """A folder of the real disk, all of it durable."""
    folder = Folder(mode=path.stat().st_mode & 0o777)
    for child in path.iterdir():
        mode = child.stat().st_mode & 0o777
        node: Node = read(child) if child.is_dir() else File(bytearray(child.read_bytes()))
        node.mode = mode
        folder.durable[child.name] = folder.now[child.name] = node
    return folder


def leave(folder: Folder, path: Path, survival: Survival) -> None:
    """Write what a cut leaves of a folder to `path`, which is made anew."""
    if path.exists():
        shutil.rmtree(path)
    path.mkdir(parents=True)
    path.chmod(folder.mode | 0o700)
    for name, node in folder.names(survival).items():
        if isinstance(node, Folder):
            leave(node, path / name, survival)
        else:
            (path / name).write_bytes(node.content(survival))
            (path / name).chmod(node.mode)
