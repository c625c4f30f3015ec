"""What holders declared and what was said of their health, of one holder and for a bundle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from checkpoint.domain.declaration import DeclarationKind, DeclaredBy
from checkpoint.errors import NotFound
from checkpoint.storage.tables import Declaration, Holder, HolderHealth, SaidStatus


def of(session: Session, holder_id: str) -> HolderHealth | None:
    """What counts of one holder, None where nothing was ever said."""
    return session.get(HolderHealth, holder_id)


def of_many(session: Session, holder_ids: Iterable[str]) -> dict[str, HolderHealth]:
    """What counts of some holders, by holder."""
    rows = select(HolderHealth).where(HolderHealth.holder_id.in_(sorted(holder_ids)))
    return {row.holder_id: row for row in session.scalars(rows)}


def declarations(session: Session, holder_id: str, kind: str = "") -> Sequence[Declaration]:
    """What one holder declared, the newest first; of one kind where one is given."""
    rows = select(Declaration).where(Declaration.holder_id == holder_id)
    if kind:
        rows = rows.where(Declaration.kind == kind)
    return session.scalars(rows.order_by(Declaration.id.desc())).all()


def declaration(session: Session, holder_id: str, kind: str, version: int) -> Declaration:
    """One version of a declaration. Raises NotFound."""
    row = session.scalar(
        select(Declaration).where(
            Declaration.holder_id == holder_id,
            Declaration.kind == kind,
            Declaration.version == version,
        )
    )
    if row is None:
        raise NotFound("no such declaration here")
    return row


def last(session: Session, holder_id: str, kind: str) -> Declaration | None:
    """The latest version of a declaration."""
    rows = select(Declaration).where(Declaration.holder_id == holder_id, Declaration.kind == kind)
    return session.scalar(rows.order_by(Declaration.version.desc()).limit(1))


def last_declared(session: Session, holder_ids: Iterable[str]) -> dict[str, Declaration]:
    """The declaration of each of some holders that was said last."""
    latest = func.max(Declaration.at).over(partition_by=Declaration.holder_id)
    ranked = select(Declaration.id, Declaration.at, latest.label("latest")).where(
        Declaration.holder_id.in_(sorted(holder_ids))
    )
    found = ranked.subquery()
    rows = (
        select(Declaration)
        .join(found, (found.c.id == Declaration.id) & (found.c.at == found.c.latest))
        .order_by(Declaration.id)
    )
    return {row.holder_id: row for row in session.scalars(rows)}


def by_digest(session: Session, digest: bytes) -> Declaration | None:
    """What a phone declared in the message with this digest."""
    return session.scalar(select(Declaration).where(Declaration.digest == digest))


def said_since(session: Session, holder_id: str, by: DeclaredBy, since: int) -> int:
    """How many declarations of a holder in one kind of hand are of a time or later."""
    rows = (
        select(func.count())
        .select_from(Declaration)
        .where(
            Declaration.holder_id == holder_id,
            Declaration.declared_by == by,
            Declaration.at >= since,
        )
    )
    return session.scalar(rows) or 0


def last_versions(session: Session, holder_ids: Iterable[str], kind: str) -> dict[str, int]:
    """The number of the latest version of a declaration, by holder."""
    rows = (
        select(Declaration.holder_id, func.max(Declaration.version).label("last"))
        .where(Declaration.holder_id.in_(sorted(holder_ids)), Declaration.kind == kind)
        .group_by(Declaration.holder_id)
    )
    return {row.holder_id: row.last for row in session.execute(rows)}


def statuses(session: Session, holder_id: str) -> Sequence[SaidStatus]:
    """The health statuses of one holder, the newest first."""
    rows = select(SaidStatus).where(SaidStatus.holder_id == holder_id)
    return session.scalars(rows.order_by(SaidStatus.id.desc())).all()


def last_said_by(session: Session, holder_id: str, said_by: str) -> SaidStatus | None:
    """The last status that one kind of office set."""
    rows = select(SaidStatus).where(
        SaidStatus.holder_id == holder_id, SaidStatus.said_by == said_by
    )
    return session.scalar(rows.order_by(SaidStatus.id.desc()).limit(1))


def forget(session: Session, rows: Sequence[Declaration]) -> int:
    """Delete declarations, and from where the cards among them said that people came; how many."""
    for row in rows:
        session.delete(row)
        if row.kind == DeclarationKind.CARD:
            line = update(HolderHealth).where(
                HolderHealth.holder_id == row.holder_id, HolderHealth.card_at <= row.at
            )
            session.execute(line.values(origin_index=b""))
    session.flush()
    return len(rows)


def mark(session: Session, enterprise_id: str) -> tuple[int, ...]:
    """What differs whenever `everybody` does, unread; the first tells whether a status was set."""
    rows = select(func.count(), func.max(HolderHealth.changed_at)).where(
        HolderHealth.enterprise_id == enterprise_id
    )
    total, changed = session.execute(rows).one()
    declared = session.scalar(select(func.max(Declaration.id)))
    said = session.scalar(select(func.max(SaidStatus.id)))
    return said or 0, total, changed or 0, declared or 0


def everybody(session: Session, enterprise_id: str) -> Iterator[HolderHealth]:
    """What counts of every worker of an enterprise who is not erased."""
    rows = (
        select(HolderHealth)
        .join(Holder, Holder.holder_id == HolderHealth.holder_id)
        .where(HolderHealth.enterprise_id == enterprise_id, Holder.name_sealed != b"")
    )
    yield from session.scalars(rows.execution_options(yield_per=500))
