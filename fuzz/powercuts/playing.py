"""Playing recorded calls onto the model of a disk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from fuzz.powercuts.calls import Call, text_of
from fuzz.powercuts.descriptors import Opened, OpenFiles
from fuzz.powercuts.disk import File, Folder, Node, Resize, Write

_IOV = re.compile(r'iov_base=("[^"]*"(?:\.\.\.)?)')
_BEYOND = {
    "sendfile", "copy_file_range", "splice", "io_uring_setup", "fallocate", "sync", "syncfs",
    "symlink", "symlinkat", "mknod", "mknodat", "openat2", "creat",
}  # fmt: skip
"""Calls that the model does not know; nothing of ours makes them on its files."""


_CLOSING = {"close", "close_range"}


def _takes_effect(call: Call) -> int:
    """The line at which a call takes effect: as it ends, but a number is free as closing begins.

    Another thread may be given the number, and write to its file, before the close has returned.
    """
    return call.began if call.name in _CLOSING else call.ended


class NotModelled(Exception):
    """A call on a recorded file that the model can't play: no result would be honest."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the program told the world outside: by descriptor, or `socket`. Sent at `at`."""

    at: int
    where: str
    blob: bytes


@dataclass
class Player:
    """The disk as far as the calls were played. `root` is where its folder lies for programs."""

    root: Path
    disk: Folder
    said: list[Said] = field(default_factory=list)
    _open_files: OpenFiles = field(default_factory=OpenFiles)

    def play(self, calls: Sequence[Call]) -> Iterator[int]:
        """Play all; gives the line of each call after which the disk or what was said differ."""
        self._open_files.expect(calls)
        for call in sorted(calls, key=_takes_effect):
            self._open_files.follow(call)
            if self._one(call):
                yield call.ended

    def _one(self, call: Call) -> bool:
        if call.result < 0:
            return self._failed(call)
        play: Callable[[Call], bool] | None = getattr(self, f"_{call.name}", None)
        if play is not None:
            return play(call)
        if call.name in _BEYOND and (self._touches(call) or call.name == "io_uring_setup"):
            raise NotModelled(f"{call.name}{call.args!r:.200}")
        return False

    def _touches(self, call: Call) -> bool:
        table = self._open_files.of(call)
        paths = [arg for arg in call.args if arg.startswith('"')]
        return any(arg.isdigit() and int(arg) in table for arg in call.args) or any(
            self._inside(text_of(arg)) is not None for arg in paths
        )

    def _failed(self, call: Call) -> bool:
        node = self._open_files.first(call)
        if call.name in {"fsync", "fdatasync"} and node:
            node.node.forget()
            return True
        return False

    # ------------------------------------------------------------------ names

    def _inside(self, path: bytes) -> PurePosixPath | None:
        try:
            return PurePosixPath(path.decode()).relative_to(self.root)
        except (ValueError, UnicodeDecodeError):
            return None

    def _folder_of(self, path: PurePosixPath) -> Folder:
        folder = self.disk
        for name in path.parent.parts:
            child = folder.now[name]
            if not isinstance(child, Folder):
                raise NotModelled(f"{path} lies in no folder")
            folder = child
        return folder

    def _node_at(self, path: PurePosixPath) -> Node | None:
        return self._folder_of(path).now.get(path.name) if path.name else self.disk

    def _path(self, call: Call, place: int = 0) -> PurePosixPath | None:
        base, arg = call.args[place], call.args[place + call.name.endswith("at")]
        text = text_of(arg)
        if call.name.endswith("at") and base != "AT_FDCWD" and not text.startswith(b"/"):
            if int(base) in self._open_files.of(call):
                raise NotModelled(f"{call.name} beside an open folder")
            return None
        return self._inside(text)

    # ------------------------------------------------------------------ descriptors

    def _openat(self, call: Call) -> bool:
        table, path = self._open_files.of(call), self._path(call)
        table.pop(call.result, None)
        if path is None:
            return False
        flags = call.args[1 + call.name.endswith("at")]
        node, made = self._node_at(path), False
        if node is None:
            mode = int(call.args[-1], 8) & ~0o022
            node, made = File(mode=mode), True
            self._folder_of(path).name(call.ended, (path.name, node))
        if "O_TRUNC" in flags and isinstance(node, File):
            node.pending.append(Resize(call.ended, 0))
            made = True
        table[call.result] = Opened(node, "O_APPEND" in flags)
        return made

    _open = _openat

    # ------------------------------------------------------------------ bytes

    def _write(self, call: Call) -> bool:
        return self._written(call, call.blob(1))

    def _writev(self, call: Call) -> bool:
        return self._written(call, _gathered(call))

    def _written(self, call: Call, blob: bytes) -> bool:
        opened = self._open_files.first(call)
        if opened is None:
            self.said.append(Said(call.began, call.args[0], blob[: call.result]))
            return True
        node, offset = opened.node, opened.offset
        if opened.append and isinstance(node, File):
            offset = node.size()
        opened.offset = offset + call.result
        return self._change(call, Write(call.ended, offset, blob[: call.result]))

    def _pwrite64(self, call: Call) -> bool:
        blob = call.blob(1)[: call.result]
        return self._change(call, Write(call.ended, int(call.args[3]), blob))

    def _pwritev(self, call: Call) -> bool:
        blob = _gathered(call)[: call.result]
        return self._change(call, Write(call.ended, int(call.args[3]), blob))

    _pwritev2 = _pwritev

    def _ftruncate(self, call: Call) -> bool:
        return self._change(call, Resize(call.ended, int(call.args[1])))

    def _change(self, call: Call, change: Write | Resize) -> bool:
        opened = self._open_files.first(call)
        if opened is None:
            return False
        if not isinstance(opened.node, File):
            raise NotModelled(f"{call.name} on a folder")
        opened.node.pending.append(change)
        return True

    def _truncate(self, call: Call) -> bool:
        path = self._inside(call.blob(0))
        node = self._node_at(path) if path else None
        if not isinstance(node, File):
            return False
        node.pending.append(Resize(call.ended, int(call.args[1])))
        return True

    def _mmap(self, call: Call) -> bool:
        number = call.args[4]
        opened = self._open_files.of(call).get(int(number)) if number.isdigit() else None
        if opened and isinstance(opened.node, File) and "PROT_WRITE" in call.args[2]:
            opened.node.mapped = opened.node.mapped or "MAP_SHARED" in call.args[3]
        return False

    def _fsync(self, call: Call) -> bool:
        if opened := self._open_files.first(call):
            opened.node.sync(call.began)
        return opened is not None

    _fdatasync = _fsync

    def _sendto(self, call: Call) -> bool:
        self.said.append(Said(call.began, "socket", call.blob(1)[: call.result]))
        return True

    def _sendmsg(self, call: Call) -> bool:
        self.said.append(Said(call.began, "socket", _gathered(call)[: call.result]))
        return True

    # ------------------------------------------------------------------ folders

    def _mkdir(self, call: Call) -> bool:
        path = self._path(call)
        if path is None:
            return False
        folder = Folder(mode=int(call.args[-1], 8) & ~0o022)
        self._folder_of(path).name(call.ended, (path.name, folder))
        return True

    _mkdirat = _mkdir

    def _unlink(self, call: Call) -> bool:
        path = self._path(call)
        if path is None:
            return False
        self._folder_of(path).name(call.ended, (path.name, None))
        return True

    _unlinkat = _rmdir = _unlink

    def _rename(self, call: Call) -> bool:
        old, new = self._both(call)
        if old is None and new is None:
            return False
        if old is None or new is None or old.parent != new.parent:
            raise NotModelled(f"a rename from {old} to {new}")
        folder = self._folder_of(old)
        folder.name(call.ended, (old.name, None), (new.name, folder.now[old.name]))
        return True

    _renameat = _renameat2 = _rename

    def _link(self, call: Call) -> bool:
        old, new = self._both(call)
        if old is None and new is None:
            return False
        node = self._node_at(old) if old else None
        if node is None or new is None:
            raise NotModelled(f"a link from {old} to {new}")
        self._folder_of(new).name(call.ended, (new.name, node))
        return True

    _linkat = _link

    def _both(self, call: Call) -> tuple[PurePosixPath | None, PurePosixPath | None]:
        two = "at" in call.name
        first = replace(call, name="openat" if two else "open")
        return self._path(first), self._path(first, 2 if two else 1)


def _gathered(call: Call) -> bytes:
    return b"".join(text_of(text) for text in _IOV.findall(call.args[1]))
