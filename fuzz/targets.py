"""What one fuzzed input is shown to, and the inputs to begin with."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from checkpoint.credential import cose, dynamic
from checkpoint.credential.envelope import from_text, to_text
from checkpoint.credential.foreign import verify_foreign
from checkpoint.keys import Purpose
from fuzz.ground import NOW, Ground, living_code
from fuzz.oracle import Broken, faithful, refused
from fuzz.state import State, squeezed, vaccination

_GROUND, _STATE = Ground.of(1), State()
_OWN = verify_foreign(_STATE.text(vaccination()), _STATE.trusted, NOW).claims
_OURS, _THEIRS, _LIVING = 0, 1, 2


def text(data: bytes) -> None:
    """Any text, to both verifiers; then the bytes as an envelope of each kind."""
    shown = data.decode("utf-8", "surrogateescape")
    for each in (shown, to_text(data), to_text(data, dynamic.PREFIX), squeezed(data)):
        refused(each, _GROUND)
        found = verify_foreign(each, _STATE.trusted, NOW)
        if found.valid and found.claims != _OWN:
            raise Broken(f"accepted, and never issued: {each!r}")


def signed(data: bytes) -> None:
    """Any body, well signed: by the plant as a pass, in a phone's code, or by the state."""
    kind, payload = data[:1], data[1:]
    if kind == bytes([_THEIRS]):
        found = verify_foreign(_STATE.text(payload), _STATE.trusted, NOW)
        if not found.valid and not found.reasons:
            raise Broken(f"neither claims nor a reason: {payload.hex()}")
        return
    envelope = cose.sign(payload, Purpose.WORKER, _GROUND.plant)
    shown = living_code(envelope, _GROUND.phone) if kind == bytes([_LIVING]) else to_text(envelope)
    faithful(shown, payload, _GROUND)


TARGETS: dict[str, Callable[[bytes], None]] = {"text": text, "signed": signed}


def seeds(target: str) -> Iterator[bytes]:
    """Inputs that reach deep at once: genuine passes and a genuine certificate."""
    envelopes = [from_text(shown) for shown in _GROUND.passes]
    living = [dynamic.parse(shown).envelope for shown in _GROUND.living]
    if target == "signed":
        yield from (bytes([_OURS]) + cose.parse(blob).payload for blob in envelopes)
        yield from (bytes([_LIVING]) + cose.parse(blob).payload for blob in living)
        yield bytes([_THEIRS]) + vaccination()
        return
    yield from (shown.encode() for shown in _GROUND.passes)
    yield from envelopes
    yield from (shown.encode() for shown in _GROUND.living)
    yield from (from_text(shown, dynamic.PREFIX) for shown in _GROUND.living)
    yield _STATE.text(vaccination()).encode()
