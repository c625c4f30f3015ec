"""Phone passes: a one-time link for a holder, a key made on the phone, a pass that names it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, to_ms
from checkpoint.credential import holder_key
from checkpoint.credential.cose import MalformedError
from checkpoint.domain.health_pass import HolderKey, PassKind
from checkpoint.errors import ClaimError, Refused, WireError
from checkpoint.services import issuing
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import SYSTEM, Actor
from checkpoint.services.forms import PassForm
from checkpoint.services.issuing_desk import Desk
from checkpoint.services.office import Office
from checkpoint.services.rows import HolderKind, IssuedPass
from checkpoint.storage import people, phones, places, tables
from checkpoint.wire.phone import PhoneRegistration

LINK_LIFE = timedelta(hours=24)
_KINDS = {
    HolderKind.WORKER: PassKind.WORKER,
    HolderKind.VEHICLE: PassKind.COMMUTING_VEHICLE,
}
_REPLACED = "replaced by another phone"


@dataclass(frozen=True, slots=True)
class PhoneForm:
    """A phone pass to be fetched by the holder's phone; `sites` empty means every site."""

    holder_id: str
    expires_at: datetime
    sites: tuple[str, ...] = ()


def make_link(office: Office, by: Actor, enterprise_id: str, form: PhoneForm) -> str:
    """The secret of a link for one holder's phone, valid for 24 hours.

    Shown once: only its hash is kept. Raises NotFound for another enterprise's holder or site,
    Refused for a holder who can't have a phone pass, ClaimError for a pass over already.
    """
    now, link = office.clock.now(), secrets.token_urlsafe(18)
    if form.expires_at <= now:
        raise ClaimError("until has passed already", remedy="give a later day")
    with office.db.write() as session:
        holder = people.holder(session, enterprise_id, form.holder_id)
        if holder.kind not in _KINDS or holder.blocked_at is not None:
            raise Refused("the holder is blocked or a visitor", remedy="unblock the holder first")
        for site_id in form.sites:
            places.site(session, enterprise_id, site_id)
        session.add(
            tables.PhoneLink(
                link_hash=_hash(link),
                enterprise_id=enterprise_id,
                holder_id=form.holder_id,
                sites=" ".join(form.sites),
                pass_until=to_ms(form.expires_at),
                made_at=to_ms(now),
                expires_at=to_ms(now + LINK_LIFE),
                used_at=None,
                pass_id=None,
            )
        )
        record(office, session, by, Act("make_phone_link", form.holder_id, enterprise_id))
    return link


def register(office: Office, request: PhoneRegistration) -> IssuedPass:
    """Exchange a link for a pass that names the phone's key; an earlier phone's is revoked.

    Of two phones with one link, one gets it; that one may ask again with the same key, if the
    answer was lost on the way. Raises WireError for a key that is none or does not sign, Refused
    for an unknown, used or expired link (one message for all) and as issuing does.
    """
    key = _proven(request)
    now = office.clock.now()
    with office.db.write() as session:
        link = phones.use(session, _hash(request.link), to_ms(now))
        if link is not None:
            return _issued(office, session, link, key)
        again = session.get(tables.PhoneLink, _hash(request.link))
        if again is None or again.pass_id is None or again.expires_at <= to_ms(now):
            raise _unknown()
        enterprise_id, pass_id = again.enterprise_id, again.pass_id
    held = issuing.text_of(office, enterprise_id, pass_id)
    if held.revoked or held.health_pass.holder_key != key:
        raise _unknown()
    return held


def _proven(request: PhoneRegistration) -> HolderKey:
    try:
        key = holder_key.from_browser(request.algorithm, request.public)
    except MalformedError as fault:
        raise WireError(f"public is no key: {fault}", remedy="use another browser") from fault
    if not holder_key.verifies(key, request.proof, request.proven):
        raise WireError("proof is not by this key", remedy="open the link again")
    return key


def _issued(office: Office, session: Session, link: tables.PhoneLink, key: HolderKey) -> IssuedPass:
    now = office.clock.now()
    holder = people.holder(session, link.enterprise_id, link.holder_id)
    for earlier in phones.passes_in_force(session, link.holder_id, to_ms(now)):
        earlier.revoked_at, earlier.revoked_why = to_ms(now), _REPLACED
        act = Act("revoke_pass", earlier.pass_id, link.enterprise_id, _REPLACED)
        record(office, session, SYSTEM, act)
    form = PassForm(
        _KINDS[HolderKind(holder.kind)],
        from_ms(link.pass_until),
        holder_id=link.holder_id,
        sites=tuple(link.sites.split()),
        holder_key=key,
    )
    issued = Desk(office, session, SYSTEM, link.enterprise_id, now).issue(form)
    session.flush()
    link.pass_id = issued.health_pass.pass_id
    return issued


def _unknown() -> Refused:
    return Refused("the link is unknown, used or expired", remedy="ask for a new link")


def _hash(link: str) -> bytes:
    return hashlib.sha256(b"sibao/phone-link/v1\0" + link.encode()).digest()
