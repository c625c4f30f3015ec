"""Used steps of living codes: adding, asking, forgetting."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from checkpoint.storage.tables import UsedStep


def use(session: Session, enterprise_id: str, used: Mapping[str, int], now: int) -> None:
    """Note the last used step of each pass; an earlier one changes nothing."""
    postgres = session.get_bind().dialect.name == "postgresql"
    # In one order everywhere, so that two deliveries never wait for each other.
    for pass_id in sorted(used):
        row = {
            "enterprise_id": enterprise_id,
            "pass_id": pass_id,
            "step": used[pass_id],
            "noted_at": now,
        }
        adding = (postgresql if postgres else sqlite).insert(UsedStep).values(row)
        session.execute(
            adding.on_conflict_do_update(
                index_elements=[UsedStep.enterprise_id, UsedStep.pass_id],
                set_={"step": adding.excluded.step, "noted_at": adding.excluded.noted_at},
                where=adding.excluded.step > UsedStep.step,
            )
        )


def forget(session: Session, before: int) -> None:
    """Delete the steps before this one, of all enterprises."""
    key = (UsedStep.enterprise_id, UsedStep.pass_id)
    old = select(*key).where(UsedStep.step < before).with_for_update(skip_locked=True)
    session.execute(delete(UsedStep).where(tuple_(*key).in_(old)))


def used(session: Session, enterprise_id: str, since: int, limit: int) -> list[tuple[str, int]]:
    """Pass id and step of what was noted at `since` or later; the newest, as many as `limit`."""
    rows = session.execute(
        select(UsedStep.pass_id, UsedStep.step)
        .where(UsedStep.enterprise_id == enterprise_id, UsedStep.noted_at >= since)
        .order_by(UsedStep.noted_at.desc())
        .limit(limit)
    )
    return [(pass_id, step) for pass_id, step in rows]
