"""Signer certificates of foreign issuers: added, listed, withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, to_ms
from checkpoint.credential.foreign import Certificates
from checkpoint.credential.foreign.certificate import Certificate
from checkpoint.credential.foreign.certificates import read_pem
from checkpoint.domain.foreign_certificate import CertificateKind
from checkpoint.errors import KeyFault, NotFound, Refused
from checkpoint.services import fields
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.storage import certificates as stored
from checkpoint.storage.tables import SignerCertificate

PEM_MOST = 4 << 20
"""Bytes of a text of PEM certificates; a list of all states has about 2 MiB."""
MOST = 4000
"""Certificates that are believed at once: all of them travel in the gates' bundles."""


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A signer certificate; `withdrawn_at` is None while it is believed."""

    key_id: str
    fingerprint: str
    country: str
    since: datetime
    until: datetime
    usages: tuple[CertificateKind, ...]
    added_at: datetime
    withdrawn_at: datetime | None
    withdrawn_why: str


@dataclass(frozen=True, slots=True)
class Added:
    """What came of a list: key ids added, and how many were left out and why."""

    key_ids: tuple[str, ...]
    held: int
    expired: int
    unusable: int
    withdrawn: int


def add(office: Office, by: Actor, pem: bytes) -> Added:
    """Believe the certificates of a PEM text from the next bundle on.

    Those that are held already, have expired, or whose key may sign no certificate are left out,
    and those that were withdrawn, with every other certificate of the same public key: see
    `restore`.
    Raises Refused, having added none, when the text is no list of certificates or too long, and
    when nothing in it is left.
    """
    given = _given(pem)
    now = office.clock.now()
    with office.db.write() as session:
        office.db.alone(session, "certificates")
        held = stored.by_fingerprint(session, given)
        believed = {name for name, row in held.items() if row.withdrawn_at is None}
        gone = {_key_of(row) for row in stored.withdrawn(session)}
        new = {name: c for name, c in given.items() if name not in believed}
        rest = {name: c for name, c in new.items() if c.key_fingerprint not in gone}
        living = {name: c for name, c in rest.items() if c.until >= now}
        fresh = {name: c for name, c in living.items() if c.public_key is not None}
        added = Added(
            tuple(c.key_id.hex() for c in fresh.values()),
            held=len(believed),
            expired=len(rest) - len(living),
            unusable=len(living) - len(fresh),
            withdrawn=len(new) - len(rest),
        )
        _require(added, stored.believed_count(session))
        _believe(office, session, by, fresh.values())
        subject = added.key_ids[0] + (f" +{len(fresh) - 1}" if len(fresh) > 1 else "")
        told = f"left out as withdrawn earlier: {added.withdrawn}" if added.withdrawn else ""
        record(office, session, by, Act("add_certificates", subject, why=told))
    return added


def certificates(office: Office) -> tuple[CertificateRow, ...]:
    """All signer certificates, withdrawn ones too, by country and term."""
    with office.db.read() as session:
        return tuple(_row(row) for row in stored.certificates(session))


def withdraw(office: Office, by: Actor, key_id: str, why: str) -> int:
    """Believe what is under a key id no more, from the next bundle on; how many there were.

    All certificates of the same public keys go with it: who has the key can sign for them all.
    Raises NotFound for an unknown key id, Refused for one that is withdrawn already.
    """
    why = fields.reason(why)
    with office.db.write() as session:
        office.db.alone(session, "certificates")
        rows = stored.under(session, key_id)
        if not rows:
            raise NotFound(f"no certificate {key_id!r}", remedy="see `certificates list`")
        if all(row.withdrawn_at is not None for row in rows):
            raise Refused(f"certificate {key_id!r} is withdrawn already")
        living = _of_same_keys(rows, stored.living(session))
        last = stored.last_change(session)
        for number, row in enumerate(living, last + 1):
            row.withdrawn_at, row.withdrawn_why, row.changed = office.now_ms(), why, number
        record(office, session, by, Act("withdraw_certificate", key_id, why=why))
    return len(living)


def restore(office: Office, by: Actor, key_id: str, why: str) -> int:
    """Believe what was withdrawn under a key id again, with all of the same keys; how many.

    Raises NotFound for an unknown key id, Refused for one that is believed, or one too many.
    """
    why = fields.reason(why)
    with office.db.write() as session:
        office.db.alone(session, "certificates")
        rows = stored.under(session, key_id)
        if not rows:
            raise NotFound(f"no certificate {key_id!r}", remedy="see `certificates list`")
        if all(row.withdrawn_at is None for row in rows):
            raise Refused(f"certificate {key_id!r} is not withdrawn")
        again = _of_same_keys(rows, stored.withdrawn(session))
        _require_room(stored.believed_count(session) + len(again))
        last = stored.last_change(session)
        for number, row in enumerate(again, last + 1):
            row.withdrawn_at, row.withdrawn_why, row.changed = None, "", number
        record(office, session, by, Act("restore_certificate", key_id, why=why))
    return len(again)


def believed(office: Office, session: Session) -> Certificates:
    """What the gates believe now; read anew only when the list has changed."""
    mark = stored.last_change(session)
    if mark not in office.certificates:
        blobs = stored.believed(session)
        office.certificates.clear()
        office.certificates[mark] = Certificates(Certificate.from_der(blob) for blob in blobs)
    return office.certificates[mark]


def _given(pem: bytes) -> dict[str, Certificate]:
    """The certificates of a text by fingerprint."""
    if len(pem) > PEM_MOST:
        raise Refused(f"pem has more bytes than {PEM_MOST}", remedy="give it in parts")
    try:
        found = read_pem(pem, "the text")
    except KeyFault as fault:
        raise Refused(f"pem can't be read: {fault.message}", remedy=fault.remedy) from fault
    return {certificate.fingerprint: certificate for certificate in found}


def _require(added: Added, believed_now: int) -> None:
    if not added.key_ids:
        if added.held:
            raise Refused("pem is held already", remedy="see `certificates list`")
        if added.withdrawn:
            raise Refused("pem was withdrawn earlier", remedy="see `certificates restore`")
        if added.expired:
            raise Refused("pem is past its term", remedy="ask the issuer for present ones")
        raise Refused("pem holds no key that may sign", remedy="give keys of P-256, or RSA")
    _require_room(believed_now + len(added.key_ids))


def _require_room(count: int) -> None:
    if count > MOST:
        raise Refused(
            f"pem is too many: {MOST} certificates at most",
            remedy="withdraw those that are not needed",
        )


def _believe(office: Office, session: Session, by: Actor, fresh: Iterable[Certificate]) -> None:
    """Put certificates on the list."""
    last = stored.last_change(session)
    for number, certificate in enumerate(fresh, last + 1):
        session.add(
            SignerCertificate(
                fingerprint=certificate.fingerprint,
                key_id=certificate.key_id.hex(),
                country=certificate.country,
                since=to_ms(certificate.since),
                until=to_ms(certificate.until),
                usages=" ".join(sorted(certificate.usages)),
                der=certificate.der,
                changed=number,
                added_at=office.now_ms(),
                account_id=by.account_id,
                withdrawn_at=None,
                withdrawn_why="",
            )
        )


def _key_of(row: SignerCertificate) -> str:
    return Certificate.from_der(row.der).key_fingerprint


def _of_same_keys(
    named: Sequence[SignerCertificate], rows: Sequence[SignerCertificate]
) -> list[SignerCertificate]:
    """Those of the rows whose public key is that of a named one."""
    keys = {_key_of(row) for row in named}
    return [row for row in rows if _key_of(row) in keys]


def _row(row: SignerCertificate) -> CertificateRow:
    return CertificateRow(
        key_id=row.key_id,
        fingerprint=row.fingerprint,
        country=row.country,
        since=from_ms(row.since),
        until=from_ms(row.until),
        usages=tuple(CertificateKind(usage) for usage in row.usages.split()),
        added_at=from_ms(row.added_at),
        withdrawn_at=None if row.withdrawn_at is None else from_ms(row.withdrawn_at),
        withdrawn_why=row.withdrawn_why,
    )
