"""A gate without devices: observations come in as lines of JSON, entries go out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, TypeVar

from checkpoint.clock import Clock, parse_rfc3339
from checkpoint.credential.foreign import Certificates
from checkpoint.domain.observation import Direction, Mask, Reading
from checkpoint.domain.plate import UNSEEN, PlateCheck, PlateMatch
from checkpoint.domain.policy import ForeignWorth
from checkpoint.entrylog import Link
from checkpoint.errors import SettingError, SibaoError
from checkpoint.keys import SigningKey
from checkpoint.wire.bundle import Bundle
from kiosk.bundle import cached, standalone
from kiosk.gate.admissions import ANNULLABLE, MOST, Admissions
from kiosk.gate.decision import InForce, Sighting, judge, line_of, reading_of
from kiosk.journal import Journal
from kiosk.journal.sealing import sealing_key

LINE_LIMIT = 65536
"""Bytes; what is longer is no observation."""
SENSOR = "feed"
_SHOWN = 14
_FIELDS = ("text", "temperature_c", "mask", "plate", "direction", "at")
ANNUL = "annul"
_ANNUL_FIELDS = (ANNUL, "at")
_FORM = (
    '{"text": QR text or null, "temperature_c": 36.5 or null,'
    ' "mask": "worn"|"incorrect"|"none"|null, "plate": "agrees"|"differs"|null,'
    ' "direction": "in"|"out", "at": RFC 3339 time or null}'
    ' or {"annul": seq of an admission, "at": RFC 3339 time or null}'
)

Word = TypeVar("Word", Mask, Direction, PlateMatch)


class LineError(SibaoError):
    """A line that is no observation; it names the field."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """What foreign certificates are worth, and the issuers' certificates that are believed."""

    worth: ForeignWorth
    certificates: Certificates

    def into(self, bundle: Bundle) -> Bundle:
        """The bundle with this in force."""
        policy = replace(bundle.policy, foreign_certificates=self.worth)
        trust = replace(bundle.trust, certificates=self.certificates)
        return replace(bundle, policy=policy, trust=trust)


