"""What one fuzzed input is shown to, and the inputs to begin with."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from checkpoint.credential import cose
from checkpoint.credential.envelope import from_text, to_text
from checkpoint.credential.foreign import verify_foreign
from checkpoint.keys import Purpose
from fuzz.ground import NOW, Ground
from fuzz.oracle import Broken, faithful, refused
from fuzz.state import State, squeezed, vaccination

_GROUND, _STATE = Ground.of(1), State()
_OWN = verify_foreign(_STATE.text(vaccination()), _STATE.trusted, NOW).claims
_OURS, _THEIRS = 0, 1


def text(data: bytes) -> None:
    """Any text, to both verifiers; then the bytes as an envelope of each kind."""
    shown = data.decode("utf-8", "surrogateescape")
    for each in (shown, to_text(data), squeezed(data)):
        refused(each, _GROUND)
        found = verify_foreign(each, _STATE.trusted, NOW)
        if found.valid and found.claims != _OWN:
            raise Broken(f"accepted, and never issued: {each!r}")


def signed(data: bytes) -> None:
    """Any body, well signed: by the plant as a pass, or by the state as a certificate."""
    kind, payload = data[:1], data[1:]
    if kind == bytes([_THEIRS]):
        found = verify_foreign(_STATE.text(payload), _STATE.trusted, NOW)
        if not found.valid and not found.reasons:
            raise Broken(f"neither claims nor a reason: {payload.hex()}")
        return
    faithful(to_text(cose.sign(payload, Purpose.WORKER, _GROUND.plant)), payload, _GROUND)


TARGETS: dict[str, Callable[[bytes], None]] = {"text": text, "signed": signed}


def seeds(target: str) -> Iterator[bytes]:
    """Inputs that reach deep at once: genuine passes and a genuine certificate."""
    envelopes = [from_text(shown) for shown in _GROUND.passes]
    if target == "signed":
        yield from (bytes([_OURS]) + cose.parse(blob).payload for blob in envelopes)
        yield bytes([_THEIRS]) + vaccination()
        return
    yield from (shown.encode() for shown in _GROUND.passes)
    yield from envelopes
    yield _STATE.text(vaccination()).encode()
