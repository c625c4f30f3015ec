"""COSE_Sign1 (RFC 9052 section 4.2) with ES256 or PS256, as the hcert spec allows.

Bare, as tag 18, or as tag 61 (CWT, RFC 8392 section 6) around tag 18.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cbor2 import CBORTag

from checkpoint import cbor
from checkpoint.credential.cose import MalformedError
from checkpoint.credential.foreign import plain_cbor
from checkpoint.credential.foreign.certificate import ALGORITHMS, Certificate

_TAG_SIGN1, _TAG_CWT = 18, 61
_TAGS = frozenset({_TAG_SIGN1, _TAG_CWT})
_ALG, _KID = 1, 4


@dataclass(frozen=True, slots=True)
class Sign1:
    """A parsed COSE_Sign1, nothing of it believed yet. `key_id` is empty where none is named."""

    algorithm: int
    key_id: bytes
    protected: bytes
    payload: bytes
    signature: bytes

    def is_signed_by(self, certificate: Certificate) -> bool:
        """Whether the signature is that of the certificate's key."""
        signed = cbor.dumps(["Signature1", self.protected, b"", self.payload])
        return certificate.verifies(self.algorithm, self.signature, signed)


def parse(blob: bytes) -> Sign1:
    """Take the envelope apart. Raises MalformedError."""
    match _untagged(plain_cbor.loads(blob, tags=_TAGS)):
        case (bytes(protected), Mapping() as outside, bytes(payload), bytes(signature)):
            inside = plain_cbor.loads(protected) if protected else {}
        case _:
            raise MalformedError("no COSE_Sign1")
    if not isinstance(inside, Mapping):
        raise MalformedError("the protected header is no map")
    # A key signs with one algorithm only, whatever the header says, so nothing is gained by
    # writing another one into the unprotected part, where some issuers put it.
    algorithm = _header(_ALG, inside, outside)
    if not isinstance(algorithm, int) or algorithm not in ALGORITHMS:
        raise MalformedError("neither ES256 nor PS256")
    key_id = _header(_KID, inside, outside)
    if not isinstance(key_id, bytes | None):
        raise MalformedError("the key id is no bytes")
    # RFC 9052 section 4.4: without protected parameters an empty byte string is signed.
    signed_header = protected if inside else b""
    return Sign1(algorithm, key_id or b"", signed_header, payload, signature)


def _untagged(value: Any) -> Any:
    if isinstance(value, CBORTag) and value.tag == _TAG_CWT:
        value = value.value
        if not isinstance(value, CBORTag):
            raise MalformedError("a CWT tag around no COSE tag")
    if isinstance(value, CBORTag) and value.tag == _TAG_SIGN1:
        return value.value
    return value


def _header(label: int, inside: Mapping[Any, Any], outside: Mapping[Any, Any]) -> Any:
    return inside[label] if label in inside else outside.get(label)
