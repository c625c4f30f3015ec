"""The files of an export: entries, policies, README and verifier in a ZIP, or entries alone."""

from __future__ import annotations

import contextlib
import hashlib
import io
import zipfile
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import IO, cast

from checkpoint.errors import EntryError

ENTRIES = "entries.jsonl"
POLICIES = "policies.json"
KIT = ("README.txt", "verify.py")
_MAGIC = b"PK"
_PDF = b"%PDF"
_OF_LISTS = {"entries.csv", "xl/workbook.xml"}
_LINE_LIMIT = 1 << 20
_BUFFER = 1 << 13
"""Bytes that are read ahead: what is damaged must not hide the lines before it."""
_BLOCK = 1 << 20
_WHEN = (1980, 1, 1, 0, 0, 0)


def kit() -> dict[str, bytes]:
    """What an outsider needs beside the entries, by name."""
    folder = resources.files("checkpoint.entrylog.export_kit")
    return {name: folder.joinpath(name).read_bytes() for name in KIT}


def member(name: str) -> zipfile.ZipInfo:
    """A file of the ZIP: the same bytes give the same ZIP whenever it is made."""
    info = zipfile.ZipInfo(name, _WHEN)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o600 << 16
    return info


def zip_text(digest: str, at_ms: int) -> str:
    """What the server signs over the bytes of the ZIP: in the ZIP's own comment, its end."""
    return f"sibao-export-zip/v1\nsha256 {digest}\nat {at_ms}\n"


def digest_of(file: IO[bytes], size: int) -> str:
    """The SHA-256 of the first bytes of a file, hex."""
    digest = hashlib.sha256()
    file.seek(0)
    while size > 0 and (block := file.read(min(size, _BLOCK))):
        digest.update(block)
        size -= len(block)
    return digest.hexdigest()


class ExportSource:
    """An export as it lies there, to be read several times. `damage` is what went wrong."""

    entries = ENTRIES

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cut = False
        self.damage: list[str] = []
        self._zip: zipfile.ZipFile | None = None
        begin = b""
        try:
            with path.open("rb") as file:
                begin = file.read(len(_PDF))
                self.zipped = begin.startswith(_MAGIC) or zipfile.is_zipfile(path)
            if self.zipped:
                self._zip = zipfile.ZipFile(path)
        except OSError as fault:
            raise EntryError(f"{path}: {fault.strerror}", remedy="give a readable file") from fault
        except (zipfile.BadZipFile, NotImplementedError, ValueError):
            self.cut = True
        if self._zip and not {ENTRIES, *KIT} & {*self.names}:
            if _OF_LISTS & {*self.names}:
                raise _listed(path)
            raise EntryError(f"{path} holds no {ENTRIES}", remedy="give an export")
        if begin == _PDF and not self.zipped:
            raise _listed(path)

    @property
    def names(self) -> list[str]:
        """The names of the files, in their order."""
        return self._zip.namelist() if self._zip else []

    def around(self) -> tuple[str, str]:
        """The ZIP's comment, and the SHA-256 of all bytes before it, hex. Raises OSError."""
        comment = self._zip.comment if self._zip else b""
        with self.path.open("rb") as file:
            size = file.seek(0, io.SEEK_END) - len(comment)
            return comment.decode(errors="replace"), digest_of(file, size)

    def lines(self, name: str = ENTRIES) -> Iterator[bytes]:
        """The lines of a file; damage ends them and is noted."""
        if self.cut:
            return
        try:
            with self._open(name) as file:
                while line := file.readline(_LINE_LIMIT):
                    yield line
        except Exception:  # noqa: BLE001 - the libraries say damage in many ways
            missing = self._zip is not None and name not in self.names
            words = (
                "is missing from the ZIP" if missing else "is damaged: it can't be read to its end"
            )
            self.damage.append(f"{name} {words}")

    def digest(self, name: str) -> str:
        """The SHA-256 of a file, hex; of what can be read of it where it is damaged."""
        digest = hashlib.sha256()
        for line in self.lines(name):
            digest.update(line)
        return digest.hexdigest()

    def close(self) -> None:
        """Let go of the file."""
        if self._zip:
            self._zip.close()

    def _open(self, name: str) -> IO[bytes]:
        if self._zip is None:
            return self.path.open("rb")
        # A reader of the library's own: ZipExtFile splits lines in Python, many times slower.
        return io.BufferedReader(cast("io.RawIOBase", self._zip.open(name)), _BUFFER)


def _listed(path: Path) -> EntryError:
    return EntryError(
        f"{path} is a list to read, as spreadsheet, CSV or PDF, and no proof",
        remedy='take the whole chains from the page "导出 Export" and give that ZIP',
    )


@contextlib.contextmanager
def source_of(path: Path) -> Iterator[ExportSource]:
    """The export at a path. Raises EntryError when there is none."""
    source = ExportSource(path)
    try:
        yield source
    finally:
        source.close()
