"""What became of a pass: revoked, its key withdrawn, its holder blocked; its holder's others.

Visitors and emergency vehicles are in no roster: each pass may have a holder of its own. Those of
one name and ID ending, or of one plate, count as the same one here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkpoint.clock import from_ms
from checkpoint.domain.place import BUREAU
from checkpoint.services import fields, issuing, phone_links, sealed
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.forms import PassForm
from checkpoint.services.office import Office
from checkpoint.services.plates import plate
from checkpoint.services.roster import name_of
from checkpoint.services.rows import HolderKind, PassRow
from checkpoint.storage import people, tables, trusted, worth


@dataclass(frozen=True, slots=True)
class Ended:
    """When, why, and by whom: empty where the record does not say."""

    at: datetime
    why: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class PassHistory:
    """Each end that the pass came to, the pass in its place, and the holder's other passes."""

    holder_id: str
    revoked: Ended | None
    withdrawn: Ended | None
    blocked: Ended | None
    successor: str
    others: tuple[PassRow, ...]


def history(office: Office, issuer: str, pass_id: str) -> PassHistory:
    """What became of a pass. Raises NotFound outside the issuer's."""
    with office.db.read() as session:
        row = people.issued(session, issuer, pass_id)
        holder = people.anybody(session, row.holder_id)
        revoked, blocked = None, None
        if row.revoked_at is not None:
            by = _by(session, "revoke_pass", pass_id, row.revoked_at)
            revoked = Ended(from_ms(row.revoked_at), row.revoked_why, by)
        if holder.blocked_at is not None:
            by = _by(session, "block_holder", holder.holder_id, holder.blocked_at)
            blocked = Ended(from_ms(holder.blocked_at), holder.blocked_why, by)
        elif holder.left_at is not None:
            by = _by(session, "leave_holder", holder.holder_id, holder.left_at)
            blocked = Ended(from_ms(holder.left_at), holder.left_why, by)
        found = worth.standing_of(session, issuer, _same(office, session, holder), office.now_ms())
        others = [other for other in found if other.pass_id != pass_id]
        return PassHistory(
            row.holder_id,
            revoked,
            _withdrawn(session, row),
            blocked,
            row.successor or "",
            issuing.rows_of(office, session, others),
        )


def standing(office: Office, issuer: str, holder_id: str) -> tuple[PassRow, ...]:
    """The passes of a holder that are in force now or will be, the newest first."""
    with office.db.read() as session:
        found = worth.standing_of(session, issuer, holder_id, office.now_ms())
        return issuing.rows_of(office, session, found)


def of_same(office: Office, issuer: str, form: PassForm) -> tuple[PassRow, ...]:
    """The passes in force of whomever a form is about, the newest first."""
    home = None if issuer == BUREAU else issuer
    with office.db.read() as session:
        if form.holder_id:
            same = _same(office, session, people.holder(session, home, form.holder_id))
        elif form.vehicle is not None:
            same = people.same_vehicle(session, home, plate(form.vehicle.plate))
        else:
            same = _visitors(office, session, home, (form.name, form.id_tail.upper()))
        found = worth.standing_of(session, issuer, same, office.now_ms())
        return issuing.rows_of(office, session, found)


def revoke_others(office: Office, by: Actor, issuer: str, pass_id: str, why: str) -> int:
    """Revoke every other pass of this one's holder, and end unused links; how many passes.

    Raises NotFound as `history`.
    """
    why = fields.reason(why)
    with office.db.write() as session:
        kept = people.issued(session, issuer, pass_id, lock=True)
        same = _same(office, session, people.anybody(session, kept.holder_id))
        found = worth.standing_of(session, issuer, same, office.now_ms())
        others = [row for row in found if row.pass_id != pass_id]
        for row in others:
            row.revoked_at, row.revoked_why = office.now_ms(), why
            act = Act("revoke_pass", row.pass_id, "" if issuer == BUREAU else issuer, why)
            record(office, session, by, act)
        home = None if issuer == BUREAU else issuer
        phone_links.end(office, session, by, phone_links.ended(kept.holder_id, home, why))
    return len(others)


def _same(office: Office, session: Session, row: tables.Holder) -> Sequence[str]:
    """The ids under which this holder is kept."""
    if row.kind == HolderKind.VISITOR and row.id_tail:
        named = (name_of(office, row), row.id_tail)
        return _visitors(office, session, row.enterprise_id, named)
    if row.enterprise_id is None and row.plate:
        return people.same_vehicle(session, None, row.plate)
    return (row.holder_id,)


def _visitors(
    office: Office, session: Session, home: str | None, named: tuple[str, str]
) -> Sequence[str]:
    name, id_tail = named
    return people.same_visitor(session, home, sealed.indexes(office, "name", name), id_tail)


def _by(session: Session, verb: str, subject: str, at: int) -> str:
    acts = tables.Action
    told = select(acts.name).where(acts.verb == verb, acts.subject == subject, acts.at >= at)
    return session.scalar(told.order_by(acts.id).limit(1)) or ""


def _withdrawn(session: Session, row: tables.IssuedPass) -> Ended | None:
    """By the first withdrawal that covers the pass."""
    for stored in trusted.withdrawn_rows(session, [row.issuer]):
        withdrawal = trusted.withdrawal_of(stored)
        if withdrawal.covers(row.issuer, row.key_id, from_ms(row.issued_at)):
            subject = f"{row.issuer}/{row.key_id}"
            by = _by(session, "withdraw_key", subject, stored.at)
            return Ended(from_ms(stored.at), stored.why, by)
    return None
