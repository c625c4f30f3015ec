"""A made-up state that signs `HC1:` certificates of any content, and a verifier that trusts it."""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import Any

import base45
import cbor2
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from checkpoint.credential.foreign import Certificates
from checkpoint.credential.foreign.certificate import ES256, Certificate
from fuzz.ground import NOW

_ENTRY = {"tg": "840539006", "vp": "1119349007", "mp": "EU/1/20/1528", "ma": "ORG-100030215"}
_DOSE = {"dn": 2, "sd": 2, "dt": "2026-02-01", "co": "AT", "is": "Ministry", "ci": "URN:1"}
_NAME = {"fn": "Prüfer", "gn": "Lín", "fnt": "PRUEFER", "gnt": "LIN"}


class State:
    """One key, one certificate."""

    def __init__(self) -> None:
        self._key = ec.derive_private_key(15, ec.SECP256R1())
        self._certificate = Certificate.from_der(_certificate(self._key))
        self.trusted = Certificates([self._certificate])

    def text(self, payload: bytes) -> str:
        """A certificate around any payload, well signed."""
        header = cbor2.dumps({1: ES256, 4: self._certificate.key_id})
        signed = cbor2.dumps(["Signature1", header, b"", payload])
        r, s = decode_dss_signature(self._key.sign(signed, ec.ECDSA(SHA256())))
        parts = [header, {}, payload, r.to_bytes(32) + s.to_bytes(32)]
        return squeezed(cbor2.dumps(cbor2.CBORTag(18, parts)))


def squeezed(blob: bytes) -> str:
    """The QR text of any bytes."""
    return "HC1:" + str(base45.b45encode(zlib.compress(blob)), "ascii")


def vaccination() -> bytes:
    """The payload of a certificate that is in order."""
    content: dict[str, Any] = {"ver": "1.3.0", "nam": _NAME, "dob": "1990-01-02"}
    content["v"] = [_ENTRY | _DOSE]
    iat, exp = (int((NOW + timedelta(days=days)).timestamp()) for days in (-30, 30))
    return cbor2.dumps({1: "AT", 6: iat, 4: exp, -260: {1: content}})


def _certificate(key: ec.EllipticCurvePrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "AT")])
    since, until = NOW - timedelta(days=90), NOW + timedelta(days=365)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, since, until)
    return builder.sign(key, SHA256()).public_bytes(Encoding.DER)
