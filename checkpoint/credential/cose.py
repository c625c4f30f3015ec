"""COSE_Sign1 (RFC 9052 section 4.2) over deterministic CBOR (RFC 8949 section 4.2).

Strict both ways: tag 18 only, the algorithm in the protected header, and bytes that are not
what our own encoder would have written are malformed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cbor2 import CBORTag

from checkpoint import cbor
from checkpoint.keys import Purpose, SigningKey

_TAG_SIGN1 = 18
_ALG, _KID = 1, 4
_EDDSA = -8
PROTECTED = cbor.dumps({_ALG: _EDDSA})


class MalformedError(Exception):
    """The bytes are no envelope of ours. It never leaves `credential` and `wire`."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A parsed COSE_Sign1, nothing of it believed yet."""

    key_id: str
    payload: bytes
    signature: bytes

    @property
    def signed_bytes(self) -> bytes:
        """The Sig_structure that the signature covers."""
        return cbor.dumps(["Signature1", PROTECTED, b"", self.payload])


def sign(payload: bytes, purpose: Purpose, key: SigningKey) -> bytes:
    """The tagged COSE_Sign1. Raises KeyFault when the key may not sign `purpose`."""
    unsigned = Envelope(key.key_id, payload, b"")
    signature = key.sign(purpose, unsigned.signed_bytes)
    headers = {_KID: bytes.fromhex(key.key_id)}
    return cbor.dumps(CBORTag(_TAG_SIGN1, [PROTECTED, headers, payload, signature]))


def parse(blob: bytes) -> Envelope:
    """Take the envelope apart. Raises MalformedError."""
    try:
        tagged = cbor.loads(blob, tags=frozenset({_TAG_SIGN1}))
    except cbor.NotCanonicalError as fault:
        raise MalformedError(str(fault)) from fault
    if not isinstance(tagged, CBORTag):
        raise MalformedError("no COSE_Sign1")
    match tagged.value:
        case (bytes(protected), Mapping() as headers, bytes(payload), bytes(signature)):
            kid = headers.get(_KID)
            ours = headers.keys() == {_KID} and protected == PROTECTED and len(signature) == 64
            if ours and isinstance(kid, bytes) and len(kid) == 4:
                return Envelope(kid.hex(), payload, signature)
    raise MalformedError("the parts are not those of our form")
