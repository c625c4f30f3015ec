"""Stretches of chains between neighbouring signed heads: what a quick verification reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from checkpoint.entrylog.receipt import Receipt as GivenReceipt
from checkpoint.storage.base import Base
from checkpoint.storage.citing import Place
from checkpoint.storage.server_log import ServerLog
from checkpoint.storage.tables import Entry, Head, Leaf, Receipt

MOST = 512
"""How far from an entry a head is looked for; a kiosk signs one every 64 entries at least."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The entries `first` to `last` of one chain.

    `headed` is whether a head was signed at `first - 1`, `closed` whether one was at `last`.
    """

    kiosk_id: str
    epoch: int
    first: int
    last: int
    headed: bool
    closed: bool


def around(session: Session, places: Iterable[Place]) -> list[Stretch]:
    """The fewest stretches that hold these entries, each from one head to the next."""
    found: list[Stretch] = []
    for kiosk_id, epoch, seq in sorted(set(places)):
        before = found[-1] if found else None
        same = before is not None and (before.kiosk_id, before.epoch) == (kiosk_id, epoch)
        if before and same and seq <= before.last:
            continue
        stretch = _around(session, (kiosk_id, epoch, seq))
        if before and same and stretch.first <= before.last + 1:
            found.pop()
            stretch = Stretch(
                kiosk_id, epoch, before.first, stretch.last, before.headed, stretch.closed
            )
        found.append(stretch)
    return found


def _around(session: Session, place: Place) -> Stretch:
    kiosk_id, epoch, seq = place
    chain = (Head.kiosk_id == kiosk_id, Head.epoch == epoch)
    before = session.scalar(
        select(func.max(Head.seq)).where(*chain, Head.seq < seq, Head.seq >= seq - MOST)
    )
    after = session.scalar(
        select(func.min(Head.seq)).where(*chain, Head.seq >= seq, Head.seq <= seq + MOST)
    )
    first = before + 1 if before is not None else 1 if seq <= MOST else seq
    return Stretch(kiosk_id, epoch, first, after or seq, before is not None, after is not None)


class StretchLog(ServerLog):
    """One reading of the stretches of the kiosks in scope, one stretch after the other."""

    _at: Stretch
    _times: tuple[int, ...] = ()

    def turn(self, stretch: Stretch) -> tuple[int, bytes] | None:
        """Read this stretch next; the number and hash that it follows, None for a chain's begin.

        That is what a head says, else what is stored before it.
        """
        self._at, self._row = stretch, {}
        taken = select(Entry.received_at).where(_entries(Entry, stretch))
        lines = select(Leaf.at).where(_entries(Leaf, stretch))
        self._times = tuple(self.session.scalars(taken.union(lines)))
        before = replace(stretch, first=stretch.first - 1, last=stretch.first - 1)
        held = self.session.scalar(select(Entry.hash).where(_entries(Entry, before)))
        if held is not None:
            chain = {"kiosk_id": stretch.kiosk_id, "epoch": stretch.epoch}
            self._row = {**chain, "seq": before.first}
        heads = select(Head.hash).where(_entries(Head, before)).order_by(Head.id).limit(1)
        hash_ = self.session.scalar(heads) if stretch.headed else held
        return None if hash_ is None else (before.first, hash_)

    def receipts(self) -> Iterator[GivenReceipt]:
        """The receipts for this stretch, without their lines about other entries."""
        stretch = self._at
        for receipt in super().receipts():
            lines = (x for x in receipt.lines if stretch.first <= x.seq <= stretch.last)
            yield replace(receipt, lines=tuple(lines))

    def rows(self, table: str, columns: Sequence[str], order: str) -> Iterator[Any]:
        """Rows of the present stretch: its entries, the heads in it, the receipts for it."""
        held = Base.metadata.tables[table]
        wanted = select(*(held.c[name] for name in columns)).where(self._wanted(table))
        yield from self.session.execute(
            wanted.order_by(*(held.c[name.strip()] for name in order.split(",")))
        )

    def _wanted(self, table: str) -> ColumnElement[bool]:
        stretch = self._at
        if table == "receipt":
            return (
                (Receipt.kiosk_id == stretch.kiosk_id)
                & (Receipt.epoch == stretch.epoch)
                & Receipt.at.in_(self._times)
            )
        if table == "head":
            begin = (Head.kiosk_id == stretch.kiosk_id) & (Head.epoch == stretch.epoch)
            return or_(_entries(Head, stretch), begin & (Head.seq == stretch.first - 1))
        return _entries(Entry, stretch)


def _entries(table: Any, stretch: Stretch) -> ColumnElement[bool]:
    here: ColumnElement[bool] = (
        (table.kiosk_id == stretch.kiosk_id)
        & (table.epoch == stretch.epoch)
        & table.seq.between(stretch.first, stretch.last)
    )
    return here
