"""The desk at which passes are signed: one transaction, one issuer, one moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from checkpoint.clock import to_ms
from checkpoint.credential import issue
from checkpoint.credential.issue import fresh_id
from checkpoint.domain.health_pass import HealthPass, PassKind, Vehicle
from checkpoint.domain.place import BUREAU
from checkpoint.errors import ClaimError, Refused
from checkpoint.keys import Purpose
from checkpoint.services import fields, issuing_limits, sealed
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.forms import PassForm
from checkpoint.services.office import Office
from checkpoint.services.plates import plate
from checkpoint.services.roster import blank_holder, name_of
from checkpoint.services.rows import HolderKind, IssuedPass
from checkpoint.services.signatures import Signing, count
from checkpoint.storage import people, places, tables

_HOLDERS = {
    PassKind.WORKER: HolderKind.WORKER,
    PassKind.COMMUTING_VEHICLE: HolderKind.VEHICLE,
    PassKind.EMERGENCY_VEHICLE: HolderKind.VEHICLE,
    PassKind.VISITOR: HolderKind.VISITOR,
}
_NEWCOMERS = frozenset({PassKind.EMERGENCY_VEHICLE, PassKind.VISITOR})


@dataclass(frozen=True, slots=True)
class _Subject:
    """Whom a pass is about: the stored holder, and what the pass says of them."""

    holder: tables.Holder
    name: str
    vehicle: Vehicle | None = None
    host: str = ""
    new: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """Signs by the key of `issuer`: an enterprise id, or BUREAU for emergency vehicles."""

    office: Office
    session: Session
    by: Actor
    issuer: str
    now: datetime

    def issue(self, form: PassForm) -> IssuedPass:
        """Sign a pass, keep it, count the signature. Raises as `issuing.issue_pass` says."""
        health_pass = self.draft(form)
        key = self.office.keys.issuer(self.issuer)
        days = people.anybody(self.session, health_pass.holder_id).days
        issued = IssuedPass(issue(health_pass, key), health_pass, days=days)
        self._keep(issued, health_pass.enterprise_id)
        signing = Signing(key, Purpose(form.kind.value), health_pass.pass_id)
        count(self.office, self.session, signing, self.by)
        return issued

    def draft(self, form: PassForm) -> HealthPass:
        """What the pass would say; a newcomer is kept as a holder. Raises as `issue` does."""
        self._require_kind(form)
        enterprise_id = self._destination(form)
        not_before = form.not_before or self.now
        if form.kind is PassKind.VISITOR:
            term = issuing_limits.Term(not_before, form.expires_at)
            issuing_limits.one_day(self.session, enterprise_id, form.sites, term)
        subject = self._subject(enterprise_id, form)
        key = self.office.keys.issuer(self.issuer)
        health_pass = HealthPass(
            # One number for both where nobody else can have this holder: the code is smaller.
            pass_id=subject.holder.holder_id if subject.new else fresh_id(),
            kind=form.kind,
            issuer=self.issuer,
            enterprise_id=enterprise_id,
            holder_id=subject.holder.holder_id,
            name=subject.name,
            id_tail=subject.holder.id_tail,
            issued_at=self.now.replace(microsecond=0),
            not_before=not_before.replace(microsecond=0),
            expires_at=form.expires_at.replace(microsecond=0),
            sites=form.sites,
            vehicle=subject.vehicle,
            host=subject.host,
            key_id=key.key_id,
            holder_key=form.holder_key,
            shift=form.shift,
        )
        issuing_limits.one_route(self.office, self.session, health_pass)
        return health_pass

    def _require_kind(self, form: PassForm) -> None:
        if (self.issuer == BUREAU) != (form.kind is PassKind.EMERGENCY_VEHICLE):
            raise Refused(f"{self.issuer!r} issues no {form.kind} passes", remedy="ask who does")
        if form.shift is not None and form.kind is not PassKind.WORKER:
            raise Refused("shift is for workers alone", remedy="leave it out")
        if form.expires_at <= self.now:
            raise ClaimError("expires_at has passed already", remedy="give a later time")

    def _destination(self, form: PassForm) -> str:
        """The enterprise that the pass is for, empty for any; it and its sites must exist."""
        enterprise_id = form.enterprise_id if self.issuer == BUREAU else self.issuer
        if enterprise_id:
            row = places.enterprise(self.session, enterprise_id, lock=True)
            if row.suspended_at is not None and self.issuer != BUREAU:
                raise Refused(f"enterprise {enterprise_id!r} is suspended", remedy="ask the bureau")
        elif form.sites:
            raise Refused("sites without an enterprise", remedy="name the enterprise")
        for site_id in form.sites:
            places.site(self.session, enterprise_id, site_id)
        return enterprise_id

    def _subject(self, enterprise_id: str, form: PassForm) -> _Subject:
        if form.kind in _NEWCOMERS and not form.holder_id:
            return self._newcomer(enterprise_id, form)
        kind = _HOLDERS[form.kind]
        home = None if self.issuer == BUREAU else self.issuer
        row = people.holder(self.session, home, form.holder_id)
        if row.kind != kind:
            raise Refused(f"holder {form.holder_id!r} is no {kind}", remedy="choose another kind")
        if row.blocked_at is not None:
            raise Refused(
                f"holder {form.holder_id!r} is blocked", remedy="unblock the holder first"
            )
        if row.left_at is not None:
            raise Refused(f"holder {form.holder_id!r} has left", remedy="take them back first")
        vehicle = Vehicle(row.plate, row.seats, row.route) if row.plate else None
        host = fields.line("host", form.host) if form.kind is PassKind.VISITOR else ""
        return _Subject(row, name_of(self.office, row), vehicle, host)

    def _newcomer(self, enterprise_id: str, form: PassForm) -> _Subject:
        """A visitor or an emergency vehicle: no one of the roster, so kept with the pass."""
        name = fields.line("name", form.name)
        if form.kind is PassKind.VISITOR:
            row = blank_holder(self.office, HolderKind.VISITOR, name)
            row.enterprise_id = enterprise_id
            row.id_tail = fields.line("id_tail", form.id_tail, most=4, least=0).upper()
            subject = _Subject(row, name, host=fields.line("host", form.host), new=True)
        else:
            if form.vehicle is None:
                raise Refused("vehicle is missing", remedy="give the plate")
            vehicle = replace(form.vehicle, plate=plate(form.vehicle.plate))
            row = blank_holder(self.office, HolderKind.VEHICLE, name)
            row.plate, row.seats, row.route = vehicle.plate, vehicle.seats, vehicle.route
            subject = _Subject(row, name, vehicle, new=True)
        self.session.add(row)
        self.session.flush()
        return subject

    def _keep(self, issued: IssuedPass, enterprise_id: str) -> None:
        health_pass = issued.health_pass
        pass_id = health_pass.pass_id
        self.session.add(
            tables.IssuedPass(
                pass_id=pass_id,
                holder_id=health_pass.holder_id,
                issuer=health_pass.issuer,
                kind=health_pass.kind.value,
                issued_at=to_ms(health_pass.issued_at),
                not_before=to_ms(health_pass.not_before),
                expires_at=to_ms(health_pass.expires_at),
                key_id=health_pass.key_id,
                text_sealed=sealed.seal(self.office, issued.text, f"issued_pass/{pass_id}/text"),
                revoked_at=None,
                revoked_why="",
            )
        )
        record(self.office, self.session, self.by, Act("issue_pass", pass_id, enterprise_id))
