"""What must hold for whatever is shown at a gate."""

from __future__ import annotations

import unicodedata

from checkpoint import cbor
from checkpoint.credential import verify
from checkpoint.credential.claims import claims_of
from checkpoint.domain.health_pass import HealthPass
from checkpoint.domain.observation import Verification
from fuzz.ground import NOW, Ground

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})


class Broken(AssertionError):
    """A promise of the verifier does not hold; the message has the text that shows it."""


def judged(text: str, ground: Ground) -> Verification:
    """The verifier's answer. Raises Broken when it is none, or names what can't be shown."""
    try:
        found = verify(text, ground.trust, NOW)
    except Exception as fault:
        raise Broken(f"{type(fault).__name__} on {text!r}") from fault
    if found.health_pass is None and not found.reasons:
        raise Broken(f"neither a pass nor a reason: {text!r}")
    if found.health_pass is not None and not _can_be_shown(found.health_pass):
        raise Broken(f"a pass that can't be shown: {text!r}")
    return found


def refused(text: str, ground: Ground) -> str:
    """The reasons against a text that nobody issued. Raises Broken when there are none."""
    found = judged(text, ground)
    if text not in ground.passes and text not in ground.living and not found.reasons:
        raise Broken(f"accepted, and never issued: {text!r}")
    return "+".join(reason.value for reason in found.reasons) or "ok"


def faithful(text: str, payload: bytes, ground: Ground) -> None:
    """What was signed is what is read: the pass that was found says just the payload."""
    known = judged(text, ground).health_pass
    if known is not None and cbor.dumps(claims_of(known)) != payload:
        raise Broken(f"read otherwise than signed: {text!r}")


def _can_be_shown(known: HealthPass) -> bool:
    vehicle = known.vehicle
    texts = [known.name, known.id_tail, known.host, known.enterprise_id, *known.sites]
    texts += [vehicle.plate, vehicle.route] if vehicle else []
    return not any(unicodedata.category(char) in _HIDDEN for text in texts for char in text)
