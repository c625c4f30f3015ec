"""An erasure: the signed statement that personal sides were destroyed, and whose word that is.

What an audit may rely on. The body of an entry holds a commitment wherever there was a person.
Such an entry without its personal side was erased rightly if, and only if, an erasure names its
place; otherwise somebody emptied it. Erasures are numbered from 1 and each holds the hash of the
one before, so none can be left out; each is signed by the server (or, in a journal, by the
kiosk for its own chain). No erasure names a person, and a place that is named stays erased: a
personal side found there was put back.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from checkpoint.clock import from_ms, to_ms
from checkpoint.errors import EntryError
from checkpoint.keys import Keyring, Purpose, SigningKey, open_note, sign_note

BEGIN = bytes(32)
"""What the first erasure names as the one before it."""

Place = tuple[str, int, int]
"""Kiosk, epoch and sequence number of an entry."""


class Ground(StrEnum):
    """Why personal data was erased. Stored, never renamed."""

    RETENTION = "retention"
    """its time was over"""
    REQUEST = "request"
    """the person asked for it"""
    CONSENT = "consent"
    """the person withdrew consent"""
    UNLAWFUL = "unlawful"
    """it should not have been kept"""
    ERASED_BEFORE = "erased_before"
    """the person had been erased before this came from a kiosk"""
    ARRIVED = "arrived"
    """it came from the kiosk without its personal side"""
    SUNSET = "sunset"
    """the whole deployment ended"""


@dataclass(frozen=True, slots=True)
class Span:
    """Entries of one chain from `first` to `last`, both included, every one of them erased."""

    kiosk_id: str
    epoch: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Erasure:
    """Who erased the personal sides of which entries when, on what ground; of whom, nobody says.

    `previous` is the SHA-256 of the note before, BEGIN for the first. Without spans it tells of
    an erasure that met no entry (of a roster's line alone).
    """

    number: int
    at: datetime
    account_id: str
    ground: Ground
    previous: bytes
    spans: tuple[Span, ...]

    @property
    def entries(self) -> int:
        """How many entries it names."""
        return sum(span.last - span.first + 1 for span in self.spans)

    def text(self) -> str:
        """The lines that are signed."""
        rows = (f"{s.kiosk_id} {s.epoch} {s.first}-{s.last}\n" for s in self.spans)
        return (
            f"sibao-erasure/v1\nnumber {self.number}\nat {to_ms(self.at)}\nby {self.account_id}\n"
            f"ground {self.ground}\nprevious {self.previous.hex()}\nentries {self.entries}\n"
            + "".join(rows)
        )


def sign_erasure(erasure: Erasure, key: SigningKey) -> str:
    """The erasure as a note signed by the server, or by the kiosk for its own journal."""
    purpose = next(p for p in _SIGNERS if p in key.trusted.purposes)
    return sign_note(erasure.text(), purpose, key)


def open_erasure(note: str, keyring: Keyring) -> Erasure:
    """The erasure in a note. Raises EntryError when nobody trusted signed it, or not this form."""
    for purpose in _SIGNERS:
        opened = open_note(note, purpose, keyring)
        if opened is not None:
            erasure = _read(opened[0])
            own = {span.kiosk_id for span in erasure.spans} <= {opened[1].owner}
            if purpose is Purpose.HEAD and not own:
                raise EntryError("a kiosk's erasure names another kiosk's entries")
            return erasure
    raise EntryError("the erasure is not signed by a trusted key", remedy="give --trust")


def digest(note: str) -> bytes:
    """What the next erasure names as `previous`."""
    return hashlib.sha256(note.encode()).digest()


def spans_of(places: Iterable[Place]) -> tuple[Span, ...]:
    """The places as runs of consecutive numbers, in order."""
    spans: list[Span] = []
    for kiosk_id, epoch, seq in sorted(places):
        last = spans[-1] if spans else None
        if last and (last.kiosk_id, last.epoch, last.last + 1) == (kiosk_id, epoch, seq):
            spans[-1] = Span(kiosk_id, epoch, last.first, seq)
        else:
            spans.append(Span(kiosk_id, epoch, seq, seq))
    return tuple(spans)


class Erasures:
    """All erasures of a log, read in their order: which places they name, and what is wrong.

    `faults` are sentences: a note that nobody trusted signed, one that is missing or doubled.
    Without a keyring the signatures are not judged: the notes only have to follow each other.
    """

    def __init__(self, notes: Iterable[str], keyring: Keyring | None) -> None:
        self.faults: list[str] = []
        found: dict[tuple[str, int], list[tuple[int, int]]] = {}
        previous, number = BEGIN, 0
        for note in notes:
            number += 1
            try:
                erasure = open_erasure(note, keyring) if keyring else _read(_unsigned(note))
            except EntryError as fault:
                self.faults.append(f"erasure {number}: {fault.message}")
                previous = digest(note)
                continue
            if (erasure.number, erasure.previous) != (number, previous):
                self.faults.append(f"erasure {erasure.number} does not follow the one before it")
            for span in erasure.spans:
                found.setdefault((span.kiosk_id, span.epoch), []).append((span.first, span.last))
            previous, number = digest(note), erasure.number
        self._runs = {chain: _merged(runs) for chain, runs in found.items()}

    def cover(self, place: Place) -> bool:
        """Whether an erasure names the entry at this place."""
        kiosk_id, epoch, seq = place
        runs = self._runs.get((kiosk_id, epoch), [])
        at = bisect_right(runs, (seq, _FAR)) - 1
        return at >= 0 and runs[at][0] <= seq <= runs[at][1]


_FAR = 1 << 62
_SIGNERS = (Purpose.RECEIPT, Purpose.HEAD)
_HEADER = re.compile(
    r"sibao-erasure/v1\nnumber (\d{1,15})\nat (\d{1,15})\nby ([\w.-]{1,64})\n"
    r"ground ([a-z_]{1,32})\nprevious ([0-9a-f]{64})\nentries (\d{1,15})\n",
    re.ASCII,
)
_SPAN = re.compile(r"([\w.-]{1,64}) (\d{1,15}) (\d{1,15})-(\d{1,15})\n", re.ASCII)


def _unsigned(note: str) -> str:
    return note.partition("\n\n")[0] + "\n"


def _read(text: str) -> Erasure:
    header = _HEADER.match(text)
    if header is None or header[4] not in set(Ground):
        raise EntryError("the erasure is not of version 1", remedy="update this program")
    rows = _SPAN.finditer(text, header.end())
    erasure = Erasure(
        int(header[1]),
        from_ms(int(header[2])),
        header[3],
        Ground(header[4]),
        bytes.fromhex(header[5]),
        tuple(Span(r[1], int(r[2]), int(r[3]), int(r[4])) for r in rows),
    )
    if erasure.text() != text or any(span.first > span.last for span in erasure.spans):
        raise EntryError("the erasure has lines that can't be read")
    return erasure


def _merged(runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(runs):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged
