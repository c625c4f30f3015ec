"""The action record: every change with who, what, when and why."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.storage import tables


@dataclass(frozen=True, slots=True)
class Act:
    """What was done to what; ids only, nothing personal."""

    verb: str
    subject: str
    enterprise_id: str = ""
    why: str = ""


def record(office: Office, session: Session, by: Actor, act: Act) -> None:
    """Add the line that stands or falls with the change itself."""
    session.add(
        tables.Action(
            at=office.now_ms(),
            account_id=by.account_id,
            role=by.role,
            name=by.name,
            verb=act.verb,
            subject=act.subject,
            enterprise_id=act.enterprise_id,
            why=act.why,
        )
    )
