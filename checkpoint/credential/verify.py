"""QR text to a HealthPass or the reasons against it.

1. Take the text apart; 2. find the key; 3. check the signature; 4. read the claims; 5. hold
the key's purpose and owner against them; 6. times; 7. revocation and blocking. Nothing of
the claims is believed before step 3.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from checkpoint import cbor
from checkpoint.credential import cose
from checkpoint.credential.claims import pass_of
from checkpoint.credential.envelope import from_text
from checkpoint.credential.trust import Trust
from checkpoint.domain.health_pass import HealthPass
from checkpoint.domain.observation import Verification
from checkpoint.domain.reason import Reason
from checkpoint.keys import Purpose, TrustedKey


def verify(text: str, trust: Trust, at: datetime) -> Verification:
    """Judge a QR text at time `at`. Never raises on any text."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()

    def refused(*reasons: Reason) -> Verification:
        return Verification(None, reasons, digest)

    try:  # 1
        envelope = cose.parse(from_text(text))
    except cose.MalformedError:
        return refused(Reason.MALFORMED)
    candidates = trust.keyring.by_id(envelope.key_id)  # 2
    if not candidates:
        return refused(Reason.UNKNOWN_ISSUER)
    signed = envelope.signed_bytes  # 3
    key = next((k for k in candidates if k.verifies(envelope.signature, signed)), None)
    if key is None:
        return refused(Reason.BAD_SIGNATURE)
    try:  # 4
        health_pass = pass_of(cbor.loads(envelope.payload), envelope.key_id)
    except (cbor.NotCanonicalError, cose.MalformedError):
        return refused(Reason.MALFORMED)
    if not _may_sign(key, health_pass):  # 5
        return refused(Reason.WRONG_PURPOSE)
    return Verification(health_pass, _objections(health_pass, trust, at), digest)  # 6, 7


def _may_sign(key: TrustedKey, health_pass: HealthPass) -> bool:
    return (
        Purpose(health_pass.kind.value) in key.purposes
        and key.owner == health_pass.issuer
        and key.in_force(health_pass.issued_at)
    )


def _objections(health_pass: HealthPass, trust: Trust, at: datetime) -> tuple[Reason, ...]:
    checks = (
        (at >= health_pass.expires_at, Reason.EXPIRED),
        (at < health_pass.not_before, Reason.NOT_YET_VALID),
        (health_pass.pass_id in trust.revoked, Reason.REVOKED),
        (health_pass.holder_id in trust.blocked, Reason.BLOCKED),
    )
    return tuple(reason for hit, reason in checks if hit)
