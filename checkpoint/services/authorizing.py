"""Authorizing enterprises, places and inspectors: the bureau's and the admins' acts."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import replace

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, to_ms
from checkpoint.domain.place import BUREAU, Enterprise, Gate, Site
from checkpoint.domain.warrant import Warrant
from checkpoint.errors import Refused
from checkpoint.services import fields
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.forms import EnterpriseForm, WarrantForm
from checkpoint.services.identity import credit_code
from checkpoint.services.office import SERVER, Office
from checkpoint.services.proposals import Wanted, note
from checkpoint.services.rows import EnterpriseRow, SiteRow, WarrantRow
from checkpoint.services.stored import enterprise_of, enterprise_row, gate_of, site_of, warrant_of
from checkpoint.storage import authority, tables
from checkpoint.storage import places as register
from checkpoint.storage.recorded import warrant_words
from checkpoint.storage.scope import Scope

_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,31}", re.ASCII)
_RESERVED = frozenset({BUREAU, SERVER, "system", "new", "import", "export"})
# No vowels, so that an id never spells a word; no characters that look alike.
_LETTERS = "23456789BCDFGHJKMNPQRTVWXZ"


def short_id(letter: str) -> str:
    """A random id for people to read out, as `S-7KQ2MX`."""
    return f"{letter}-" + "".join(secrets.choice(_LETTERS) for _ in range(6))


def short_id_of(text: str) -> str:
    """The id of an enterprise, where it may be one. Raises Refused naming the field."""
    if not _ID.fullmatch(text) or text in _RESERVED:
        raise Refused(
            f"enterprise_id {text!r} can't be used",
            remedy="take 2 to 32 of a-z, 0-9 and -, not a word of the system",
        )
    return text


def register_enterprise(office: Office, by: Actor, form: EnterpriseForm) -> Enterprise:
    """Enter an enterprise into the register.

    Raises Refused naming the field: a wrong credit code, a bad or taken id.
    """
    with office.db.write() as session:
        return registered(office, session, by, form)


def registered(office: Office, session: Session, by: Actor, form: EnterpriseForm) -> Enterprise:
    """The same within a transaction."""
    row = tables.Enterprise(
        enterprise_id=short_id_of(form.enterprise_id),
        name=fields.line("name", form.name),
        credit_code=credit_code(form.credit_code),
        township=fields.line("township", form.township, least=0),
        industry=fields.line("industry", form.industry, least=0),
        above_scale=form.above_scale,
        registered_at=office.now_ms(),
        suspended_at=None,
    )
    office.db.alone(session, "register")
    if session.get(tables.Enterprise, row.enterprise_id):
        raise Refused(f"enterprise_id {row.enterprise_id!r} is taken", remedy="take another")
    if register.enterprise_with_code(session, row.credit_code):
        raise Refused("credit_code is registered already", remedy="find the enterprise by it")
    session.add(row)
    session.flush()
    act = Act("register_enterprise", row.enterprise_id, row.enterprise_id)
    record(office, session, by, act)
    return enterprise_of(row)


def add_site(
    office: Office, by: Actor, enterprise_id: str, name: str, zone: str = "Asia/Shanghai"
) -> Site:
    """A new site; its id is made here, unique in the district."""
    site = Site(short_id("S"), enterprise_id, fields.line("name", name), fields.zone(zone))
    with office.db.write() as session:
        register.enterprise(session, enterprise_id, lock=True)
        session.add(
            tables.Site(
                site_id=site.site_id, enterprise_id=enterprise_id, name=site.name, zone=site.zone
            )
        )
        record(office, session, by, Act("add_site", site.site_id, enterprise_id))
    return site


def add_gate(office: Office, by: Actor, enterprise_id: str, site_id: str, name: str) -> Gate:
    """A new gate of a site; its id is made here."""
    gate = Gate(short_id("G"), site_id, fields.line("name", name))
    with office.db.write() as session:
        register.site(session, enterprise_id, site_id)
        session.add(tables.Gate(gate_id=gate.gate_id, site_id=site_id, name=gate.name))
        record(office, session, by, Act("add_gate", gate.gate_id, enterprise_id))
    return gate


def suspend(office: Office, by: Actor, enterprise_id: str, why: str) -> None:
    """Stop an enterprise: its kiosks refuse everybody with their next bundle.

    It waits for nobody; another officer sees it afterwards.
    """
    with office.db.write() as session:
        set_suspension(office, session, by, Act("suspend", enterprise_id, enterprise_id, why))
        note(office, session, by, Wanted("suspend", {"enterprise_id": enterprise_id}, why, 1))


def restore(office: Office, by: Actor, enterprise_id: str, why: str) -> None:
    """End a suspension."""
    with office.db.write() as session:
        set_suspension(office, session, by, Act("restore", enterprise_id, enterprise_id, why))


def set_suspension(office: Office, session: Session, by: Actor, act: Act) -> None:
    """Suspend or restore within a transaction, as the act's verb says. Raises Refused."""
    suspending = act.verb == "suspend"
    row = register.enterprise(session, act.enterprise_id, lock=True)
    if suspending == (row.suspended_at is not None):
        state = "suspended already" if suspending else "not suspended"
        raise Refused(f"enterprise {act.enterprise_id!r} is {state}")
    row.suspended_at = office.now_ms() if suspending else None
    record(office, session, by, replace(act, why=fields.reason(act.why)))


