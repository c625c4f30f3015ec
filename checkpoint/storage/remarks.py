"""What people said of entries afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import ColumnElement, and_, select, true, update
from sqlalchemy.orm import Session

from checkpoint.storage.citing import Place
from checkpoint.storage.mentions import STRUCK
from checkpoint.storage.places import within
from checkpoint.storage.scope import Scope
from checkpoint.storage.tables import Entry, Remark

_OF_ENTRY = and_(
    Entry.kiosk_id == Remark.kiosk_id, Entry.epoch == Remark.epoch, Entry.seq == Remark.seq
)


def about(session: Session, places: Iterable[Place]) -> dict[Place, list[Remark]]:
    """The remarks about the entries at these places, each entry's in their order."""
    found: dict[Place, list[Remark]] = {}
    for row in _at(session, places):
        found.setdefault((row.kiosk_id, row.epoch, row.seq), []).append(row)
    return found


def scoped(session: Session, scope: Scope) -> Iterator[Remark]:
    """The remarks about entries in scope, in their order."""
    seen = within(scope, Entry.kiosk_enterprise_id, Entry.kiosk_site_id)
    rows = select(Remark).join(Entry, _OF_ENTRY).where(seen).order_by(Remark.id)
    with session.scalars(rows.execution_options(yield_per=500)) as found:
        yield from found


def strike_at(session: Session, places: Iterable[Place]) -> bool:
    """Put STRUCK for the words about these entries, whose person is erased; whether any were."""
    ids = [row.id for row in _at(session, places) if row.words != STRUCK]
    if ids:
        _strike(session, Remark.id.in_(ids))
    return bool(ids)


def strike_some(session: Session, which: ColumnElement[bool], limit: int) -> int:
    """Put STRUCK for the words of at most so many remarks; how many."""
    ids = session.scalars(select(Remark.id).where(which).order_by(Remark.id).limit(limit)).all()
    _strike(session, Remark.id.in_(ids))
    return len(ids)


def forget(session: Session) -> None:
    """Leave nobody's name or words in any remark."""
    session.execute(update(Remark).values(name=STRUCK))
    _strike(session, true())


def strays(session: Session) -> Iterator[tuple[str, Place]]:
    """Remarks about an entry that is not here as it was then: in words, and the place."""
    known = and_(_OF_ENTRY, Entry.kiosk_enterprise_id == Remark.enterprise_id)
    rows = select(Remark).outerjoin(Entry, and_(known, Entry.hash == Remark.entry_hash))
    for row in session.scalars(rows.where(Entry.id.is_(None)).order_by(Remark.id)):
        place = (row.kiosk_id, row.epoch, row.seq)
        yield f"remark {row.id} is about an entry that is not here as it was", place


def _at(session: Session, places: Iterable[Place]) -> Iterator[Remark]:
    chains: dict[tuple[str, int], list[int]] = {}
    for kiosk_id, epoch, seq in places:
        chains.setdefault((kiosk_id, epoch), []).append(seq)
    for (kiosk_id, epoch), seqs in chains.items():
        mine = (Remark.kiosk_id == kiosk_id, Remark.epoch == epoch, Remark.seq.in_(seqs))
        yield from session.scalars(select(Remark).where(*mine).order_by(Remark.id))


def _strike(session: Session, which: ColumnElement[bool]) -> None:
    session.execute(update(Remark).where(which).values(words=STRUCK))
