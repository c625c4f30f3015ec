"""The list of signer certificates: what is believed of foreign issuers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checkpoint.storage.tables import SignerCertificate

_AT_ONCE = 500


def certificates(session: Session) -> Sequence[SignerCertificate]:
    """All of them, withdrawn ones too, by country and term."""
    order = (SignerCertificate.country, SignerCertificate.since, SignerCertificate.fingerprint)
    return session.scalars(select(SignerCertificate).order_by(*order)).all()


def believed(session: Session) -> Sequence[bytes]:
    """Those that are not withdrawn, in DER, in an order of their own."""
    return session.scalars(
        select(SignerCertificate.der)
        .where(SignerCertificate.withdrawn_at.is_(None))
        .order_by(SignerCertificate.fingerprint)
    ).all()


def withdrawn(session: Session) -> Sequence[SignerCertificate]:
    """Those that are withdrawn."""
    gone = SignerCertificate.withdrawn_at.is_not(None)
    return session.scalars(select(SignerCertificate).where(gone)).all()


def living(session: Session) -> Sequence[SignerCertificate]:
    """Those that are not withdrawn."""
    held = SignerCertificate.withdrawn_at.is_(None)
    return session.scalars(select(SignerCertificate).where(held)).all()


def believed_count(session: Session) -> int:
    """How many are not withdrawn."""
    rows = select(func.count()).where(SignerCertificate.withdrawn_at.is_(None))
    return session.scalar(rows) or 0


def last_change(session: Session) -> int:
    """The number of the last change of the list, 0 for none."""
    return session.scalar(select(func.max(SignerCertificate.changed))) or 0


def by_fingerprint(session: Session, fingerprints: Iterable[str]) -> dict[str, SignerCertificate]:
    """Those that are held already, by fingerprint."""
    wanted = list(fingerprints)
    found: dict[str, SignerCertificate] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = SignerCertificate.fingerprint.in_(wanted[start : start + _AT_ONCE])
        rows = session.scalars(select(SignerCertificate).where(some))
        found |= {row.fingerprint: row for row in rows}
    return found


def under(session: Session, key_id: str) -> Sequence[SignerCertificate]:
    """Those under a key id."""
    mine = SignerCertificate.key_id == key_id
    return session.scalars(select(SignerCertificate).where(mine)).all()
