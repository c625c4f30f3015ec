"""The erasures of the entry log, one after the other."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from checkpoint.storage.database import Database
from checkpoint.storage.keyset import page
from checkpoint.storage.tables import Action, Entry, Erasure, Holder, Quarantine, Tombstone

TOUCHED = (
    *("entry", "quarantine", "holder", "issued_pass", "phone_link", "enterprise_record"),
    "emergency_request",
    *("action", "lookup", "remark", "case_step"),
    *("declaration", "said_status", "holder_health", "holder_photo"),
    "rider",
)
"""The tables out of which personal data is erased."""

Place = tuple[str, int, int]
_PERSONAL = Entry.personal != b""
Which = ColumnElement[bool]
"""Which entries are meant."""


def notes(database: Database) -> Generator[str]:
    """The signed notes in order: for `entrylog.erasure.Erasures`."""
    with database.read() as session:
        yield from notes_of(session)


def notes_of(session: Session) -> Generator[str]:
    """The same within a transaction."""
    rows = select(Erasure.note).order_by(Erasure.number).execution_options(yield_per=500)
    with session.scalars(rows) as found:
        yield from found


def last(session: Session) -> Erasure | None:
    """The latest erasure, None before the first."""
    return session.scalar(select(Erasure).order_by(Erasure.number.desc()).limit(1))


def older_than(at: int) -> ColumnElement[bool]:
    """The entries of before a time."""
    return Entry.at < at


def of_holder(holder_id: str) -> ColumnElement[bool]:
    """The entries of one holder."""
    return (Entry.holder_id == holder_id) & (Entry.holder_id != "")


def personal_entries(session: Session, which: ColumnElement[bool]) -> int:
    """How many entries still have their personal side."""
    return session.scalar(select(func.count()).select_from(Entry).where(which, _PERSONAL)) or 0


def empty(session: Session, which: ColumnElement[bool], limit: int) -> list[Place]:
    """Destroy the personal sides of some entries, at most `limit`; their places."""
    rows = session.execute(
        select(Entry.id, Entry.kiosk_id, Entry.epoch, Entry.seq)
        .where(which, _PERSONAL)
        .order_by(Entry.at, Entry.id)
        .limit(limit)
    ).all()
    session.execute(
        update(Entry)
        .where(Entry.id.in_([row.id for row in rows]))
        .values(personal=b"", holder_id="", name_index=None, tail_index=None)
    )
    return [(row.kiosk_id, row.epoch, row.seq) for row in rows]


def empty_quarantined(session: Session, row: Quarantine, content: bytes) -> None:
    """Destroy the personal side of what was set aside; `content` is its digest without it.

    Of two that differed by it alone, one stays.
    """
    same = select(Quarantine.id).where(
        Quarantine.kiosk_id == row.kiosk_id,
        Quarantine.epoch == row.epoch,
        Quarantine.seq == row.seq,
        Quarantine.content == content,
    )
    if session.scalar(same) is not None:
        session.delete(row)
    else:
        row.personal, row.content = b"", content
    session.flush()


def quarantined(session: Session) -> Sequence[Quarantine]:
    """What was set aside and still has a personal side."""
    return session.scalars(select(Quarantine).where(Quarantine.personal != b"")).all()


def tombstoned(session: Session, indexes: Iterable[bytes], now: int) -> set[bytes]:
    """Which of these blind indexes are of erased holders."""
    asked = sorted(set(indexes))
    if not asked:
        return set()
    rows = select(Tombstone.holder_index).where(
        Tombstone.holder_index.in_(asked), Tombstone.expires_at > now
    )
    return set(session.scalars(rows))


def tombstones(session: Session, enterprises: Iterable[str], now: int) -> Sequence[Tombstone]:
    """The erased holders of these enterprises whose entries a kiosk may still hold."""
    return session.scalars(
        select(Tombstone)
        .where(Tombstone.enterprise_id.in_(sorted(enterprises)), Tombstone.expires_at > now)
        .order_by(Tombstone.holder_index)
    ).all()


def all_tombstones(session: Session) -> Sequence[Tombstone]:
    """Every tombstone that has not been dropped."""
    return session.scalars(select(Tombstone).order_by(Tombstone.holder_index)).all()


def named(session: Session, holder_id: str) -> Holder | None:
    """The holder, while the roster still says who it is."""
    holder = session.get(Holder, holder_id)
    return holder if holder is not None and holder.name_sealed else None


def listed(session: Session, after: str | None) -> tuple[Sequence[Erasure], str | None]:
    """Erasures, the newest first."""
    return page(session, select(Erasure), (Erasure.at, Erasure.number), after, 50)


def names(session: Session, account_ids: set[str]) -> dict[str, str]:
    """The names that these accounts had when they last did something."""
    rows = select(Action.account_id, Action.name).where(Action.account_id.in_(sorted(account_ids)))
    return {row.account_id: row.name for row in session.execute(rows.order_by(Action.id))}
