"""A made-up state that issues `HC1:` certificates, and can issue wrong ones."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import base45
import cbor2
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from checkpoint.credential.foreign.certificate import ES256, PS256, Certificate

NOW = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

VACCINATION: dict[str, Any] = {
    "ver": "1.3.0",
    "nam": {"fn": "Prüfer", "gn": "Lín", "fnt": "PRUEFER", "gnt": "LIN"},
    "dob": "1990-01-02",
    "v": [
        {
            "tg": "840539006",
            "vp": "1119349007",
            "mp": "EU/1/20/1528",
            "ma": "ORG-100030215",
            "dn": 2,
            "sd": 2,
            "dt": "2026-02-01",
            "co": "AT",
            "is": "Test Ministry",
            "ci": "URN:UVCI:01:AT:TEST",
        }
    ],
}


def der_of(
    key: PrivateKey,
    usages: tuple[str, ...] = (),
    since: datetime = NOW - timedelta(days=90),
    until: datetime = NOW + timedelta(days=365),
) -> bytes:
    """A self-signed certificate in DER, with extended key usages where any are given."""
    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "AT")])
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, since, until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("at.example")]), critical=False)
    )
    if usages:
        oids = [x509.ObjectIdentifier(usage) for usage in usages]
        builder = builder.add_extension(x509.ExtendedKeyUsage(oids), critical=False)
    return builder.sign(key, SHA256()).public_bytes(Encoding.DER)


def certificate_of(key: PrivateKey, *usages: str) -> Certificate:
    """The same, as a verifier holds it."""
    return Certificate.from_der(der_of(key, usages))


def claims(content: object = VACCINATION, **times: object) -> dict[int, Any]:
    """CWT claims valid around NOW."""
    iat, exp = (int((NOW + timedelta(days=days)).timestamp()) for days in (-30, 30))
    return {1: "AT", 6: times.get("iat", iat), 4: times.get("exp", exp), -260: {1: content}}


def cose(
    key: PrivateKey,
    payload: bytes,
    protected: Mapping[int, Any],
    outside: Mapping[int, Any] | None = None,
) -> list[Any]:
    """The four parts of a COSE_Sign1."""
    header = cbor2.dumps(dict(protected)) if protected else b""
    signed = cbor2.dumps(["Signature1", header, b"", payload])
    return [header, dict(outside or {}), payload, _signature(key, signed)]


def _signature(key: PrivateKey, signed: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(signed, padding.PSS(padding.MGF1(SHA256()), 32), SHA256())
    r, s = decode_dss_signature(key.sign(signed, ec.ECDSA(SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


def text_of(blob: bytes) -> str:
    """The QR text of signed bytes."""
    return "HC1:" + str(base45.b45encode(zlib.compress(blob)), "ascii")


def issue(key: PrivateKey, certificate: Certificate, payload: object = None) -> str:
    """A certificate as most states write it: tag 18, algorithm and key id protected."""
    algorithm = PS256 if isinstance(key, rsa.RSAPrivateKey) else ES256
    body = cbor2.dumps(claims() if payload is None else payload)
    parts = cose(key, body, {1: algorithm, 4: certificate.key_id})
    return text_of(cbor2.dumps(cbor2.CBORTag(18, parts)))
