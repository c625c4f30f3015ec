"""Late notes and corrections: what an inspector says of an entry afterwards.

The entry stays as it is. A remark is a line of a record by itself, linked and signed, and the
action record tells who made it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms
from checkpoint.domain.remark import WORDS_MOST, RemarkKind
from checkpoint.errors import NotFound
from checkpoint.services import fields
from checkpoint.services.actions import Act, put, record
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.services.rows import EntryPlace, RemarkRow
from checkpoint.storage import finding, recorded, remarks, tables
from checkpoint.storage.scope import Scope


@dataclass(frozen=True, slots=True)
class RemarkForm:
    """Of which entry what is said; words over several lines become one."""

    place: EntryPlace
    kind: RemarkKind
    words: str


def checked(form: RemarkForm) -> str:
    """The words as they will stand. Raises Refused for none, too many, or what can't be shown."""
    return fields.line("words", " ".join(form.words.split()), most=WORDS_MOST)


def add(office: Office, by: Actor, scope: Scope, form: RemarkForm) -> RemarkRow:
    """Say something of an entry; the same said twice by one account stands there once.

    Raises NotFound for an entry outside of the scope, Refused for words that can't stand.
    """
    words = checked(form)
    spot = (form.place.kiosk_id, form.place.epoch, form.place.seq)
    with office.db.write() as session:
        entry = finding.one(session, scope, spot)
        if entry is None:
            raise NotFound("no such entry in the scope")
        # In this order everywhere, so that no two wait for each other.
        for name in ("action", "remark"):
            office.db.alone(session, f"record {name}")
        for held in remarks.about(session, [spot]).get(spot, ()):
            if (held.account_id, held.kind, held.words) == (by.account_id, form.kind, words):
                return row_of(held)
        act = Act(recorded.REMARKED[form.kind], "/".join(map(str, spot)), entry.kiosk_enterprise_id)
        record(office, session, by, act)
        line = tables.Remark(
            at=office.now_ms(),
            account_id=by.account_id,
            role=by.role,
            name=by.name,
            kind=form.kind.value,
            enterprise_id=entry.kiosk_enterprise_id,
            kiosk_id=entry.kiosk_id,
            epoch=entry.epoch,
            seq=entry.seq,
            entry_hash=entry.hash,
            words=words,
        )
        put(office, session, line)
        return row_of(line)


def about(office: Office, scope: Scope, place: EntryPlace) -> tuple[RemarkRow, ...]:
    """What was said of one entry in scope. Raises NotFound."""
    with office.db.read() as session:
        if finding.one(session, scope, (place.kiosk_id, place.epoch, place.seq)) is None:
            raise NotFound("no such entry in the scope")
        return said(session, [place]).get(place, ())


def said(session: Session, places: Iterable[EntryPlace]) -> dict[EntryPlace, tuple[RemarkRow, ...]]:
    """What was said of these entries, each entry's in order."""
    spots = ((place.kiosk_id, place.epoch, place.seq) for place in places)
    found = remarks.about(session, spots)
    return {EntryPlace(*spot): tuple(map(row_of, rows)) for spot, rows in found.items()}


def row_of(line: tables.Remark) -> RemarkRow:
    """A line of the record for pages."""
    return RemarkRow(
        line.id, from_ms(line.at), line.role, line.name, RemarkKind(line.kind), line.words
    )
