"""Kiosks: enrolled once by a one-time code, trusted until revoked."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, to_ms
from checkpoint.errors import NotFound, Refused, WireError
from checkpoint.keys import TrustedKey
from checkpoint.services import fields
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import SYSTEM, Actor
from checkpoint.services.authorizing import short_id
from checkpoint.services.office import Office
from checkpoint.services.rows import KioskRow
from checkpoint.storage import places, tables, trusted
from checkpoint.storage.scope import Scope
from checkpoint.wire.enrolment import EnrolmentAnswer, EnrolmentCode, EnrolmentRequest

CODE_LIFE = timedelta(hours=24)
_SEEN_EVERY_MS = 10_000
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 16
_MISREAD = str.maketrans("OIL", "011", "- ")


def make_code(
    office: Office, by: Actor, enterprise_id: str, gate_id: str, server_url: str
) -> EnrolmentCode:
    """A code for one kiosk at one gate, valid for 24 hours. Shown once: only its hash is kept.

    It has 80 random bits in letters that are not mistaken for each other.
    """
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
    now = office.clock.now()
    with office.db.write() as session:
        gate, site = places.gate(session, gate_id)
        places.site(session, enterprise_id, site.site_id)
        session.add(
            tables.EnrolmentCode(
                code_hash=_hash(code),
                gate_id=gate.gate_id,
                made_at=to_ms(now),
                expires_at=to_ms(now + CODE_LIFE),
                used_at=None,
            )
        )
        record(office, session, by, Act("make_enrolment_code", gate_id, enterprise_id))
    spaced = "-".join(code[i : i + 4] for i in range(0, _CODE_LENGTH, 4))
    return EnrolmentCode(server_url, spaced, office.keys.server.key_id)


def redeem(office: Office, request: EnrolmentRequest) -> EnrolmentAnswer:
    """Exchange a code for a place. Of two kiosks with one code, one gets it.

    The kiosk that got it may ask again with the same key, if the answer was lost on the way.
    Raises Refused for an unknown, used or expired code (one message for all), WireError for a
    key that is no Ed25519 public key.
    """
    if len(request.public_key) != 32:
        raise WireError("public_key is not 32 bytes", remedy="update the kiosk")
    software = fields.line("software", request.software, least=0)
    with office.db.write() as session:
        code_hash = _hash(request.code)
        known = places.kiosk_with_key(session, request.public_key)
        now = office.now_ms()
        gate_id = trusted.use_code(session, code_hash, now)
        if gate_id is not None:
            if known is not None:
                raise Refused("this kiosk key is enrolled already", remedy="make a new key")
            row = _enrol(office, session, (gate_id, now), request)
            row.software = software
        elif known is None or not _asks_again(office, session, code_hash, known):
            raise Refused("the code is unknown, used or expired", remedy="ask for a new code")
        else:
            row = known
        return EnrolmentAnswer(
            kiosk_id=row.kiosk_id,
            enterprise_id=row.enterprise_id,
            site_id=row.site_id,
            gate_id=row.gate_id,
            keyring=office.keys.server_keyring().to_json(),
        )


def _enrol(
    office: Office, session: Session, use: tuple[str, int], request: EnrolmentRequest
) -> tables.Kiosk:
    """The new kiosk at a gate; its time is that of the code's use, by which it is found again."""
    gate_id, now = use
    gate, site = places.gate(session, gate_id)
    row = tables.Kiosk(
        kiosk_id=short_id("K"),
        enterprise_id=site.enterprise_id,
        site_id=site.site_id,
        gate_id=gate.gate_id,
        public_key=request.public_key,
        software="",
        enrolled_at=now,
        revoked_at=None,
        revoked_why="",
        last_seen=now,
        bundle_version=0,
        unsent=0,
    )
    session.add(row)
    act = Act("enrol_kiosk", row.kiosk_id, row.enterprise_id, trusted.enrolment_words(row))
    record(office, session, SYSTEM, act)
    return row


def _asks_again(office: Office, session: Session, code_hash: bytes, known: tables.Kiosk) -> bool:
    code = session.get(tables.EnrolmentCode, code_hash)
    return (
        code is not None
        and code.expires_at > office.now_ms()
        and known.revoked_at is None
        and code.gate_id == known.gate_id
        and code.used_at == known.enrolled_at
    )


def revoke_kiosk(office: Office, by: Actor, enterprise_id: str, kiosk_id: str, why: str) -> None:
    """Trust a kiosk no longer: no bundles for it, and its entries are flagged from now on."""
    why = fields.reason(why)
    with office.db.write() as session:
        row = places.kiosk(session, kiosk_id, lock=True)
        if row.enterprise_id != enterprise_id:
            raise NotFound(f"no kiosk {kiosk_id!r} is enrolled")
        if row.revoked_at is not None:
            raise Refused(f"kiosk {kiosk_id!r} is revoked already")
        row.revoked_at, row.revoked_why = office.now_ms(), why
        record(office, session, by, Act("revoke_kiosk", kiosk_id, enterprise_id, why))


def kiosks(office: Office, scope: Scope) -> tuple[KioskRow, ...]:
    """The kiosks of a scope, revoked ones too, by id."""
    with office.db.read() as session:
        rows = places.kiosks(session, scope)
        sites = sorted({row.site_id for row in rows})
        names = {gate.gate_id: gate.name for gate in places.gates(session, sites)}
        return tuple(_row(row, names[row.gate_id]) for row in rows)


def kiosk(office: Office, scope: Scope, kiosk_id: str) -> KioskRow:
    """One kiosk of a scope. Raises NotFound."""
    with office.db.read() as session:
        row = places.kiosk(session, kiosk_id)
        if not scope.covers(row.enterprise_id, row.site_id):
            raise NotFound(f"no kiosk {kiosk_id!r} is enrolled")
        return _row(row, places.gate(session, row.gate_id)[0].name)


def _row(row: tables.Kiosk, gate_name: str) -> KioskRow:
    return KioskRow(
        kiosk_id=row.kiosk_id,
        enterprise_id=row.enterprise_id,
        site_id=row.site_id,
        gate_id=row.gate_id,
        gate_name=gate_name,
        software=row.software,
        enrolled_at=from_ms(row.enrolled_at),
        revoked_at=None if row.revoked_at is None else from_ms(row.revoked_at),
        last_seen=None if row.last_seen is None else from_ms(row.last_seen),
        bundle_version=row.bundle_version,
        unsent=row.unsent,
        revoked_why=row.revoked_why,
    )


def key_of(office: Office, kiosk_id: str) -> TrustedKey:
    """The kiosk's public key, to check requests and heads with. Raises NotFound.

    A revoked kiosk's key ends (`until`) at the revocation.
    """
    with office.db.read() as session:
        return trusted.trusted_key(places.kiosk(session, kiosk_id))


def seen(office: Office, kiosk_id: str, at: datetime) -> None:
    """Note that a kiosk was heard of, to within ten seconds: gates ask far more often."""
    with office.db.read() as session:
        noted = places.kiosk(session, kiosk_id).last_seen or 0
    if noted + _SEEN_EVERY_MS > to_ms(at):
        return
    with office.db.write() as session:
        row = places.kiosk(session, kiosk_id, lock=True)
        row.last_seen = max(row.last_seen or 0, to_ms(at))


def _hash(code: str) -> bytes:
    plain = code.upper().translate(_MISREAD)
    return hashlib.sha256(b"sibao/enrolment-code/v1\0" + plain.encode()).digest()
