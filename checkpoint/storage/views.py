"""Saved views of the entry list."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from checkpoint.storage.tables import SavedView


def of_account(session: Session, account_id: str) -> Sequence[SavedView]:
    """An account's own, by name."""
    rows = select(SavedView).where(SavedView.account_id == account_id)
    return session.scalars(rows.order_by(SavedView.name, SavedView.view_id)).all()


def seen_by(
    session: Session, account_id: str, enterprise_id: str, colleagues: Collection[str]
) -> Sequence[SavedView]:
    """An account's own, and those that colleagues share within the enterprise, by name."""
    others = and_(
        SavedView.shared,
        SavedView.enterprise_id == enterprise_id,
        SavedView.account_id.in_(sorted(colleagues)),
    )
    rows = select(SavedView).where(or_(SavedView.account_id == account_id, others))
    return session.scalars(rows.order_by(SavedView.name, SavedView.view_id)).all()


def close_others(session: Session, account_id: str) -> None:
    """Let the list begin with none of the account's views."""
    opening = update(SavedView).where(SavedView.account_id == account_id, SavedView.opens)
    session.execute(opening.values(opens=False))
