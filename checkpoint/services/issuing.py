"""Passes: issued, shown again, revoked; holders blocked."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, to_ms
from checkpoint.credential import Trust, issue, verify
from checkpoint.credential.issue import fresh_id
from checkpoint.domain.health_pass import HealthPass, PassKind, Vehicle
from checkpoint.domain.place import BUREAU
from checkpoint.errors import ClaimError, KeyFault, Refused
from checkpoint.keys import Keyring, Purpose
from checkpoint.services import fields, sealed
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.forms import PassForm
from checkpoint.services.office import Office
from checkpoint.services.plates import plate
from checkpoint.services.roster import blank_holder, name_of
from checkpoint.services.rows import HolderKind, IssuedPass, PassRow
from checkpoint.services.signatures import Signing, count
from checkpoint.storage import people, places, tables
from checkpoint.storage.scope import Page

_FROM_ROSTER = {
    PassKind.WORKER: HolderKind.WORKER,
    PassKind.COMMUTING_VEHICLE: HolderKind.VEHICLE,
}


@dataclass(frozen=True, slots=True)
class _Subject:
    """Whom a pass is about: the stored holder, and what the pass says of them."""

    holder: tables.Holder
    name: str
    vehicle: Vehicle | None = None
    host: str = ""


def issue_pass(office: Office, by: Actor, issuer: str, form: PassForm) -> IssuedPass:
    """Sign a pass by the key of `issuer`: an enterprise id, or BUREAU for emergency vehicles.

    Raises NotFound for a holder of another enterprise, Refused for a suspended enterprise, a
    blocked holder or a kind that is not the issuer's, ClaimError for what a pass can't carry.
    """
    if (issuer == BUREAU) != (form.kind is PassKind.EMERGENCY_VEHICLE):
        raise Refused(f"{issuer!r} issues no {form.kind} passes", remedy="ask who does")
    now = office.clock.now()
    if form.expires_at <= now:
        raise ClaimError("expires_at has passed already", remedy="give a later time")
    with office.db.write() as session:
        enterprise_id = _destination(session, issuer, form)
        subject = _subject(office, session, enterprise_id, form)
        key = office.keys.issuer(issuer)
        health_pass = HealthPass(
            pass_id=fresh_id(),
            kind=form.kind,
            issuer=issuer,
            enterprise_id=enterprise_id,
            holder_id=subject.holder.holder_id,
            name=subject.name,
            id_tail=subject.holder.id_tail,
            issued_at=now.replace(microsecond=0),
            not_before=(form.not_before or now).replace(microsecond=0),
            expires_at=form.expires_at.replace(microsecond=0),
            sites=form.sites,
            vehicle=subject.vehicle,
            host=subject.host,
            key_id=key.key_id,
        )
        issued = IssuedPass(issue(health_pass, key), health_pass)
        session.add(_stored(office, issued))
        count(office, session, Signing(key, Purpose(form.kind.value), health_pass.pass_id), by)
        record(office, session, by, Act("issue_pass", health_pass.pass_id, enterprise_id))
    return issued


def _destination(session: Session, issuer: str, form: PassForm) -> str:
    """The enterprise that the pass is for, empty for any; it and its sites must exist."""
    enterprise_id = form.enterprise_id if issuer == BUREAU else issuer
    if enterprise_id:
        row = places.enterprise(session, enterprise_id, lock=True)
        if row.suspended_at is not None and issuer != BUREAU:
            raise Refused(f"enterprise {enterprise_id!r} is suspended", remedy="ask the bureau")
    elif form.sites:
        raise Refused("sites without an enterprise", remedy="name the enterprise")
    for site_id in form.sites:
        places.site(session, enterprise_id, site_id)
    return enterprise_id


def _subject(office: Office, session: Session, enterprise_id: str, form: PassForm) -> _Subject:
    kind = _FROM_ROSTER.get(form.kind)
    if kind is None:
        return _newcomer(office, session, enterprise_id, form)
    row = people.holder(session, enterprise_id, form.holder_id)
    if row.kind != kind:
        raise Refused(f"holder {form.holder_id!r} is no {kind}", remedy="choose another kind")
    if row.blocked_at is not None:
        raise Refused(f"holder {form.holder_id!r} is blocked", remedy="unblock the holder first")
    vehicle = Vehicle(row.plate, row.seats, row.route) if kind is HolderKind.VEHICLE else None
    return _Subject(row, name_of(office, row), vehicle)


def _newcomer(office: Office, session: Session, enterprise_id: str, form: PassForm) -> _Subject:
    """A visitor or an emergency vehicle: no one of the roster, so kept with the pass."""
    name = fields.line("name", form.name)
    if form.kind is PassKind.VISITOR:
        row = blank_holder(office, HolderKind.VISITOR, name)
        row.enterprise_id = enterprise_id
        row.id_tail = fields.line("id_tail", form.id_tail, most=4, least=0).upper()
        subject = _Subject(row, name, host=fields.line("host", form.host))
    else:
        if form.vehicle is None:
            raise Refused("vehicle is missing", remedy="give the plate")
        vehicle = replace(form.vehicle, plate=plate(form.vehicle.plate))
        row = blank_holder(office, HolderKind.VEHICLE, name)
        row.plate, row.seats, row.route = vehicle.plate, vehicle.seats, vehicle.route
        subject = _Subject(row, name, vehicle)
    session.add(row)
    session.flush()
    return subject


def _stored(office: Office, issued: IssuedPass) -> tables.IssuedPass:
    health_pass = issued.health_pass
    return tables.IssuedPass(
        pass_id=health_pass.pass_id,
        holder_id=health_pass.holder_id,
        issuer=health_pass.issuer,
        kind=health_pass.kind.value,
        issued_at=to_ms(health_pass.issued_at),
        not_before=to_ms(health_pass.not_before),
        expires_at=to_ms(health_pass.expires_at),
        key_id=health_pass.key_id,
        text_sealed=sealed.seal(office, issued.text, f"issued_pass/{health_pass.pass_id}/text"),
        revoked_at=None,
        revoked_why="",
    )


def revoke_pass(office: Office, by: Actor, issuer: str, pass_id: str, why: str) -> None:
    """Make one pass (a lost card) worthless. Raises NotFound outside the issuer's passes."""
    why = fields.reason(why)
    with office.db.write() as session:
        row = people.issued(session, issuer, pass_id)
        if row.revoked_at is not None:
            raise Refused(f"pass {pass_id!r} is revoked already")
        row.revoked_at, row.revoked_why = office.now_ms(), why
        record(office, session, by, Act("revoke_pass", pass_id, _home(issuer) or "", why))


def block_holder(office: Office, by: Actor, enterprise_id: str, holder_id: str, why: str) -> None:
    """Make all passes of a holder worthless until unblocked."""
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


def passes(
    office: Office, issuer: str, after: str | None = None, holder_id: str = ""
) -> Page[PassRow]:
    """The passes of an issuer, the newest first; those of one holder where given."""
    with office.db.read() as session:
        found, cursor = people.passes(session, issuer, holder_id, after)
        holders = people.holders_by_id(session, {row.holder_id for row in found})
        rows = tuple(_row(office, row, holders[row.holder_id]) for row in found)
    return Page(rows, cursor)


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
        blocked=holder.blocked_at is not None,
    )


def text_of(office: Office, issuer: str, pass_id: str) -> IssuedPass:
    """A pass issued before, to show or print again. Raises NotFound outside the issuer's."""
    with office.db.read() as session:
        row = people.issued(session, issuer, pass_id)
        text = sealed.unseal(office, row.text_sealed, f"issued_pass/{pass_id}/text")
        revoked = row.revoked_at is not None
    trust = Trust(Keyring([office.keys.issuer(issuer).trusted]))
    health_pass = verify(text, trust, office.clock.now()).health_pass
    if health_pass is None:
        raise KeyFault(
            f"pass {pass_id!r} was signed by a key of {issuer!r} that is not in the key folder",
            remedy="restore the key folder from its backup",
        )
    return IssuedPass(text, health_pass, revoked)


def _home(enterprise_id: str) -> str | None:
    return None if enterprise_id == BUREAU else enterprise_id
