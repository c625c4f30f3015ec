"""The signed payload: a CWT (RFC 8392) with the certificate under claim -260, key 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checkpoint.clock import from_ms
from checkpoint.credential.cose import MalformedError
from checkpoint.credential.foreign import plain_cbor

_ISS, _EXP, _NBF, _IAT, _HCERT, _DCC = 1, 4, 5, 6, -260, 1
_LAST_SECOND = 1 << 34


@dataclass(frozen=True, slots=True)
class Token:
    """The claims. Valid from `issued_at` (or `not_before`, if later) until before `expires_at`.

    `content` is the certificate itself, its shape not yet looked at.
    """

    issuer: str
    issued_at: datetime
    not_before: datetime
    expires_at: datetime
    content: Mapping[Any, Any]


def read(payload: bytes) -> Token:
    """The claims of a payload. Raises MalformedError where one that we need is missing."""
    claims = plain_cbor.loads(payload)
    if not isinstance(claims, Mapping):
        raise MalformedError("the claims are no map")
    health = claims.get(_HCERT)
    content = health.get(_DCC) if isinstance(health, Mapping) else None
    if not isinstance(content, Mapping):
        raise MalformedError("no health certificate among the claims")
    issuer = claims.get(_ISS, "")
    if not isinstance(issuer, str):
        raise MalformedError("the issuer is no text")
    issued_at = _time(claims.get(_IAT))
    not_before = _time(claims[_NBF]) if _NBF in claims else issued_at
    expires_at = _time(claims.get(_EXP))
    return Token(issuer, issued_at, max(issued_at, not_before), expires_at, content)


def _time(value: Any) -> datetime:
    """A NumericDate (RFC 8392 section 2): seconds, whole or not; a tagged date says the same."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.timestamp()
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _LAST_SECOND:
        return from_ms(int(value * 1000))
    raise MalformedError("a time is missing")