def grant_warrant(office: Office, by: Actor, form: WarrantForm) -> Warrant:
    """Authorize a named person to inspect. Raises Refused for an empty or past term."""
    with office.db.write() as session:
        return granted(office, session, by, form)


def granted(office: Office, session: Session, by: Actor, form: WarrantForm) -> Warrant:
    """The same within a transaction."""
    now = office.clock.now()
    if not form.valid_from < form.valid_until or form.valid_until <= now:
        raise Refused("valid_until is not after valid_from and now", remedy="correct the term")
    row = tables.Warrant(
        warrant_id="W-" + secrets.token_hex(6),
        enterprise_id=form.enterprise_id,
        inspector=fields.line("inspector", form.inspector),
        account_id=form.account_id,
        valid_from=to_ms(form.valid_from),
        valid_until=to_ms(form.valid_until),
        sites=json.dumps(sorted(set(form.sites))),
        granted_at=to_ms(now),
        revoked_at=None,
        revoked_why="",
    )
    register.enterprise(session, form.enterprise_id, lock=True)
    for site_id in form.sites:
        register.site(session, form.enterprise_id, site_id)
    session.add(row)
    act = Act("grant_warrant", row.warrant_id, row.enterprise_id, warrant_words(row))
    record(office, session, by, act)
    return warrant_of(row)


def revoke_warrant(office: Office, by: Actor, warrant_id: str, why: str) -> None:
    """End a warrant before its time."""
    why = fields.reason(why)
    with office.db.write() as session:
        row = authority.warrant(session, warrant_id)
        if row.revoked_at is not None:
            raise Refused(f"warrant {warrant_id!r} is revoked already")
        _revoke(office, session, by, row, why)


def end_warrants_of(office: Office, session: Session, by: Actor, account_id: str, why: str) -> int:
    """Revoke what an account holds now or will, in the transaction that changes it; how many."""
    rows = authority.warrants_not_ended(session, account_id, office.now_ms())
    for row in rows:
        _revoke(office, session, by, row, why)
    return len(rows)


def _revoke(office: Office, session: Session, by: Actor, row: tables.Warrant, why: str) -> None:
    row.revoked_at, row.revoked_why = office.now_ms(), why
    record(office, session, by, Act("revoke_warrant", row.warrant_id, row.enterprise_id, why))


def enterprise(office: Office, enterprise_id: str) -> Enterprise:
    """One enterprise. Raises NotFound."""
    with office.db.read() as session:
        return enterprise_of(register.enterprise(session, enterprise_id))


def enterprises(office: Office, scope: Scope) -> tuple[EnterpriseRow, ...]:
    """The enterprises that a scope names, wholly or by a site, by id."""
    with office.db.read() as session:
        return tuple(enterprise_row(row) for row in register.enterprises(session, scope))


def places(office: Office, enterprise_id: str) -> tuple[SiteRow, ...]:
    """The sites of an enterprise with their gates."""
    with office.db.read() as session:
        register.enterprise(session, enterprise_id)
        return _sites(session, enterprise_id)


def _sites(session: Session, enterprise_id: str) -> tuple[SiteRow, ...]:
    rows = register.sites(session, enterprise_id)
    gates = register.gates(session, [row.site_id for row in rows])
    return tuple(
        SiteRow(site_of(row), tuple(gate_of(gate) for gate in gates if gate.site_id == row.site_id))
        for row in rows
    )


def warrants(office: Office, scope: Scope) -> tuple[WarrantRow, ...]:
    """The warrants of the enterprises of a scope, the newest first."""
    with office.db.read() as session:
        ids = [row.enterprise_id for row in register.enterprises(session, scope)]
        return tuple(
            WarrantRow(warrant_of(row), row.account_id, from_ms(row.granted_at), row.revoked_why)
            for row in authority.warrants(session, ids)
        )


def inspection_scope(office: Office, account_id: str) -> Scope:
    """What an account may inspect now: the sites of its warrants in force.

    An empty scope without any. A suspended enterprise can still be inspected.
    """
    if not account_id:
        return Scope()
    with office.db.read() as session:
        held = authority.warrants_in_force(session, account_id, office.now_ms())
        warranted = [warrant_of(row) for row in held]
    return Scope(
        enterprises=frozenset(w.enterprise_id for w in warranted if not w.sites),
        sites=frozenset(site for w in warranted for site in w.sites),
    )
