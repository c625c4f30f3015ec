"""Every signature of this server is counted: none leaves without a line of its own."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from checkpoint.keys import Purpose, SigningKey
from checkpoint.services.actor import SYSTEM, Actor
from checkpoint.services.office import Office
from checkpoint.storage import tables


@dataclass(frozen=True, slots=True)
class Signing:
    """Which key signed what, for which use."""

    key: SigningKey
    purpose: Purpose
    subject: str


def count(office: Office, session: Session, signing: Signing, by: Actor = SYSTEM) -> None:
    """Add the line, in the transaction after which the signature is handed out."""
    session.add(
        tables.Signature(
            key_id=signing.key.key_id,
            purpose=signing.purpose.value,
            subject=signing.subject,
            at=office.now_ms(),
            account_id=by.account_id,
        )
    )
