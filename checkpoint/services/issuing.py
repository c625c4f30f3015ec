"""Passes: issued, shown again, revoked; holders blocked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, to_ms
from checkpoint.credential import Trust, verify
from checkpoint.domain.health_pass import HealthPass, PassKind
from checkpoint.domain.place import BUREAU
from checkpoint.errors import KeyFault, NotFound, Refused
from checkpoint.services import fields, phone_links, sealed
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.forms import PassForm
from checkpoint.services.issuing_desk import Desk
from checkpoint.services.office import Office
from checkpoint.services.plates import plate
from checkpoint.services.roster import name_of
from checkpoint.services.rows import IssuedPass, PassRow
from checkpoint.storage import people, phones, tables, trusted, worth
from checkpoint.storage.scope import Page

TWICE_WITHIN = timedelta(seconds=10)
"""A button pressed twice, not a second pass that somebody wants."""
SOON = timedelta(days=7)
EXPIRING_MOST = 500
OF_ROSTER = (PassKind.WORKER.value, PassKind.COMMUTING_VEHICLE.value)


def issue_pass(office: Office, by: Actor, issuer: str, form: PassForm) -> IssuedPass:
    """Sign a pass by the key of `issuer`: an enterprise id, or BUREAU for emergency vehicles.

    Raises NotFound for a holder of another enterprise; Refused for a suspended enterprise, a
    blocked holder, a kind that is not the issuer's, a visit of more than a day, a second route
    of a vehicle; ClaimError for what a pass can't carry.
    """
    with office.db.write() as session:
        return Desk(office, session, by, issuer, office.clock.now()).issue(form)


def issue_once(office: Office, by: Actor, issuer: str, form: PassForm) -> IssuedPass:
    """As `issue_pass`; but a form sent twice within `TWICE_WITHIN` gets the first one's pass."""
    now = office.clock.now()
    with office.db.write() as session:
        office.db.alone(session, f"issue {issuer}")
        since = to_ms((now - TWICE_WITHIN).replace(microsecond=0))
        rows = people.lately(session, issuer, form.kind.value, since)
        passes = opened(office, session, rows) if rows else ()
        first = next(
            (p for p in passes if not (p.revoked or p.withdrawn) and _says(p.health_pass, form)),
            None,
        )
        return first or Desk(office, session, by, issuer, now).issue(form)


def _says(known: HealthPass, form: PassForm) -> bool:
    """Whether a pass says what the form asks for."""
    begins = form.not_before.replace(microsecond=0) if form.not_before else known.issued_at
    terms = (begins, form.expires_at.replace(microsecond=0), form.sites, form.shift)
    if terms != (known.not_before, known.expires_at, known.sites, known.shift):
        return False
    if form.holder_id:
        return (form.holder_id, form.holder_key) == (known.holder_id, known.holder_key)
    vehicle = form.vehicle and replace(form.vehicle, plate=plate(form.vehicle.plate))
    if known.kind is PassKind.VISITOR:
        asked = (form.name, form.id_tail.upper(), form.host)
        return asked == (known.name, known.id_tail, known.host)
    asked_for = (form.name, vehicle, form.enterprise_id)
    return asked_for == (known.name, known.vehicle, known.enterprise_id)


def revoke_pass(office: Office, by: Actor, issuer: str, pass_id: str, why: str) -> None:
    """Make one pass (a lost card) and the holder's unused phone links worthless.

    Raises NotFound outside the issuer's passes.
    """
    why = fields.reason(why)
    with office.db.write() as session:
        row = people.issued(session, issuer, pass_id, lock=True)
        if row.revoked_at is not None:
            raise Refused(f"pass {pass_id!r} is revoked already")
        row.revoked_at, row.revoked_why = office.now_ms(), why
        record(office, session, by, Act("revoke_pass", pass_id, _home(issuer) or "", why))
        phone_links.end(office, session, by, phone_links.ended(row.holder_id, _home(issuer), why))


def block_holder(office: Office, by: Actor, enterprise_id: str, holder_id: str, why: str) -> None:
    """Make all passes of a holder worthless until unblocked, and unused phone links for good."""
    _set_block(office, by, Act("block_holder", holder_id, enterprise_id, fields.reason(why)))


def unblock_holder(office: Office, by: Actor, enterprise_id: str, holder_id: str, why: str) -> None:
    """End a block."""
    _set_block(office, by, Act("unblock_holder", holder_id, enterprise_id, fields.reason(why)))


