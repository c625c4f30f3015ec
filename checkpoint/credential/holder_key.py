"""The phone's own key: Ed25519 where its browser has it, else ECDSA on P-256 with SHA-256."""

from __future__ import annotations

from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from checkpoint.credential.cose import MalformedError
from checkpoint.domain.health_pass import HolderKey, KeyAlgorithm

SIGNATURE_BYTES = 64
_COSE = {KeyAlgorithm.ED25519: -8, KeyAlgorithm.ES256: -7}
_ALGORITHMS = {code: algorithm for algorithm, code in _COSE.items()}
_PRIME = (1 << 255) - 19
_EIGHTH = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL = frozenset({0, 1, _PRIME - 1, _PRIME, _PRIME + 1, _EIGHTH, _PRIME - _EIGHTH})
"""The y of the eight points of order 1, 2, 4 and 8 on edwards25519, in each of their encodings (RFC
7748, section 4.1). For a key of such an order one signature can fit every message."""
_SIZES = {KeyAlgorithm.ED25519: 32, KeyAlgorithm.ES256: 33}


def claim_of(key: HolderKey | None) -> list[Any]:
    """The claim: COSE algorithm and public bytes; empty for none."""
    return [_COSE[key.algorithm], key.public] if key else []


def of_claim(value: Any) -> HolderKey | None:
    """The key that a claim names. Raises MalformedError when it is no usable key."""
    match value:
        case []:
            return None
        case [int(code), bytes(public)] if code in _ALGORITHMS:
            key = HolderKey(_ALGORITHMS[code], public)
            if len(public) == _SIZES[key.algorithm]:
                _check(key)
                return key
    raise MalformedError("the holder's key is none that a phone makes")


def from_browser(algorithm: KeyAlgorithm, raw: bytes) -> HolderKey:
    """The key as WebCrypto exports it `raw`, a point in its short form.

    Raises MalformedError when it is no public key.
    """
    if algorithm is KeyAlgorithm.ES256:
        raw = _point(raw).public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    key = of_claim([_COSE[algorithm], raw])
    if key is None:
        raise MalformedError("no key")
    return key


def verifies(key: HolderKey, signature: bytes, message: bytes) -> bool:
    """Whether the signature, 64 bytes as WebCrypto makes it, is the key's."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    try:
        if key.algorithm is KeyAlgorithm.ED25519:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
        else:
            r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
            _point(key.public).verify(encode_dss_signature(r, s), message, ECDSA(SHA256()))
    except (InvalidSignature, MalformedError):
        return False
    return True


def _check(key: HolderKey) -> None:
    if key.algorithm is KeyAlgorithm.ES256:
        _point(key.public)
    elif int.from_bytes(key.public, "little") & ((1 << 255) - 1) in _SMALL:
        raise MalformedError("a key of small order")


def _point(raw: bytes) -> EllipticCurvePublicKey:
    try:
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), raw)
    except ValueError as fault:
        raise MalformedError("no point of P-256") from fault
