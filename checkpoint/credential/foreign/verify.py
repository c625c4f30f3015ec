"""QR text of a foreign certificate to what it says, or the reasons against it.

1. Take off the prefix; 2. base45; 3. inflate; 4. take the COSE_Sign1 apart, find the
certificates under its key id, and the one whose signature it is; 5. read the claims; 6. hold
the times against the clock; 7. hold the certificate's key usage against the content. Nothing of
the claims is read before the signature holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from checkpoint.credential.cose import MalformedError
from checkpoint.credential.digest import digest_of
from checkpoint.credential.foreign import shape, sign1, token, transport
from checkpoint.credential.foreign.certificate import Certificate
from checkpoint.credential.foreign.certificates import Certificates
from checkpoint.credential.foreign.people import certificate_of, claims_of
from checkpoint.credential.foreign.token import Token
from checkpoint.domain.foreign_certificate import ForeignCertificate
from checkpoint.domain.reason import Reason


@dataclass(frozen=True, slots=True)
class ForeignVerification:
    """What `verify_foreign` found: every reason against the text, and what it says.

    Valid when there are claims and no reason. An expired certificate is still named; a forged
    one is not: there are claims only where the signature holds, and a `certificate` only where
    the content has its shape besides. `digest` is that of the text that was shown. Whether such
    a certificate counts at a gate is the policy's to say.
    """

    reasons: tuple[Reason, ...]
    claims: Mapping[str, object] | None = None
    digest: bytes = b""
    certificate: ForeignCertificate | None = None

    @property
    def valid(self) -> bool:
        """Whether the certificate by itself holds."""
        return self.claims is not None and not self.reasons


def verify_foreign(text: str, certificates: Certificates, at: datetime) -> ForeignVerification:
    """Judge a QR text at time `at`. Never raises on any text."""
    digest = digest_of(text)

    def refused(reason: Reason, claims: Mapping[str, object] | None = None) -> ForeignVerification:
        return ForeignVerification((reason,), claims, digest)

    try:
        body = transport.unprefix(text)  # 1
        blob = transport.decode(body)  # 2
        envelope = sign1.parse(transport.inflate(blob))  # 3, 4
    except MalformedError:
        return refused(Reason.MALFORMED)
    candidates = certificates.by_id(envelope.key_id)
    if not candidates:
        return refused(Reason.UNKNOWN_ISSUER)
    signer = next((c for c in candidates if envelope.is_signed_by(c)), None)
    if signer is None:
        return refused(Reason.BAD_SIGNATURE)
    try:  # 5
        claims = token.read(envelope.payload)
    except MalformedError:
        return refused(Reason.MALFORMED, {"key_id": envelope.key_id.hex()})
    misshapen = bool(shape.faults(claims.content))
    checks = (
        (misshapen, Reason.MALFORMED),
        *objections_of_time(claims, signer, at),  # 6
        (not may_sign(signer, claims), Reason.WRONG_PURPOSE),  # 7
    )
    reasons = tuple(reason for hit, reason in checks if hit)
    said = claims_of(claims, envelope.key_id)
    known = None if misshapen else certificate_of(claims, envelope.payload, signer)
    return ForeignVerification(reasons, said, digest, known)


def may_sign(signer: Certificate, claims: Token) -> bool:
    """Whether the certificate's key usage covers the content; True where there is no one kind."""
    one = shape.entry_of(claims.content)
    return one is None or one[0] in signer.usages


def objections_of_time(
    claims: Token, signer: Certificate, at: datetime
) -> tuple[tuple[bool, Reason], ...]:
    """The clock against claims and signer: hcert spec, a term never exceeds the certificate's."""
    return (
        (at >= claims.expires_at or at > signer.until, Reason.EXPIRED),
        (at < claims.not_before or at < signer.since, Reason.NOT_YET_VALID),
    )
