"""QR text to a HealthPass or the reasons against it.

1. Take the text apart; 2. find the key; 3. check the signature; 4. read the claims; 5. hold
the key's purpose and owner against them; 6. for a living code, the phone's signature; 7. times;
8. revocation and blocking; 9. the freshness of the code. Nothing of the claims is believed
before step 3.
"""

from __future__ import annotations

from datetime import datetime

from checkpoint import cbor
from checkpoint.credential import cose, dynamic
from checkpoint.credential.claims import pass_of
from checkpoint.credential.digest import digest_of
from checkpoint.credential.envelope import from_text
from checkpoint.credential.foreign.transport import PREFIX as FOREIGN_PREFIX
from checkpoint.credential.foreign.verify import verify_foreign
from checkpoint.credential.trust import Trust
from checkpoint.domain.health_pass import HealthPass
from checkpoint.domain.observation import Verification
from checkpoint.domain.reason import Reason
from checkpoint.keys import Purpose, TrustedKey


def verify(text: str, trust: Trust, at: datetime) -> Verification:
    """Judge a QR text at time `at`. Never raises.

    A pass is printed (`SB1:`) or living (`SB2:`); `HC1:` is a foreign certificate, which takes
    the steps of `foreign.verify`.
    """
    if text.startswith(FOREIGN_PREFIX):
        found = verify_foreign(text, trust.certificates, at)
        return Verification(
            None, found.reasons, found.digest, foreign=True, certificate=found.certificate
        )
    digest = digest_of(text)
    living = None
    try:  # 1
        if text.startswith(dynamic.PREFIX):
            living = dynamic.parse(text)
        envelope = cose.parse(living.envelope if living else from_text(text))
    except cose.MalformedError:
        return Verification(None, (Reason.MALFORMED,), digest)
    health_pass = _believed(envelope, trust)
    if isinstance(health_pass, HealthPass) and living:  # 6
        health_pass = _held(health_pass, living)
    if isinstance(health_pass, Reason):
        return Verification(None, (health_pass,), digest)
    reasons = _objections(health_pass, trust, at)  # 7, 8
    fresh = living.is_fresh(at) if living else health_pass.holder_key is None  # 9
    if not fresh:
        reasons += (Reason.STALE_CODE,)
    return Verification(health_pass, reasons, digest, living.step if living else None)


def _believed(envelope: cose.Envelope, trust: Trust) -> HealthPass | Reason:
    """The pass in a genuine envelope, whatever its times; else the one reason against it."""
    candidates = trust.keyring.by_id(envelope.key_id)  # 2
    if not candidates:
        return Reason.UNKNOWN_ISSUER
    signed = envelope.signed_bytes  # 3
    key = next((k for k in candidates if k.verifies(envelope.signature, signed)), None)
    if key is None:
        return Reason.BAD_SIGNATURE
    try:  # 4
        health_pass = pass_of(cbor.loads(envelope.payload), envelope.key_id)
    except (cbor.NotCanonicalError, cose.MalformedError):
        return Reason.MALFORMED
    return health_pass if _may_sign(key, health_pass) else Reason.WRONG_PURPOSE  # 5


def _held(health_pass: HealthPass, living: dynamic.LivingCode) -> HealthPass | Reason:
    """The pass, where the phone that it names signed the living code."""
    if health_pass.holder_key is None:
        return Reason.MALFORMED
    return health_pass if living.is_signed_by(health_pass.holder_key) else Reason.BAD_SIGNATURE


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
        (trust.revokes(health_pass), Reason.REVOKED),
        (health_pass.holder_id in trust.blocked, Reason.BLOCKED),
    )
    return tuple(reason for hit, reason in checks if hit)
