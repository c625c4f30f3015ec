"""Lists and numbers about the health of an enterprise's workers, and of all enterprises."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Row, case, func, or_, select
from sqlalchemy.orm import Session

from checkpoint.domain.declaration import DeclarationKind
from checkpoint.storage.keyset import page
from checkpoint.storage.tables import Declaration, Enterprise, Holder, HolderHealth, SaidStatus

PAGE = 50

WORKING: ColumnElement[bool] = (
    (Holder.kind == "worker")
    & (Holder.name_sealed != b"")
    & Holder.blocked_at.is_(None)
    & Holder.left_at.is_(None)
)
"""Workers who may come: not erased, not blocked, not gone."""


Shift = tuple[int, int]
"""Begin and end in minutes of the day."""


def shifts(session: Session, enterprise_id: str) -> list[Shift]:
    """The shifts that workers who may come have in the roster."""
    rows = (
        select(Holder.shift_begin, Holder.shift_end)
        .where(Holder.enterprise_id == enterprise_id, WORKING, Holder.shift_begin.is_not(None))
        .distinct()
        .order_by(Holder.shift_begin, Holder.shift_end)
    )
    return [(begin or 0, end or 0) for begin, end in session.execute(rows)]


def undeclared(
    session: Session,
    enterprise_id: str,
    before: int,
    after: str | None,
    shift: Shift | None = None,
) -> tuple[Sequence[Holder], str | None]:
    """The workers who may come and have not declared since a time, the newest first.

    Of one shift where one is given.
    """
    rows = (
        select(Holder)
        .outerjoin(HolderHealth, HolderHealth.holder_id == Holder.holder_id)
        .where(
            Holder.enterprise_id == enterprise_id,
            WORKING,
            or_(HolderHealth.declared_at.is_(None), HolderHealth.declared_at < before),
        )
    )
    if shift:
        rows = rows.where(Holder.shift_begin == shift[0], Holder.shift_end == shift[1])
    return page(session, rows, (Holder.added_at, Holder.holder_id), after, PAGE)


def declared(
    session: Session, enterprise_id: str, since: int, after: str | None
) -> tuple[Sequence[HolderHealth], str | None]:
    """The lines of the workers who may come and declared since a time, the last change first."""
    rows = (
        select(HolderHealth)
        .join(Holder, Holder.holder_id == HolderHealth.holder_id)
        .where(
            HolderHealth.enterprise_id == enterprise_id,
            HolderHealth.declared_at >= since,
            WORKING,
        )
    )
    return page(session, rows, (HolderHealth.changed_at, HolderHealth.holder_id), after, PAGE)


def of_status(
    session: Session, enterprise_id: str, status: str, after: str | None
) -> tuple[Sequence[HolderHealth], str | None]:
    """The lines of a status, who was said to be so last first."""
    rows = select(HolderHealth).where(
        HolderHealth.enterprise_id == enterprise_id, HolderHealth.status == status
    )
    return page(session, rows, (HolderHealth.changed_at, HolderHealth.holder_id), after, PAGE)


def of_origin(
    session: Session, enterprise_id: str, origin_index: bytes, after: str | None
) -> tuple[Sequence[HolderHealth], str | None]:
    """The lines of those who came from a place by their last card."""
    rows = select(HolderHealth).where(
        HolderHealth.enterprise_id == enterprise_id, HolderHealth.origin_index == origin_index
    )
    return page(session, rows, (HolderHealth.changed_at, HolderHealth.holder_id), after, PAGE)


def origins(session: Session, enterprise_id: str) -> Sequence[Row[bytes, int, int | None, str]]:
    """From where people came: the index, how many, the last card, one of them; most first."""
    many = func.count()
    rows = (
        select(
            HolderHealth.origin_index,
            many,
            func.max(HolderHealth.card_at),
            func.min(HolderHealth.holder_id),
        )
        .where(HolderHealth.enterprise_id == enterprise_id, HolderHealth.origin_index != b"")
        .group_by(HolderHealth.origin_index)
        .order_by(many.desc(), HolderHealth.origin_index)
    )
    return session.execute(rows).all()


def last_cards(session: Session, holder_ids: Iterable[str]) -> dict[str, Declaration]:
    """The latest card of each of some holders."""
    rows = (
        select(Declaration)
        .where(
            Declaration.holder_id.in_(sorted(holder_ids)), Declaration.kind == DeclarationKind.CARD
        )
        .order_by(Declaration.version)
    )
    return {row.holder_id: row for row in session.scalars(rows)}


def last_statuses(session: Session, holder_ids: Iterable[str]) -> dict[str, SaidStatus]:
    """The last status that was set of each of some holders."""
    last = (
        select(func.max(SaidStatus.id))
        .where(SaidStatus.holder_id.in_(sorted(holder_ids)))
        .group_by(SaidStatus.holder_id)
    )
    rows = session.scalars(select(SaidStatus).where(SaidStatus.id.in_(last)))
    return {row.holder_id: row for row in rows}


def declared_since(session: Session, enterprise_id: str, bounds: Sequence[int]) -> tuple[int, ...]:
    """Of the workers who may come: how many declared since each bound, ever, and how many are."""
    rows = (
        select(
            *(func.count(case((HolderHealth.declared_at >= bound, 1))) for bound in bounds),
            func.count(HolderHealth.declared_at),
            func.count(Holder.holder_id),
        )
        .select_from(Holder)
        .outerjoin(HolderHealth, HolderHealth.holder_id == Holder.holder_id)
        .where(Holder.enterprise_id == enterprise_id, WORKING)
    )
    return tuple(session.execute(rows).one())


def numbers(
    session: Session, since: int, enterprise_id: str = ""
) -> Sequence[Row[str, str, str, int, int, int, int]]:
    """Of each enterprise, or of one: how many workers may come, declared, are yellow, are red."""
    rows = (
        select(
            Enterprise.enterprise_id,
            Enterprise.name,
            Enterprise.township,
            func.count(Holder.holder_id),
            func.count(case((HolderHealth.declared_at >= since, 1))),
            func.count(case((HolderHealth.status == "yellow", 1))),
            func.count(case((HolderHealth.status == "red", 1))),
        )
        .outerjoin(Holder, (Holder.enterprise_id == Enterprise.enterprise_id) & WORKING)
        .outerjoin(HolderHealth, HolderHealth.holder_id == Holder.holder_id)
        .group_by(Enterprise.enterprise_id, Enterprise.name, Enterprise.township)
        .order_by(Enterprise.township, Enterprise.enterprise_id)
    )
    if enterprise_id:
        rows = rows.where(Enterprise.enterprise_id == enterprise_id)
    return session.execute(rows).all()
