"""The daily declaration from the holder's own phone: signed by the key that the pass names.

No account speaks: what the phone shows is its pass, and that it holds the key. Any number of
sendings of the same message is one declaration.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from checkpoint import cbor
from checkpoint.clock import from_ms, to_ms
from checkpoint.credential import cose, holder_key
from checkpoint.credential.claims import pass_of
from checkpoint.credential.envelope import from_text
from checkpoint.domain.declaration import DeclarationKind, DeclaredBy
from checkpoint.domain.health_pass import HealthPass, PassKind
from checkpoint.errors import NotFound, Refused
from checkpoint.services import declaring, declaring_fields, health_lines, issuing
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import PHONE
from checkpoint.services.health_forms import DeclarationRow, Declared, Signed
from checkpoint.services.office import Office
from checkpoint.storage import health as stored
from checkpoint.storage import tables
from checkpoint.wire.declaration import PhoneDeclaration, Statement

DAY_MOST = 10
"""Declarations of one holder by phone within a day: more often nobody's health changes."""
AHEAD = timedelta(minutes=1)
"""How far a phone's clock may run ahead of the server's."""


class Why(StrEnum):
    """Why a declaration is not taken, for the page to say it and to end its tries."""

    PASS = "pass"  # noqa: S105 - a health pass
    CLOCK = "clock"
    DAY = "day"
    OFTEN = "often"


class NotTaken(Refused):
    """A declaration that will not be taken however often it is sent."""

    def __init__(self, why: Why, message: str, *, remedy: str) -> None:
        super().__init__(message, remedy=remedy)
        self.why = why


@dataclass(frozen=True, slots=True)
class Today:
    """The district's day and its first moment."""

    day: date
    since: datetime


def declare(office: Office, message: PhoneDeclaration, today: Today) -> DeclarationRow:
    """Take down what a worker's phone signed, once; the declaration that was made of it.

    Raises NotTaken for a pass that is not in force, a signature that is not by its phone, another
    day than today and a clock that runs ahead, and for too many in one day; WireError for a
    statement that is none.
    """
    with office.db.read() as session:
        _believed(office, session, message)
    said = message.statement()
    with office.db.write() as session:
        known, signed = _believed(office, session, message)
        # With the signature nobody who reads the database can guess what was said.
        digest = hashlib.sha256(signed + message.signature).digest()
        row = stored.by_digest(session, digest)
        if row is None:
            at = _said_at(office, said, today)
            word = Signed(at, known.pass_id, message.said, message.signature, digest)
            _not_too_often(session, known.holder_id, today)
            row = _keep(office, session, known, (said, word))
        return health_lines.read_declaration(office, row)


def _keep(
    office: Office, session: Session, known: HealthPass, said: tuple[Statement, Signed]
) -> tables.Declaration:
    home, who = known.issuer, known.holder_id
    try:
        health_lines.worker(session, home, who)
    except NotFound as fault:
        raise _not_in_force() from fault
    statement, word = said
    what = declaring_fields.checked(statement.daily, office.clock.now())
    last = stored.last(session, who, DeclarationKind.DAILY)
    version = last.version + 1 if last else 1
    taken = Declared(who, what, version, DeclaredBy.PHONE, confirmed=True, signed=word)
    line = health_lines.line_of(office, session, home, who)
    limit = declaring.fever_limit(office, session, home)
    row = declaring.take(office, session, PHONE, (line, taken), limit)
    record(office, session, PHONE, Act("declare_by_phone", who, home))
    return row


def _believed(
    office: Office, session: Session, message: PhoneDeclaration
) -> tuple[HealthPass, bytes]:
    """The worker's pass that the phone shows, in force, and the bytes that its key signed."""
    known, envelope = _in_force(office, session, message.text)
    signed = message.signed_bytes(envelope)
    key = known.holder_key
    if key is None or not holder_key.verifies(key, message.signature, signed):
        raise _not_in_force()
    return known, signed


def _in_force(office: Office, session: Session, text: str) -> tuple[HealthPass, bytes]:
    """The pass that this server issued with this very text, and its COSE."""
    try:
        envelope = from_text(text)
        shown = cose.parse(envelope)
        claimed = pass_of(cbor.loads(shown.payload), shown.key_id)
    except (cbor.NotCanonicalError, cose.MalformedError) as fault:
        raise _not_in_force() from fault
    row = session.get(tables.IssuedPass, claimed.pass_id)
    if row is None or not row.text_sealed:
        raise _not_in_force()
    (held,) = issuing.opened(office, session, [row])
    known, now = held.health_pass, office.clock.now()
    worth = not (held.revoked or held.withdrawn or held.blocked)
    if not worth or held.text != text or not known.not_before <= now < known.expires_at:
        raise _not_in_force()
    if known.kind is not PassKind.WORKER:
        raise _not_in_force()
    return known, envelope


def _said_at(office: Office, said: Statement, today: Today) -> datetime:
    """When it was said. Raises NotTaken for another day and for a time to come."""
    now = office.clock.now()
    if said.at > to_ms(now + AHEAD):
        raise NotTaken(
            Why.CLOCK, "the phone's clock runs ahead", remedy="set the time automatically"
        )
    if said.day != today.day or said.at < to_ms(today.since):
        raise NotTaken(Why.DAY, "the declaration is of another day", remedy="declare for today")
    return min(from_ms(said.at), now)


def _not_too_often(session: Session, holder_id: str, today: Today) -> None:
    count = stored.said_since(session, holder_id, DeclaredBy.PHONE, to_ms(today.since))
    if count >= DAY_MOST:
        raise NotTaken(Why.OFTEN, "declared too often today", remedy="tell the enterprise")


def _not_in_force() -> NotTaken:
    return NotTaken(
        Why.PASS, "no phone pass in force says this", remedy="ask the enterprise for a new link"
    )
