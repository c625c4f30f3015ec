"""The living code of a phone: `SB2:` + base45 of [pass, step, signature of the phone's key].

The pass rides along, so that a gate without network needs nothing else. The signature covers
a domain tag, the pass and the step; no kiosk holds a secret that could make a code.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from checkpoint import cbor
from checkpoint.clock import to_ms
from checkpoint.credential import holder_key
from checkpoint.credential.cose import MalformedError
from checkpoint.credential.envelope import from_text, to_text
from checkpoint.domain.health_pass import HolderKey

PREFIX = "SB2:"
STEP_S = 30
TOLERANCE = 1
"""Steps that the phone's clock and the gate's may differ by."""
_DOMAIN = b"sibao/living/v1\0"
_STEP_LIMIT = 1 << 32


@dataclass(frozen=True, slots=True)
class LivingCode:
    """A living code taken apart, nothing of it believed yet. `envelope` is the pass's COSE."""

    envelope: bytes
    step: int
    signature: bytes

    @property
    def signed_bytes(self) -> bytes:
        """What the phone's key signed."""
        return signed_bytes(self.envelope, self.step)

    def is_signed_by(self, key: HolderKey) -> bool:
        """Whether the phone with this key made it."""
        return holder_key.verifies(key, self.signature, self.signed_bytes)

    def is_fresh(self, at: datetime) -> bool:
        """Whether its step is that of time `at`, or one beside it."""
        return abs(step_at(at) - self.step) <= TOLERANCE

    def text(self) -> str:
        """The QR text."""
        return to_text(cbor.dumps([self.envelope, self.step, self.signature]), PREFIX)


def signed_bytes(envelope: bytes, step: int) -> bytes:
    """The bytes that the phone's key signs for a step."""
    return _DOMAIN + hashlib.sha256(envelope).digest() + step.to_bytes(8, "big")


def step_at(at: datetime) -> int:
    """The time step of a moment: whole half minutes since 1970."""
    return to_ms(at) // (STEP_S * 1000)


def parse(text: str) -> LivingCode:
    """Take the text apart. Raises MalformedError."""
    try:
        parts = cbor.loads(from_text(text, PREFIX))
    except cbor.NotCanonicalError as fault:
        raise MalformedError(str(fault)) from fault
    match parts:
        case [bytes(envelope), int(step), bytes(signature)] if not isinstance(step, bool):
            if 0 <= step < _STEP_LIMIT and len(signature) == holder_key.SIGNATURE_BYTES:
                return LivingCode(envelope, step, signature)
    raise MalformedError("the parts are not those of a living code")
