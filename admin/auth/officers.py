"""Whether the district has a second officer, without whom nothing could wait for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from admin.auth.account import Account, Role
from admin.db import reading
from checkpoint.services import proposals
from checkpoint.services.office import Office


@dataclass(frozen=True, slots=True)
class Officers:
    """How the district stands: `alone` where one officer is enough, and why that is so.

    `settled` is when it was settled at the server's terminal, None where it follows from the
    accounts alone; `others` are the officers beside this one who can sign in.
    """

    alone: bool
    settled: datetime | None
    why: str
    others: tuple[str, ...]


def alone(office: Office) -> bool:
    """Whether one officer is enough.

    Until a second bureau account is made, and from then on only where it was settled so at the
    server's terminal: whoever disables a colleague's account is not alone by that.
    """
    held = proposals.setting(office)
    if held is not None:
        return held[0] == proposals.ONE
    with reading(office) as session:
        bureau = select(func.count()).select_from(Account).where(Account.role == Role.BUREAU.value)
        return (session.scalar(bureau) or 0) < 2


def standing(office: Office, account_id: str) -> Officers:
    """How it stands, for the page of who asks."""
    held = proposals.setting(office)
    with reading(office) as session:
        names = session.scalars(
            select(Account.name)
            .where(
                Account.role == Role.BUREAU.value,
                Account.active,
                Account.account_id != account_id,
            )
            .order_by(Account.name)
        ).all()
    at, why = (held[1], held[2]) if held else (None, "")
    return Officers(alone(office), at, why, tuple(names))
