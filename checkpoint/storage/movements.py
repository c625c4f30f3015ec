"""Who was let through the gates: of one person, and of everybody at some sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, case, literal_column, select, union
from sqlalchemy.orm import Session

from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.storage.citing import Place, annulled, at
from checkpoint.storage.places import within
from checkpoint.storage.scope import Scope
from checkpoint.storage.tables import Entry

_PASSED = (EntryKind.PASSAGE.value, EntryKind.OVERRIDE.value)
_EMPTY: ColumnElement[str] = literal_column("''")  # as the partial indexes say it
WHO = case((Entry.holder_id != "", Entry.holder_id), else_=Entry.pass_id)
"""What an entry knows its person by: the holder, else the pass."""
Way = tuple[str, int, str, str, Place]


@dataclass(frozen=True, slots=True)
class Known:
    """What one person's entries have in common; empty for what is not known.

    `names` and `tails` are the blind indexes of name and ID ending: both together find
    a visitor who came with another pass.
    """

    holder_id: str
    pass_id: str
    names: tuple[bytes, ...] = ()
    tails: tuple[bytes, ...] = ()


def of_person(session: Session, scope: Scope, known: Known, span: tuple[int, int]) -> list[Entry]:
    """All entries of a person in the scope within a span of time, the earliest first."""
    then = (Entry.at >= span[0], Entry.at < span[1])
    same = union(*(each.where(*then) for each in _same(known))).subquery()
    rows = select(Entry).where(
        Entry.id.in_(select(same.c.id)),
        within(scope, Entry.kiosk_enterprise_id, Entry.kiosk_site_id),
    )
    return list(session.scalars(rows.order_by(Entry.at, Entry.id)))


def _same(known: Known) -> list[Select[int]]:
    found = [select(Entry.id).where(Entry.id < 0)]
    if known.holder_id:
        of = (Entry.holder_id == known.holder_id, Entry.holder_id != _EMPTY)
        found.append(select(Entry.id).where(*of))
    if known.pass_id:
        by = (Entry.pass_id == known.pass_id, Entry.pass_id != _EMPTY)
        found.append(select(Entry.id).where(*by))
    if known.names and known.tails:
        named = (Entry.name_index.in_(known.names), Entry.tail_index.in_(known.tails))
        found.append(select(Entry.id).where(*named))
    return found


def ways(session: Session, sites: Sequence[str], span: tuple[int, int]) -> Sequence[Way]:
    """Everybody let through at the sites within a span: who, when, which way, where, the entry."""
    columns = (WHO, Entry.at, Entry.direction, Entry.kiosk_site_id)
    rows = select(*columns, Entry.kiosk_id, Entry.epoch, Entry.seq).where(
        Entry.kiosk_site_id.in_(sites),
        Entry.at >= span[0],
        Entry.at < span[1],
        Entry.kind.in_(_PASSED),
        Entry.outcome == Outcome.ADMIT.value,
        Entry.direction.is_not(None),
        WHO != "",
        ~annulled(Entry),
    )
    return [
        (who, ms, way or "", site_id, (kiosk_id, epoch, seq))
        for who, ms, way, site_id, kiosk_id, epoch, seq in session.execute(rows)
    ]


def let_through(entry: Entry) -> bool:
    """Whether somebody went a known way by it, unless it was annulled."""
    admitted = entry.outcome == Outcome.ADMIT.value and entry.kind in _PASSED
    return admitted and entry.direction is not None


def entries_at(session: Session, places: Sequence[Place]) -> Sequence[Entry]:
    """The entries at these places, a few hundred at a time."""
    found: list[Entry] = []
    for begin in range(0, len(places), 400):
        found += session.scalars(select(Entry).where(at(Entry, places[begin : begin + 400])))
    return found
