"""Reading an export for an audit. The form is docs/formats.md, section "Export".

JSON Lines in canonical form: a header, the entries by kiosk, epoch and seq, heads, receipts,
erasures, what was quarantined and remarked, and a signed note over the SHA-256 of all that stands
before it. Every byte is held by one layer or another; a line that is not canonical is a breach.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from checkpoint.domain.entry import Entry
from checkpoint.entrylog.chain import Link
from checkpoint.entrylog.claims import Said
from checkpoint.entrylog.evidence import Evidence
from checkpoint.entrylog.export_line import (
    aside_of,
    canonical_line,
    entry_words,
    is_entry,
    is_whole,
    link_of,
    parsed,
    remarked,
    seal_text,
)
from checkpoint.entrylog.export_zip import POLICIES, ExportSource, source_of, zip_text
from checkpoint.entrylog.receipt import Receipt, Standing, receipt_in
from checkpoint.entrylog.report import Breach, Layer, Verdict
from checkpoint.errors import EntryError, KeyFault, WireError
from checkpoint.keys import Keyring, Purpose, open_note

__all__ = ["VERSION", "canonical_line", "open_export", "seal_text"]

VERSION = 3
READ = (1, 2, 3)
SIGNED = "signed"
"""What the header says of the ZIP where its comment signs all bytes before it."""
_NOTES = ({"head"}, {"receipt"}, {"erasure"}, {"quarantined"}, {"remark"})


class ExportFile:
    """The evidence in an export; breaches of the form gather in `breaches`."""

    def __init__(self, source: ExportSource, trust: Keyring | None = None) -> None:
        self._source = source
        self.breaches: list[Breach] = []
        self._place = ("", 0, 0)
        self._said_aside: dict[tuple[str, int, int, str], None] = {}
        self._held_aside: set[tuple[str, int, int, str]] = set()
        self._remarked: dict[str, None] = {}
        self._cited: dict[tuple[str, int], None] = {}
        self._sealed = False
        lines = [line for line, _ in zip(source.lines(), range(3), strict=False)]
        self._header = parsed(lines[0]) if lines else {}
        self.version = self._header.get("sibao_export")
        self.keyring = trust or Keyring()
        if not source.cut:
            self._read_keys(trust)
        entries = any(is_entry(line) for line in lines[1:])
        if self.breaches and not source.zipped and not entries:
            path = source.path
            raise EntryError(f"{path} does not begin as an export does", remedy="give an export")

    def _read_keys(self, trust: Keyring | None) -> None:
        try:
            named = Keyring.from_json(self._header["keys"])
            if self.version in READ and type(self._header.get("files", {})) is dict:
                self.keyring = trust or named
                return
        except (KeyError, KeyFault):
            pass
        self._note("the header is not as it was written, its keys can't be used")

    def met(self) -> list[Breach]:
        """The breaches met since this was last asked."""
        met, self.breaches = self.breaches, []
        return met

    def links(self) -> Iterator[Link]:
        """The entries in order; the seal is checked after the last line."""
        digest, sealed = hashlib.sha256(), False
        ends: dict[tuple[str, int], int] = {}
        self._read_remarks()
        for number, line in enumerate(self._source.lines(), start=1):
            value = parsed(line)
            link = link_of(value)
            kiosk_id, epoch, seq = self._place
            self._place = (link.kiosk_id, link.epoch, link.seq) if link else self._place
            if not is_whole(line, value):
                words = f"line {number} is not as it was written"
                self._note(words, self._place if link else (kiosk_id, epoch, seq + 1))
            if sealed:
                self._note(f"line {number} stands after the seal")
            elif link:
                self._check_order(link, ends)
                self._remarked.pop(entry_words(self._place, link.hash), None)
                yield link
            elif value.keys() == {"export"}:
                sealed = True
                self._check_seal(value["export"], number - 1, digest.hexdigest())
            elif number > 1 and value.keys() not in _NOTES:
                self._note(f"line {number} is no entry", (kiosk_id, epoch, seq + 1))
            digest.update(line)
        if not sealed:
            words = "the export has no seal at its end: it was cut short"
            self.breaches.append(Breach(Layer.EXPORT, Verdict.INCOMPLETE, *self._place, words))

    def _read_remarks(self) -> None:
        for value in self._values("remark"):
            about = remarked(value)
            if about is None:
                self._note("a remark is not as it was written")
            else:
                self._remarked[about] = None

    def _check_order(self, link: Link, ends: dict[tuple[str, int], int]) -> None:
        chain = (link.kiosk_id, link.epoch)
        if chain in ends and (chain != next(reversed(ends)) or link.seq <= ends[chain]):
            self._note("it does not stand in the order of the log", self._place)
        ends[chain] = link.seq

    def heads(self) -> Iterator[str]:
        """The signed heads in the file."""
        return (str(note) for note in self._values("head"))

    def erasures(self) -> Iterator[str]:
        """The notes of erasures in the file."""
        return (str(note) for note in self._values("erasure"))

    def receipts(self) -> Iterator[Receipt]:
        """The server's receipts in the file; one that can't be believed is a breach."""
        for note in map(str, self._values("receipt")):
            try:
                receipt = receipt_in(note, self.keyring)
            except WireError as fault:
                place = (note.split("\n")[1] if "\n" in note else "", 0, 0)
                breach = Breach(Layer.SIGNATURE, Verdict.TAMPERED, *place, fault.message)
                self.breaches.append(breach)
                continue
            for line in receipt.lines:
                if line.standing is Standing.QUARANTINED:
                    place = (receipt.kiosk_id, receipt.epoch, line.seq)
                    self._said_aside[*place, line.hash.hex()] = None
            yield receipt

    def cites(self, entry: Link, told: Entry, _said: Said) -> Iterator[Breach]:
        """Note which policy an entry cites; what is wrong is told at the end."""
        self._cited[told.enterprise_id, told.policy_version] = None
        yield from ()

    def ending(self, _claims: object) -> Iterator[Breach]:
        """What is wrong with all that is no entry."""
        if self.version == 1:
            yield from self._damage()
            return
        self._check_quarantine()
        for entry in self._remarked:
            self._note(f"a remark is about an entry that is not here: {entry}", layer=Layer.RECORD)
        if self._source.cut:
            self._note("the ZIP is damaged: it was cut short or changed, and can't be read")
        elif self._source.zipped:
            self._check_files()
            self._check_policies()
            if self._header.get("zip") == SIGNED:
                self._check_zip()
        yield from self._damage()
        yield from self.met()

    def _damage(self) -> Iterator[Breach]:
        for words in dict.fromkeys(self._source.damage):
            yield Breach(Layer.EXPORT, Verdict.TAMPERED, "", 0, 0, words)

    def _check_quarantine(self) -> None:
        for value in self._values("quarantined"):
            aside = aside_of(value)
            if aside is None:
                self._note("a quarantined entry is not as it was written")
            else:
                self._held_aside.add(aside)
        for place in self._said_aside.keys() - self._held_aside:
            words = "the server's receipt says that it was put aside, and it is not here"
            self._note(words, place[:3], Layer.RECEIPT)
        for place in self._held_aside - self._said_aside.keys():
            words = "it stands among what was put aside, and no receipt says so"
            self._note(words, place[:3], Layer.RECEIPT)

    def _check_files(self) -> None:
        named = self._header.get("files")
        files = named if type(named) is dict else {}
        named, there = {*files, self._source.entries}, self._source.names
        for name in sorted(named - {*there}):
            self._note(f"{name} is missing from the ZIP")
        if {*there} - named or len({*there}) < len(there):
            self._note("the ZIP holds files that the header does not name")
        for name, digest in files.items():
            if name in there and self._source.digest(name) != digest:
                self._note(f"{name} is not as it was when the export was made")

    def _check_zip(self) -> None:
        comment, digest = self._source.around()
        opened = open_note(comment, Purpose.EXPORT, self.keyring)
        if opened is None and not any(Purpose.EXPORT in key.purposes for key in self.keyring.keys):
            return  # the seal says so already
        if not comment:
            self._note("the ZIP was packed anew, or its signed note was removed")
        elif opened is None or not opened[0].startswith(zip_text(digest, 0).rsplit("0\n", 1)[0]):
            self._note("the ZIP around the files is not as the server signed it")

    def _check_policies(self) -> None:
        try:
            policies = json.loads(b"".join(self._source.lines(POLICIES)))["policies"]
            held = {(each["enterprise_id"], each["version"]) for each in policies}
        except (ValueError, KeyError, TypeError, RecursionError):
            self._note(f"{POLICIES} can't be read")
            return
        for enterprise_id, version in self._cited.keys() - held:
            words = f"entries cite policy {version} of {enterprise_id!r}, which is not here"
            self.breaches.append(Breach(Layer.EXPORT, Verdict.INCOMPLETE, "", 0, 0, words))

    def _values(self, name: str) -> Iterator[Any]:
        for line in self._source.lines():
            if line.startswith(f'{{"{name}":'.encode()) and (value := parsed(line)):
                yield value[name]

    def _check_seal(self, note: object, lines: int, digest: str) -> None:
        opened = open_note(str(note), Purpose.EXPORT, self.keyring)
        if opened is None and not any(Purpose.EXPORT in key.purposes for key in self.keyring.keys):
            words = "the trusted keys hold no server's, so the seal can't be judged"
            self.breaches.append(Breach(Layer.EXPORT, Verdict.INCOMPLETE, *self._place, words))
        elif opened is None:
            self._note("the seal is not signed by a trusted server key")
        elif not opened[0].startswith(seal_text(lines, digest, 0).rsplit("0\n", 1)[0]):
            self._note("the seal is over other bytes than these")
        else:
            self._sealed = True

    def signed_at(self) -> int | None:
        """When the export was begun, milliseconds, as its seal holds it; None without one."""
        made_at = self._header.get("made_at")
        return made_at if self._sealed and type(made_at) is int and made_at > 0 else None

    def part(self) -> bool:
        """Whether its seal holds that it is of some enterprises or sites only."""
        return self._sealed and self._header.get("scope") != {"district": True}

    def _note(
        self,
        words: str,
        place: tuple[str, int, int] = ("", 0, 0),
        layer: Layer = Layer.EXPORT,
    ) -> None:
        self.breaches.append(Breach(layer, Verdict.TAMPERED, *place, words))

    def notes(self) -> Iterator[str]:
        """What could not be looked at."""
        if self.version != 1 and not self._source.zipped:
            yield "the files that the export came with were not looked at: give the ZIP"


@contextlib.contextmanager
def open_export(path: Path, trust: Keyring | None = None) -> Iterator[Evidence]:
    """The evidence in an export: the ZIP, or its entries alone. Raises EntryError for no export."""
    with source_of(path) as source:
        export = ExportFile(source, trust)
        complete = export.version != 1
        yield Evidence(
            links=export.links(),
            heads=export.heads(),
            receipts=export.receipts(),
            keyring=export.keyring,
            personal=lambda link: link.personal,
            erasures=export.erasures() if complete else None,
            passing=export.met,
            beside=export.cites,
            breaches=export.ending,
            notes=export.notes,
            gaps_expected=complete,
            receipted=complete and not source.cut,
            signed_at=export.signed_at,
            part=export.part,
        )
