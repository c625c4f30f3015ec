"""Phone passes: a one-time link for a holder, a key made on the phone, a pass that names it."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from checkpoint.clock import from_ms, to_ms
from checkpoint.credential import holder_key
from checkpoint.credential.cose import MalformedError
from checkpoint.domain.health_pass import HealthPass, HolderKey, PassKind
from checkpoint.domain.place import BUREAU
from checkpoint.errors import Refused, WireError
from checkpoint.services import issuing, phone_links, sealed
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import SYSTEM, Actor
from checkpoint.services.forms import PassForm
from checkpoint.services.issuing_desk import Desk
from checkpoint.services.office import Office
from checkpoint.services.rows import IssuedPass
from checkpoint.storage import phones, places, tables
from checkpoint.wire.phone import PhoneRegistration

LINK_LIFE = timedelta(hours=24)
_REPLACED = "replaced by another phone"
_NEWER = "replaced by a newer link"


def make_link(office: Office, by: Actor, issuer: str, form: PassForm) -> str:
    """The secret of a link for the phone of one holder, or of a newcomer; valid for 24 hours.

    An earlier unused link of the holder ends; so it does when a pass of theirs is revoked or lost
    and when they are blocked. Shown once: only its hash is kept. Raises as `issuing.issue_pass`
    does, which the phone asks for with it.
    """
    with office.db.write() as session:
        return link_at(Desk(office, session, by, issuer, office.clock.now()), form)


def link_at(desk: Desk, form: PassForm) -> str:
    """As `make_link`, within the desk's transaction."""
    link, now, draft = secrets.token_urlsafe(18), to_ms(desk.now), desk.draft(form)
    key = _hash(link)
    begin, end = form.shift or (None, None)
    phones.forget_unused(desk.session, now)
    earlier = phone_links.ended(draft.holder_id, _home(desk.issuer), _NEWER)
    phone_links.end(desk.office, desk.session, desk.by, earlier)
    desk.session.add(
        tables.PhoneLink(
            link_hash=key,
            issuer=desk.issuer,
            kind=form.kind.value,
            holder_id=draft.holder_id,
            enterprise_id=draft.enterprise_id or None,
            sites=" ".join(form.sites),
            host_sealed=sealed.seal(desk.office, draft.host, host_place(key))
            if draft.host
            else None,
            not_before=to_ms(form.not_before) if form.not_before else None,
            pass_until=to_ms(form.expires_at),
            shift_begin=begin,
            shift_end=end,
            made_at=now,
            expires_at=to_ms(desk.now + LINK_LIFE),
            used_at=None,
            pass_id=None,
        )
    )
    act = Act("make_phone_link", draft.holder_id, _home(desk.issuer))
    record(desk.office, desk.session, desk.by, act)
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
            return _issued(Desk(office, session, SYSTEM, link.issuer, now), link, key)
        again = session.get(tables.PhoneLink, _hash(request.link))
        if again is None or again.pass_id is None or again.expires_at <= to_ms(now):
            raise _unknown()
        issuer, pass_id = again.issuer, again.pass_id
    held = issuing.text_of(office, issuer, pass_id)
    if held.revoked or held.health_pass.holder_key != key:
        raise _unknown()
    return held


def where(office: Office, known: HealthPass) -> str:
    """The names of the enterprise that a pass is for, and of its sites where some are named."""
    if not known.enterprise_id:
        return ""
    with office.db.read() as session:
        home = places.enterprise(session, known.enterprise_id)
        names = [places.site(session, home.enterprise_id, each).name for each in known.sites]
        return " · ".join([home.name, *names])


def _proven(request: PhoneRegistration) -> HolderKey:
    try:
        key = holder_key.from_browser(request.algorithm, request.public)
    except MalformedError as fault:
        raise WireError(f"public is no key: {fault}", remedy="use another browser") from fault
    if not holder_key.verifies(key, request.proof, request.proven):
        raise WireError("proof is not by this key", remedy="open the link again")
    return key


def _issued(desk: Desk, link: tables.PhoneLink, key: HolderKey) -> IssuedPass:
    now = to_ms(desk.now)
    for earlier in phones.passes_in_force(desk.session, link.holder_id, now):
        earlier.revoked_at, earlier.revoked_why = now, _REPLACED
        act = Act("revoke_pass", earlier.pass_id, _home(desk.issuer), _REPLACED)
        record(desk.office, desk.session, SYSTEM, act)
    issued = desk.issue(_form(desk.office, link, now, key))
    desk.session.flush()
    link.pass_id, link.host_sealed = issued.health_pass.pass_id, None
    return issued


def _form(office: Office, link: tables.PhoneLink, now: int, key: HolderKey) -> PassForm:
    """What the link stands for; a begin that is past is now."""
    begins = link.not_before if link.not_before and link.not_before > now else None
    begin, end = link.shift_begin, link.shift_end
    return PassForm(
        PassKind(link.kind),
        from_ms(link.pass_until),
        from_ms(begins) if begins else None,
        link.holder_id,
        host=sealed.unseal(office, link.host_sealed, host_place(link.link_hash)),
        enterprise_id=link.enterprise_id or "",
        sites=tuple(link.sites.split()),
        shift=None if begin is None or end is None else (begin, end),
        holder_key=key,
    )


def _home(issuer: str) -> str:
    return "" if issuer == BUREAU else issuer


def host_place(link_hash: bytes) -> str:
    """What a link's sealed host is bound to."""
    return f"phone_link/{link_hash.hex()}/host"


def _unknown() -> Refused:
    return Refused("the link is unknown, used or expired", remedy="ask for a new link")


def _hash(link: str) -> bytes:
    return hashlib.sha256(b"sibao/phone-link/v1\0" + link.encode()).digest()
