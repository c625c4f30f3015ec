"""One issuer's certificate: its key id, its term, what it may sign, and whether it did."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from checkpoint.credential.foreign import der
from checkpoint.domain.foreign_certificate import CertificateKind
from checkpoint.errors import KeyFault

ES256, PS256 = -7, -37
ALGORITHMS = frozenset({ES256, PS256})
_RSA_BITS = 2048
_KEY_ID_BYTES = 8
_EXTENDED_KEY_USAGE = bytes.fromhex("551d25")

PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


# The OIDs 1.3.6.1.4.1.1847.2021.1.N and, as the hcert spec first had them,
# 1.3.6.1.4.1.0.1847.2021.1.N, in DER. No other bytes of that field can look like them, so they
# are found where the list around them is broken.
_USAGES = {
    CertificateKind(usage): (
        bytes.fromhex("060b2b06010401") + bytes.fromhex("8e378f6501") + bytes([number]),
        bytes.fromhex("060c2b0601040100") + bytes.fromhex("8e378f6501") + bytes([number]),
    )
    for number, usage in enumerate(CertificateKind, start=1)
}


@dataclass(frozen=True, slots=True)
class Certificate:
    """One trusted certificate. `until` is inclusive (RFC 5280 section 4.1.2.5).

    `usages` are all where the certificate names none. `public_key` is None for a kind of key
    that may not sign at all; a list that holds one such certificate is still good for the others.
    `country` is the subject's, empty where it names none; `der` the certificate itself.
    """

    key_id: bytes
    since: datetime
    until: datetime
    usages: frozenset[CertificateKind]
    public_key: PublicKey | None = field(compare=False, repr=False)
    country: str = ""
    der: bytes = field(default=b"", repr=False)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, 64 hex digits."""
        return hashlib.sha256(self.der).hexdigest()

    @property
    def key_fingerprint(self) -> str:
        """SHA-256 of the public key alone, 64 hex digits: a renewed certificate keeps it.

        Empty for a kind of key that may not sign.
        """
        if self.public_key is None:
            return ""
        plain = self.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return hashlib.sha256(plain).hexdigest()

    def verifies(self, algorithm: int, signature: bytes, message: bytes) -> bool:
        """Whether `signature` is this key's; a key signs with the one algorithm of its kind."""
        key = self.public_key
        try:
            if isinstance(key, ec.EllipticCurvePublicKey) and algorithm == ES256:
                return _verifies_es256(key, signature, message)
            if isinstance(key, rsa.RSAPublicKey) and algorithm == PS256:
                pss = padding.PSS(padding.MGF1(SHA256()), salt_length=SHA256.digest_size)
                key.verify(signature, message, pss, SHA256())
                return True
        except InvalidSignature:
            pass
        return False

    @classmethod
    def from_der(cls, blob: bytes) -> Certificate:
        """Read a certificate, whatever its extensions hold. Raises KeyFault."""
        try:
            anatomy = der.dissect(blob)
            key = load_der_public_key(anatomy.public_key)
        except (der.DerError, ValueError, UnsupportedAlgorithm) as fault:
            raise KeyFault(
                f"no certificate: {fault}", remedy="give X.509 certificates in PEM"
            ) from fault
        named = der.extension(anatomy.extensions, _EXTENDED_KEY_USAGE)
        usages = frozenset(
            usage for usage, oids in _USAGES.items() if any(oid in named for oid in oids)
        )
        return cls(
            key_id=hashlib.sha256(blob).digest()[:_KEY_ID_BYTES],
            since=anatomy.since,
            until=anatomy.until,
            usages=usages or frozenset(CertificateKind),
            public_key=_allowed(key),
            country=anatomy.country,
            der=blob,
        )


def _allowed(key: object) -> PublicKey | None:
    """The key, if the hcert spec names its kind: P-256, and RSA of 2,048 bits or more."""
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _RSA_BITS:
        return key
    return None


def _verifies_es256(key: ec.EllipticCurvePublicKey, signature: bytes, message: bytes) -> bool:
    if len(signature) != 64:
        return False
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    key.verify(encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
    return True
