"""Reading an export for an audit. The form is docs/formats.md, section "Export".

JSON Lines in canonical form: a header, the entries by kiosk, epoch and seq, heads and receipts,
and a signed note over the SHA-256 of all that stands before it. Every byte is held by one
layer or another; a line that is not canonical is a breach by itself.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from checkpoint.entrylog.chain import Link
from checkpoint.entrylog.evidence import Evidence
from checkpoint.entrylog.receipt import Receipt, receipt_in
from checkpoint.entrylog.report import Breach, Layer, Verdict
from checkpoint.errors import EntryError, KeyFault, WireError
from checkpoint.keys import Keyring, Purpose, open_note

VERSION = 1
LINE_LIMIT = 1 << 20


def canonical_line(value: object) -> bytes:
    """One line as it must stand in the file."""
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode() + b"\n"


def seal_text(lines: int, digest: str, at_ms: int) -> str:
    """What the server signs over the whole file."""
    return f"sibao-export/v1\nlines {lines}\nsha256 {digest}\nat {at_ms}\n"


def _is_entry(line: bytes) -> bool:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and {"hash", "body"} <= value.keys()


class ExportFile:
    """One pass over an export file; breaches of the form gather in `breaches`."""

    def __init__(self, path: Path, trust: Keyring | None = None) -> None:
        self.path = path
        self.breaches: list[Breach] = []
        self._place = ("", 0, 0)
        try:
            with path.open("rb") as file:
                lines = [file.readline(LINE_LIMIT) for _ in range(3)]
        except OSError as fault:
            raise EntryError(f"{path}: {fault.strerror}", remedy="give a readable file") from fault
        self.keyring = trust or self._named_keys(lines[0])
        if self.breaches and not any(_is_entry(line) for line in lines[1:]):
            raise EntryError(f"{path} does not begin as an export does", remedy="give an export")

    def _named_keys(self, header: bytes) -> Keyring:
        try:
            value = json.loads(header)
            if value["sibao_export"] == VERSION:
                return Keyring.from_json(value["keys"])
        except (ValueError, KeyError, TypeError, RecursionError, KeyFault):
            pass
        self._note("the header is not as it was written, its keys can't be used")
        return Keyring()

    def met(self) -> list[Breach]:
        """The breaches met since this was last asked."""
        met, self.breaches = self.breaches, []
        return met

    def links(self) -> Iterator[Link]:
        """The entries in order; the seal is checked after the last line."""
        digest, sealed = hashlib.sha256(), False
        with self.path.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(LINE_LIMIT), b""), start=1):
                value = _parsed(line)
                link = _link(value)
                kiosk_id, epoch, seq = self._place
                self._place = (link.kiosk_id, link.epoch, link.seq) if link else self._place
                if canonical_line(value) != line:
                    words = f"line {number} is not as it was written"
                    self._note(words, self._place if link else (kiosk_id, epoch, seq + 1))
                if sealed:
                    self._note(f"line {number} stands after the seal")
                elif link:
                    yield link
                elif value.keys() == {"export"}:
                    sealed = True
                    self._check_seal(value["export"], number - 1, digest.hexdigest())
                elif number > 1 and value.keys() not in ({"head"}, {"receipt"}):
                    self._note(f"line {number} is no entry", (kiosk_id, epoch, seq + 1))
                digest.update(line)
        if not sealed:
            words = "the export has no seal at its end: it was cut short"
            self.breaches.append(Breach(Layer.EXPORT, Verdict.INCOMPLETE, *self._place, words))

    def heads(self) -> Iterator[str]:
        """The signed heads in the file."""
        return self._notes("head")

    def receipts(self) -> Iterator[Receipt]:
        """The server's receipts in the file; one that can't be believed is a breach."""
        for note in self._notes("receipt"):
            try:
                yield receipt_in(note, self.keyring)
            except WireError as fault:
                place = (note.split("\n")[1] if "\n" in note else "", 0, 0)
                breach = Breach(Layer.SIGNATURE, Verdict.TAMPERED, *place, fault.message)
                self.breaches.append(breach)

    def _notes(self, name: str) -> Iterator[str]:
        with self.path.open("rb") as file:
            for line in iter(lambda: file.readline(LINE_LIMIT), b""):
                if line.startswith(f'{{"{name}":'.encode()):
                    with contextlib.suppress(ValueError):
                        yield str(json.loads(line)[name])

    def _check_seal(self, note: object, lines: int, digest: str) -> None:
        opened = open_note(str(note), Purpose.EXPORT, self.keyring)
        if opened is None and not any(Purpose.EXPORT in key.purposes for key in self.keyring.keys):
            words = "the trusted keys hold no server's, so the seal can't be judged"
            self.breaches.append(Breach(Layer.EXPORT, Verdict.INCOMPLETE, *self._place, words))
        elif opened is None:
            self._note("the seal is not signed by a trusted server key")
        elif not opened[0].startswith(seal_text(lines, digest, 0).rsplit("at ", 1)[0]):
            self._note("the seal is over other bytes than these")

    def _note(self, words: str, place: tuple[str, int, int] = ("", 0, 0)) -> None:
        self.breaches.append(Breach(Layer.EXPORT, Verdict.TAMPERED, *place, words))


_PARTS = {"kiosk_id", "epoch", "seq", "hash", "body", "salt", "personal"}


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _link(value: dict[str, Any]) -> Link | None:
    """The entry of a line; None for another line, or one whose parts can't be read."""
    if value.keys() != _PARTS:
        return None
    try:
        blobs = [bytes.fromhex(value[name]) for name in ("hash", "body", "salt", "personal")]
        return Link(str(value["kiosk_id"]), int(value["epoch"]), int(value["seq"]), *blobs)
    except (KeyError, TypeError, ValueError):
        return None


@contextlib.contextmanager
def open_export(path: Path, trust: Keyring | None = None) -> Iterator[Evidence]:
    """The evidence in an export. Raises EntryError when the file is none."""
    export = ExportFile(path, trust)
    yield Evidence(
        links=export.links(),
        heads=export.heads(),
        receipts=export.receipts(),
        keyring=export.keyring,
        personal=lambda link: link.personal,
        passing=export.met,
    )
