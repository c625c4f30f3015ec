"""A lost pass: revoked and issued again in one step, so that nobody forgets the first half."""

from __future__ import annotations

from checkpoint.domain.health_pass import HealthPass
from checkpoint.domain.place import BUREAU
from checkpoint.errors import Refused
from checkpoint.services import fields, issuing, phone, phone_links
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.forms import PassForm
from checkpoint.services.issuing_desk import Desk
from checkpoint.services.office import Office
from checkpoint.services.rows import IssuedPass
from checkpoint.storage import people


def reissue(office: Office, by: Actor, issuer: str, pass_id: str, why: str) -> IssuedPass:
    """Revoke a lost pass and sign another one that says the same until the same end.

    Raises NotFound outside the issuer's passes; Refused for one that is revoked already, for a
    phone's (see `another_phone`) and as issuing does: then the old one stays as it was.
    """
    with office.db.write() as session:
        desk = Desk(office, session, by, issuer, office.clock.now())
        known = _revoked(desk, pass_id, why)
        if known.holder_key is not None:
            raise Refused(f"pass {pass_id!r} is a phone's", remedy="make a link for another phone")
        issued = desk.issue(_again(desk, known))
        row = people.issued(session, issuer, pass_id)
        row.successor = issued.health_pass.pass_id
        return issued


def another_phone(office: Office, by: Actor, issuer: str, pass_id: str, why: str) -> str:
    """Revoke the pass of a lost phone; the answer is the secret of a link for another one.

    Raises as `reissue` does.
    """
    with office.db.write() as session:
        desk = Desk(office, session, by, issuer, office.clock.now())
        known = _revoked(desk, pass_id, why)
        if known.holder_key is None:
            raise Refused(f"pass {pass_id!r} is on no phone", remedy="issue it again")
        return phone.link_at(desk, _again(desk, known))


def _revoked(desk: Desk, pass_id: str, why: str) -> HealthPass:
    """What the pass says that is worthless from now on, as the holder's unused links are."""
    why = fields.reason(why)
    row = people.issued(desk.session, desk.issuer, pass_id, lock=True)
    known = issuing.opened(desk.office, desk.session, [row])[0]
    if known.revoked:
        raise Refused(f"pass {pass_id!r} is revoked already", remedy="issue another one")
    row.revoked_at, row.revoked_why = desk.office.now_ms(), why
    home = "" if desk.issuer == BUREAU else desk.issuer
    record(desk.office, desk.session, desk.by, Act("revoke_pass", pass_id, home, why))
    links = phone_links.ended(row.holder_id, home, why)
    phone_links.end(desk.office, desk.session, desk.by, links)
    desk.session.flush()
    return known.health_pass


def _again(desk: Desk, known: HealthPass) -> PassForm:
    return PassForm(
        known.kind,
        known.expires_at,
        known.not_before if known.not_before > desk.now else None,
        known.holder_id,
        host=known.host,
        enterprise_id=known.enterprise_id,
        sites=known.sites,
        shift=known.shift,
    )