@dataclass(frozen=True, slots=True)
class Feed:
    """A stand-alone gate in a folder. Each line is decided, journaled, then printed."""

    journal: Journal
    in_force: InForce
    clock: Clock
    admissions: Admissions

    @classmethod
    def open(
        cls,
        folder: Path,
        clock: Clock,
        foreign: Foreign | None = None,
        given: Path | None = None,
    ) -> Feed:
        """The gate in `folder`, made with keys and the default policy where there is none.

        Foreign certificates are worth what `foreign` says, nothing without it. `given` is the
        folder of an enrolled gate: what its signed bundle says is in force. Raises SettingError,
        KeyFault, WireError and JournalFault.
        """
        if (folder / "enrolled.json").exists():
            raise SettingError(
                f"{folder} belongs to an enrolled gate", remedy="give `feed` a folder of its own"
            )
        bundle = standalone(folder)
        bundle = cached(given) if given else bundle
        bundle = foreign.into(bundle) if foreign else bundle
        head_key = SigningKey.load(folder / "keys" / "kiosk.json")
        sealing = sealing_key(folder)
        journal = Journal.open(folder, head_key.trusted.owner, head_key, sealing, clock)
        return cls(journal, InForce(bundle), clock, Admissions(journal))

    def run(
        self, lines: Iterable[bytes], out: Callable[[str], None], err: Callable[[str], None]
    ) -> int:
        """Take every line; the exit status: 0, or 1 when some could not be taken.

        A line that is wrong, or that the journal can't take, is told to `err` with its number
        and the next one is tried.
        """
        status = 0
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                out(line_of(self._taken(_parsed(line))))
            except SibaoError as fault:
                err(f"line {number}: {fault.diagnostics()}")
                status = 1
        return status

    def _taken(self, fields: dict[str, Any]) -> Link:
        if ANNUL in fields:
            return self._annulled(fields)
        return judge(self.sighting(fields), self.in_force, self.admissions).link

    def _annulled(self, fields: dict[str, Any]) -> Link:
        at = _time(fields.get("at"), self.clock)
        seq = fields[ANNUL]
        entry = self.admissions.named(seq) if type(seq) is int else ""
        link = self.admissions.annul(entry, at, self.in_force, self.admissions.append)
        if link is None:
            minutes = ANNULLABLE.total_seconds() / 60
            _wrong(ANNUL, seq, f"the seq of one of the last {MOST} admissions, {minutes:g} min old")
        return link

    def sighting(self, fields: dict[str, Any]) -> Sighting:
        """The observation in a line. Raises LineError naming the field and what it allows."""
        at = _time(fields.get("at"), self.clock)
        text = fields.get("text")
        if text is not None and not isinstance(text, str):
            _wrong("text", text, "a string or null")
        mask = _choice(Mask, "mask", fields["mask"]) if fields.get("mask") is not None else None
        return Sighting(
            at=at,
            direction=_choice(Direction, "direction", fields.get("direction", Direction.IN)),
            verification=None if text is None else self.in_force.verify(text, at),
            readings=_readings(fields.get("temperature_c"), at),
            mask=mask,
            mask_source=SENSOR if mask else "",
            plate=_plate(fields.get("plate", PlateMatch.AGREES)),
        )


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a stream; of one that is too long only the beginning, over LINE_LIMIT."""
    while line := stream.readline(LINE_LIMIT + 1):
        yield line
        while len(line) > LINE_LIMIT and not line.endswith(b"\n"):
            line = stream.readline(LINE_LIMIT + 1)
            if not line:
                return


def _parsed(line: bytes) -> dict[str, Any]:
    if len(line) > LINE_LIMIT:
        raise LineError(f"over {LINE_LIMIT} bytes", remedy="one observation a line")
    try:
        fields = json.loads(line.decode("utf-8"), object_pairs_hook=_once, parse_constant=_constant)
    except (ValueError, RecursionError) as fault:
        raise LineError(f"not JSON: {fault}", remedy=f"write {_FORM}") from fault
    if not isinstance(fields, dict):
        raise LineError("not a JSON object", remedy=f"write {_FORM}")
    known = _ANNUL_FIELDS if ANNUL in fields else _FIELDS
    if known is _FIELDS and "text" not in fields:
        raise LineError("field 'text' is missing", remedy="write null when no code was shown")
    for name in fields.keys() - set(known):
        remedy = f"known fields are {', '.join(known)}"
        raise LineError(f"field {_shown(name)} is not known", remedy=remedy)
    return fields


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            raise LineError(f"field {_shown(name)} is there twice", remedy="keep one of them")
        fields[name] = value
    return fields


def _constant(name: str) -> NoReturn:
    raise LineError(f"{name} is not a number in JSON", remedy="write a number or null")


def _readings(value: object, at: datetime) -> tuple[Reading, ...]:
    if value is None:
        return ()
    if not isinstance(value, int | float) or isinstance(value, bool):
        _wrong("temperature_c", value, "a number or null")
    reading = reading_of(value, SENSOR, at)
    return (reading,) if reading else ()


def _plate(value: object) -> PlateCheck:
    """A vehicle bears the plate of its pass unless its line says otherwise; null is silence."""
    if value is None:
        return UNSEEN
    return PlateCheck(_choice(PlateMatch, "plate", value), SENSOR)


def _time(value: object, clock: Clock) -> datetime:
    if value is None:
        return clock.now()
    try:
        return parse_rfc3339(value if isinstance(value, str) else "")
    except (ValueError, OverflowError):
        return _wrong("at", value, "an RFC 3339 time like 2026-03-01T08:00:00Z, or null")


def _choice(words: type[Word], name: str, value: object) -> Word:
    known = [word for word in words if word == value]
    if not known:
        _wrong(name, value, f"one of {', '.join(words)}")
    return known[0]


def _wrong(name: str, value: object, allowed: str) -> NoReturn:
    raise LineError(f"field {name!r} is {_shown(value)}", remedy=f"it must be {allowed}")


def _shown(value: object) -> str:
    """What was sent, in short; only of what kind it was where it may be a name or an ID number."""
    said = repr(value)
    if said.isascii() and len(said) <= _SHOWN:
        return said
    kind = "a text" if isinstance(value, str) else "a value"
    return f"{kind} that is not shown"
