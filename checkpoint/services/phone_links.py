"""Phone links that nobody has used yet: listed, and ended before somebody does."""

from __future__ import annotations

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.place import BUREAU
from checkpoint.errors import NotFound
from checkpoint.services import fields
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.services.roster import name_of
from checkpoint.services.rows import PhoneLinkRow
from checkpoint.storage import people, phones

LINKS_MOST = 500


def unused(office: Office, issuer: str) -> tuple[PhoneLinkRow, ...]:
    """The issuer's links that a phone may still use, the newest first, `LINKS_MOST` of them."""
    with office.db.read() as session:
        found = phones.unused(session, issuer, office.now_ms(), LINKS_MOST)
        holders = people.holders_by_id(session, {row.holder_id for row in found})
    return tuple(
        PhoneLinkRow(
            holder_id=row.holder_id,
            kind=PassKind(row.kind),
            name=name_of(office, holders[row.holder_id]),
            plate=holders[row.holder_id].plate,
            made_at=from_ms(row.made_at),
            expires_at=from_ms(row.expires_at),
        )
        for row in found
    )


def withdraw(office: Office, by: Actor, issuer: str, holder_id: str, why: str) -> None:
    """End the holder's unused link. Raises NotFound where the issuer's holder has none."""
    why = fields.reason(why)
    with office.db.write() as session:
        home = None if issuer == BUREAU else issuer
        people.holder(session, home, holder_id)
        if not end(office, session, by, ended(holder_id, home, why)):
            raise NotFound(f"no unused phone link of {holder_id!r}", remedy="see `passes links`")


def ended(holder_id: str, enterprise_id: str | None, why: str) -> Act:
    """The act of ending a holder's unused links."""
    return Act("withdraw_phone_link", holder_id, enterprise_id or "", why)


def end(office: Office, session: Session, by: Actor, act: Act) -> int:
    """Delete the unused links of the holder whom an `ended` act names; how many there were.

    Part of the caller's transaction, recorded where there was one.
    """
    count = phones.end_unused(session, act.subject, office.now_ms())
    if count:
        record(office, session, by, act)
    return count
