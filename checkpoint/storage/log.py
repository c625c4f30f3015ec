"""The entry log as ingest needs it: what is held already, and adding to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from checkpoint.storage.tables import Entry, Head, KioskChain, Quarantine

Values = dict[str, Any]


def held(session: Session, place: tuple[str, int], seqs: range) -> dict[int, tuple[bytes, bytes]]:
    """Hash and body of the entries held of a chain, by sequence number in the range."""
    kiosk_id, epoch = place
    rows = session.execute(
        select(Entry.seq, Entry.hash, Entry.body).where(
            Entry.kiosk_id == kiosk_id,
            Entry.epoch == epoch,
            Entry.seq.between(seqs.start, seqs.stop - 1),
        )
    )
    return {seq: (hash_, body) for seq, hash_, body in rows}


def add_entries(session: Session, rows: Sequence[Values]) -> None:
    """Add entries, none of which is held yet."""
    if rows:
        session.execute(insert(Entry), list(rows))


def fill_gaps(session: Session, place: tuple[str, int], seqs: Iterable[int]) -> None:
    """The entries at these numbers follow what is held now: they no longer stand after a gap."""
    if not (numbers := list(seqs)):
        return
    kiosk_id, epoch = place
    session.execute(
        update(Entry)
        .where(
            Entry.kiosk_id == kiosk_id,
            Entry.epoch == epoch,
            Entry.seq.in_(numbers),
            Entry.why == "gap",
        )
        .values(standing="accepted", why="")
    )


def add_quarantined(session: Session, row: Values) -> bool:
    """Keep what does not fit, each content once; whether it was new."""
    return _add_once(session, Quarantine, row)


def add_head(session: Session, row: Values) -> bool:
    """Keep a head, each once; whether it was new."""
    return _add_once(session, Head, row)


def _add_once(session: Session, table: type[Quarantine | Head], row: Values) -> bool:
    postgres = session.get_bind().dialect.name == "postgresql"
    adding = (postgresql if postgres else sqlite).insert(table).values(row)
    done = session.execute(adding.on_conflict_do_nothing().returning(table.id))
    return done.first() is not None


def tip(session: Session, place: tuple[str, int]) -> int:
    """The number of the furthest entry held of a chain, 0 for none."""
    row = session.get(KioskChain, place)
    return row.seq if row else 0


def furthest(session: Session, place: tuple[str, int]) -> tuple[int, bytes] | None:
    """Number and hash of the furthest entry held of a chain; None without any."""
    row = session.get(KioskChain, place)
    return (row.seq, row.hash) if row else None


def held_through(session: Session, place: tuple[str, int]) -> int:
    """The number up to which every entry of a chain has come, 0 for none."""
    kiosk_id, epoch = place
    chain = (Entry.kiosk_id == kiosk_id, Entry.epoch == epoch)
    gap = session.scalar(select(func.min(Entry.seq)).where(*chain, Entry.why == "gap"))
    if gap is None:
        return tip(session, place)
    return session.scalar(select(func.max(Entry.seq)).where(*chain, Entry.seq < gap)) or 0


def hash_at(session: Session, place: tuple[str, int], seq: int) -> bytes | None:
    """The hash of the entry held at a number of a chain."""
    kiosk_id, epoch = place
    here = (Entry.kiosk_id == kiosk_id, Entry.epoch == epoch, Entry.seq == seq)
    return session.scalar(select(Entry.hash).where(*here))


def move_tip(session: Session, place: tuple[str, int], last: tuple[int, bytes]) -> None:
    """Note the furthest entry of a chain; an earlier one leaves the tip where it is."""
    row = session.get(KioskChain, place)
    if row is None:
        session.add(KioskChain(kiosk_id=place[0], epoch=place[1], seq=last[0], hash=last[1]))
    elif row.seq < last[0]:
        row.seq, row.hash = last
