"""Every signature of this server is counted: none leaves without a line of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from checkpoint.domain.health_pass import PassKind
from checkpoint.keys import Purpose, SigningKey
from checkpoint.services.actor import SYSTEM, Actor
from checkpoint.services.office import Office
from checkpoint.storage import people, tables


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


@dataclass(frozen=True, slots=True)
class Tally:
    """Passes that were issued beside signatures that were logged; ids where they differ."""

    issued: int
    logged: int
    unlogged: tuple[str, ...]
    """passes without a line of their own"""
    unknown: tuple[str, ...]
    """lines of no pass, or a second line of one"""

    @property
    def equal(self) -> bool:
        """Whether issued = logged, one by one and not by number alone."""
        return not self.unlogged and not self.unknown


def tally(office: Office, only: Sequence[str] | None = None) -> Tally:
    """Compare passes with the lines of pass-signing keys: pass, key and purpose.

    All of them, or only those passes that are named.
    """
    with office.db.read() as session:
        issued = Counter(people.issued_ids(session, only))
        logged = Counter(people.signed_ids(session, [kind.value for kind in PassKind], only))
    return Tally(
        issued.total(),
        logged.total(),
        tuple(sorted(subject for subject, *_ in issued - logged)),
        tuple(sorted(subject for subject, *_ in logged - issued)),
    )
