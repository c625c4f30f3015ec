"""How a kiosk signs its requests: an Authorization header, no secret held by the server.

`Sibao kiosk=ID, at=MS, signature=BASE64` over method, path, time and the SHA-256 of the
body. The time is evidence of the kiosk's clock, never a ground for refusal: a batch is
idempotent and a bundle is no secret of another kiosk.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from checkpoint.clock import from_ms, to_ms
from checkpoint.keys import Purpose, SigningKey, TrustedKey

_FORM = re.compile(r"Sibao kiosk=([\w.-]{1,64}), at=(\d{1,15}), signature=([\w+/=]{88})", re.ASCII)


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """An HTTP request as the kiosk meant it; `path` with its query."""

    method: str
    path: str
    body: bytes

    def message(self, kiosk_id: str, at: datetime) -> bytes:
        """The bytes that are signed."""
        digest = hashlib.sha256(self.body).hexdigest()
        lines = ("sibao-request/v1", kiosk_id, str(to_ms(at)), self.method, self.path, digest)
        return "\n".join(lines).encode()

    def authorization(self, key: SigningKey, at: datetime) -> str:
        """The header value, by the kiosk's head-signing key."""
        signature = key.sign(Purpose.HEAD, self.message(key.trusted.owner, at))
        encoded = base64.b64encode(signature).decode()
        return f"Sibao kiosk={key.trusted.owner}, at={to_ms(at)}, signature={encoded}"


@dataclass(frozen=True, slots=True)
class Authorization:
    """A parsed header, not yet believed."""

    kiosk_id: str
    at: datetime
    signature: bytes

    @classmethod
    def parse(cls, header: str) -> Authorization | None:
        """The parts of a header; None when it is not of our form."""
        form = _FORM.fullmatch(header)
        if form is None:
            return None
        try:
            return cls(form[1], from_ms(int(form[2])), base64.b64decode(form[3], validate=True))
        except (binascii.Error, OverflowError):
            return None

    def holds(self, request: SignedRequest, key: TrustedKey) -> bool:
        """Whether `key` is the kiosk's and signed this request."""
        signed = request.message(self.kiosk_id, self.at)
        return key.owner == self.kiosk_id and key.verifies(self.signature, signed)
