"""The signer: one small door, which refuses a claim outside the key's purposes."""

from __future__ import annotations

import secrets

from checkpoint import cbor
from checkpoint.credential import cose
from checkpoint.credential.claims import claims_of
from checkpoint.credential.envelope import TEXT_CAP, to_text
from checkpoint.domain.health_pass import HealthPass
from checkpoint.errors import ClaimError
from checkpoint.keys import Purpose, SigningKey


def fresh_id() -> str:
    """A random pass or holder id: 16 hex digits."""
    return secrets.token_hex(8)


def issue(health_pass: HealthPass, key: SigningKey) -> str:
    """The `SB1:` text of a pass. Times are cut to whole seconds.

    Raises KeyFault when the key may not sign this kind, ClaimError when the issuer is not
    the key's owner, the pass outlives or precedes the key, or a claim can't be carried.
    """
    owner = key.trusted.owner
    if health_pass.issuer != owner:
        raise ClaimError(
            f"issuer {health_pass.issuer!r} is not {owner!r}", remedy="use the issuer's key"
        )
    if not key.trusted.in_force(health_pass.issued_at.replace(microsecond=0)):
        raise ClaimError(f"key {key.key_id} is not in force at issue", remedy="rotate the key")
    try:
        payload = cbor.dumps(claims_of(health_pass))
    except (cose.MalformedError, ValueError) as fault:
        raise ClaimError(
            f"the pass can't carry this: {fault}", remedy="correct the field"
        ) from fault
    text = to_text(cose.sign(payload, Purpose(health_pass.kind.value), key))
    if len(text) > TEXT_CAP:
        raise ClaimError(
            f"the pass would be {len(text)} characters", remedy="shorten names or sites"
        )
    return text