def _set_block(office: Office, by: Actor, act: Act) -> None:
    blocking = act.verb == "block_holder"
    with office.db.write() as session:
        row = people.holder(session, _home(act.enterprise_id), act.subject)
        if blocking == (row.blocked_at is not None):
            state = "blocked already" if blocking else "not blocked"
            raise Refused(f"holder {act.subject!r} is {state}")
        row.blocked_at = office.now_ms() if blocking else None
        row.blocked_why = act.why if blocking else ""
        record(office, session, by, replace(act, enterprise_id=row.enterprise_id or ""))
        if blocking:
            links = phone_links.ended(row.holder_id, row.enterprise_id, act.why)
            phone_links.end(office, session, by, links)


def passes(
    office: Office, issuer: str, after: str | None = None, holder_id: str = ""
) -> Page[PassRow]:
    """The passes of an issuer, the newest first; those of one holder where given."""
    with office.db.read() as session:
        found, cursor = people.passes(session, issuer, holder_id, after)
        return Page(rows_of(office, session, found), cursor)


def row(office: Office, issuer: str, pass_id: str) -> PassRow:
    """One pass as a list shows it. Raises NotFound outside the issuer's passes."""
    with office.db.read() as session:
        return rows_of(office, session, [people.issued(session, issuer, pass_id)])[0]


def expiring(office: Office, issuer: str, within: timedelta = SOON) -> tuple[PassRow, ...]:
    """The passes of the roster that end soon, the soonest first, `EXPIRING_MOST` of them.

    Without blocked holders, and without those who hold a later one already.
    """
    now = office.clock.now()
    with office.db.read() as session:
        term = (to_ms(now), to_ms(now + within))
        found = people.expiring(session, issuer, OF_ROSTER, term, EXPIRING_MOST)
        return rows_of(office, session, found)


def in_need(office: Office, issuer: str) -> tuple[PassRow, ...]:
    """The passes that a withdrawn key took from holders who have no other one yet.

    The soonest to end first, `EXPIRING_MOST` of them; blocked holders need none.
    """
    with office.db.read() as session:
        found = worth.in_need(session, issuer, office.now_ms(), EXPIRING_MOST)
        return rows_of(office, session, found)


def rows_of(
    office: Office, session: Session, found: Sequence[tables.IssuedPass]
) -> tuple[PassRow, ...]:
    """Stored passes as a list shows them."""
    holders = people.holders_by_id(session, {row.holder_id for row in found})
    held = phones.on_phones(session, [row.pass_id for row in found])
    gone = trusted.withdrawals(session, sorted({row.issuer for row in found}))
    return tuple(
        replace(
            _row(office, row, holders[row.holder_id]),
            phone=row.pass_id in held,
            withdrawn=any(w.covers(row.issuer, row.key_id, from_ms(row.issued_at)) for w in gone),
        )
        for row in found
    )


def _row(office: Office, row: tables.IssuedPass, holder: tables.Holder) -> PassRow:
    return PassRow(
        pass_id=row.pass_id,
        kind=PassKind(row.kind),
        holder_id=row.holder_id,
        name=name_of(office, holder),
        plate=holder.plate,
        issued_at=from_ms(row.issued_at),
        not_before=from_ms(row.not_before),
        expires_at=from_ms(row.expires_at),
        revoked=row.revoked_at is not None,
        blocked=holder.barred,
    )


def text_of(office: Office, issuer: str, pass_id: str) -> IssuedPass:
    """A pass issued before, to show or print again. Raises NotFound outside the issuer's."""
    with office.db.read() as session:
        row = people.issued(session, issuer, pass_id)
        if not row.text_sealed:
            raise NotFound(f"the holder of pass {pass_id!r} was erased")
        return opened(office, session, [row])[0]


def opened(
    office: Office, session: Session, rows: Sequence[tables.IssuedPass]
) -> tuple[IssuedPass, ...]:
    """Stored passes of one issuer, verified anew; at least one. Raises KeyFault."""
    issuer, now = rows[0].issuer, office.clock.now()
    trust = Trust(office.keys.ring(issuer), withdrawn=trusted.withdrawals(session, [issuer]))
    holders = people.holders_by_id(session, {row.holder_id for row in rows})
    found = []
    for row in rows:
        text = sealed.unseal(office, row.text_sealed, f"issued_pass/{row.pass_id}/text")
        health_pass = verify(text, trust, now).health_pass
        if health_pass is None:
            raise KeyFault(
                f"pass {row.pass_id!r} was signed by a key of {issuer!r} that is not in the"
                " key folder",
                remedy="restore the key folder from its backup",
            )
        holder = holders[row.holder_id]
        revoked, withdrawn = row.revoked_at is not None, trust.revokes(health_pass)
        found.append(IssuedPass(text, health_pass, revoked, withdrawn, holder.barred, holder.days))
    return tuple(found)


def _home(enterprise_id: str) -> str | None:
    return None if enterprise_id == BUREAU else enterprise_id
