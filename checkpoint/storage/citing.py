"""Entries that are about another entry of their chain: overrides and annulments."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.orm.util import AliasedClass

from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.storage.tables import Entry

Place = tuple[str, int, int]
Cited = dict[Place, list[tuple[int, EntryKind]]]
Columns = type[Entry] | AliasedClass[Entry]


def at(me: Columns, places: Iterable[Place], number: str = "seq") -> ColumnElement[bool]:
    """The entries at these places. SQLite looks up chains by their index, not lists of threes."""
    chains: dict[tuple[str, int], list[int]] = {}
    for kiosk_id, epoch, seq in places:
        chains.setdefault((kiosk_id, epoch), []).append(seq)
    return or_(
        *(
            and_(me.kiosk_id == kiosk_id, me.epoch == epoch, getattr(me, number).in_(seqs))
            for (kiosk_id, epoch), seqs in chains.items()
        )
    )


def annulled(me: Columns) -> ColumnElement[bool]:
    """Whether a later entry of the gate says that nobody walked through by this admission."""
    other = aliased(Entry)
    return and_(
        me.outcome == Outcome.ADMIT.value,
        exists().where(
            other.kiosk_id == me.kiosk_id,
            other.epoch == me.epoch,
            other.cites == me.seq,
            other.cites.is_not(None),
            other.kind == EntryKind.ANNULMENT.value,
        ),
    )


def citing(session: Session, places: Iterable[Place]) -> Cited:
    """Number and kind of the entries that are about those at these places, in their order."""
    found: Cited = {}
    if asked := list(places):
        rows = select(Entry.kiosk_id, Entry.epoch, Entry.cites, Entry.seq, Entry.kind)
        rows = rows.where(at(Entry, asked, "cites"), Entry.cites.is_not(None))
        # Sorted here: told to sort, SQLite reads a whole chain in order instead of these few.
        told = sorted(session.execute(rows), key=lambda row: row.seq)
        for kiosk_id, epoch, cited, seq, kind in told:
            found.setdefault((kiosk_id, epoch, cited or 0), []).append((seq, EntryKind(kind)))
    return found
