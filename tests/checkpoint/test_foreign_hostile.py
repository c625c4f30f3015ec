"""Hostile texts: always a reason, never an exception, never a lie, and never large.

How long they take is measured by `benchmarks.passes`.
"""

from __future__ import annotations

import copy
import random
import resource
import string
import tracemalloc
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import base45
import cbor2
import pytest
from cbor2 import CBORTag
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkpoint.credential.foreign import Certificates, verify_foreign
from checkpoint.credential.foreign.certificate import ES256
from checkpoint.credential.foreign.transport import INFLATED_CAP, TEXT_CAP
from checkpoint.domain.reason import Reason
from tests.checkpoint.foreign_issuer import (
    NOW,
    VACCINATION,
    certificate_of,
    claims,
    cose,
    issue,
    text_of,
)

KEY = ec.generate_private_key(ec.SECP256R1())
CERTIFICATE = certificate_of(KEY)
TRUSTED = Certificates([CERTIFICATE])
GOOD = issue(KEY, CERTIFICATE)
ALPHABET = string.digits + string.ascii_uppercase + " $%*+-./:"
MALFORMED = (Reason.MALFORMED,)
DAWN = datetime(1990, 1, 2, tzinfo=UTC)


def _raw(blob: bytes) -> str:
    return "HC1:" + str(base45.b45encode(blob), "ascii")


def _reasons(text: str) -> tuple[Reason, ...]:
    return verify_foreign(text, TRUSTED, NOW).reasons


def _signed(payload: bytes) -> str:
    parts = cose(KEY, payload, {1: ES256, 4: CERTIFICATE.key_id})
    return text_of(cbor2.dumps(CBORTag(18, parts)))


def _nested(opening: bytes) -> bytes:
    return opening * 12_000


HOSTILE = {
    "empty": "",
    "prefix alone": "HC1:",
    "surrogate": "HC1:\ud800",
    "newline after": GOOD + "\n",
    "lower case": GOOD.lower(),
    "other prefix": "HC2" + GOOD[3:],
    "longer than a QR code": "HC1:" + "A" * TEXT_CAP,
    "not compressed": _raw(zlib.decompress(base45.b45decode(GOOD[4:]))),
    "compressed twice": _raw(zlib.compress(base45.b45decode(GOOD[4:]))),
    "stream cut short": _raw(base45.b45decode(GOOD[4:])[:-5]),
    "stream with a tail": _raw(base45.b45decode(GOOD[4:]) + b"x"),
    "bomb": _raw(zlib.compress(bytes(2_500_000), 9)),
    "bomb just over the cap": text_of(bytes(INFLATED_CAP + 1)),
    "nested lists": text_of(_nested(b"\x81")),
    "nested maps": text_of(_nested(b"\xa1\x00")),
    "nested tags": text_of(_nested(b"\xc6")),
    "nested indefinite lists": text_of(_nested(b"\x9f")),
    "list of 2^40": text_of(b"\x9b" + (1 << 40).to_bytes(8)),
    "text of 2^40": text_of(b"\x7b" + (1 << 40).to_bytes(8)),
    "many empty lists": text_of(b"\x99\x3e\x80" + b"\x80" * 16_000),
    "giant integer": text_of(b"\xc2\x59\x3e\x80" + b"\xff" * 16_000),
    "decimal with a giant exponent": text_of(bytes.fromhex("c4821b7fffffffffffffff03")),
    "binary float with a giant exponent": text_of(bytes.fromhex("c5821b7fffffffffffffff03")),
    "regular expression": text_of(b"\xd8\x23\x79\x3a\x98" + b"(" * 15_000),
    "reference in a circle": text_of(bytes.fromhex("d81c81d81d00")),
    "bytes after the envelope": text_of(zlib.decompress(base45.b45decode(GOOD[4:])) + b"\x00"),
    "detached payload": text_of(cbor2.dumps(CBORTag(18, [b"", {}, None, b""]))),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_malformed_and_small(name: str) -> None:
    text = HOSTILE[name]
    found = verify_foreign(text, TRUSTED, NOW)
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    _reasons(text)
    _, peak = tracemalloc.get_traced_memory()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - resident
    tracemalloc.stop()
    assert found.reasons == MALFORMED
    assert found.claims is None
    assert max(peak, grown * 1024) < 16 << 20


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff",
        cbor2.dumps([]),
        cbor2.dumps({}),
        cbor2.dumps(claims() | {-260: {2: VACCINATION}}),
        cbor2.dumps(claims() | {-260: VACCINATION}),
        cbor2.dumps(claims(iat=None)),
        cbor2.dumps(claims(exp=True)),
        cbor2.dumps(claims(exp=1 << 60)),
        cbor2.dumps(claims(exp=float("nan"))),
        cbor2.dumps(claims() | {1: 7}),
        cbor2.dumps(claims()) + b"\x00",
        b"\xa2\x01\x61A\x01\x61B",
        b"\xa1\xc0\x741-01-01T00:00:00+23:59\x01",
    ],
)
def test_signed_nonsense_is_malformed_and_names_nobody(payload: bytes) -> None:
    found = verify_foreign(_signed(payload), TRUSTED, NOW)
    assert found.reasons == MALFORMED
    assert found.claims == {"key_id": CERTIFICATE.key_id.hex()}


def _content(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(VACCINATION) | changes


def _event(**changes: Any) -> dict[str, Any]:
    return _content(v=[VACCINATION["v"][0] | changes])


@pytest.mark.parametrize(
    "content",
    [
        _content(ver=1),
        _content(dob="01.02.1990"),
        _content(dob="1990-01-02Tsee the gatekeeper"),
        _content(dob="1990-01-02T" + "0" * 50),
        _content(nam={"fnt": "A", "fn": "\u3164"}),
        _content(nam={"fnt": "A", "gn": "A\u2800B"}),
        _content(nam={"fnt": "A", "gn": "\uffa0"}),
        _content(nam={"fnt": "A", "gn": "\u115f"}),
        _content(nam={"fnt": "A", "fn": "private \ue000"}),
        _content(nam={"fn": "Only"}),
        _content(nam={"fnt": "lower case"}),
        _content(nam={"fnt": "A", "fn": "turned \u202e round"}),
        _content(nam={"fnt": "A", "fn": "two\nlines"}),
        _content(nam={"fnt": "A", "fn": "x" * 81}),
        _content(v=[]),
        _content(v=VACCINATION["v"] * 2),
        _content(r=[{"tg": "840539006"}]),
        _content(v={"0": VACCINATION["v"][0]}),
        _event(dn=0),
        _event(dn=True),
        _event(dt="yesterday"),
        _event(co="XY"),
        _event(co="at"),
        _event(co=["AT"]),
        _event(ci="x" * 81),
        _event(tg=None),
    ],
    ids=str,
)
def test_signed_content_of_another_shape_is_malformed(content: dict[str, Any]) -> None:
    found = verify_foreign(issue(KEY, CERTIFICATE, claims(content)), TRUSTED, NOW)
    assert found.reasons == MALFORMED
    assert found.claims is not None


@pytest.mark.parametrize(
    "content",
    [
        _content(dob=""),
        _content(dob="1990"),
        _content(t=None, r=[]),
        _content(nam={"fnt": "A"}),
        _event(co="UNHCR"),
        _event(dt="2026-02-01T10:00:00+01:00"),
        _event(ma="one that no list knows"),
    ],
    ids=str,
)
def test_what_the_schema_lets_by_is_let_by(content: dict[str, Any]) -> None:
    assert _reasons(issue(KEY, CERTIFICATE, claims(content))) == ()


@pytest.mark.parametrize("dob", ["1990-01-02", "1990-01-02T00:00:00Z", "1990-01-02T", DAWN])
def test_a_date_of_birth_is_a_day_without_the_time_behind_it(dob: object) -> None:
    text = issue(KEY, CERTIFICATE, claims(_content(dob=dob)))
    found, plain = (verify_foreign(text, TRUSTED, NOW).certificate for text in (text, GOOD))
    assert found is not None
    assert plain is not None
    assert (found.born, found.holder_id) == ("1990-01-02", plain.holder_id)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ({"fnt": ""}, ""),
        ({"fnt": "<<", "fn": " "}, ""),
        ({"fnt": "", "fn": "\ufe0f"}, ""),
        ({"fnt": "A", "fn": " "}, "A"),
        ({"fnt": "A", "gnt": "B"}, "A<<B"),
    ],
)
def test_a_name_of_nothing_that_shows_is_empty(name: dict[str, str], shown: str) -> None:
    text = issue(KEY, CERTIFICATE, claims(_content(nam=name)))
    found = verify_foreign(text, TRUSTED, NOW).certificate
    assert found is not None
    assert found.name == shown


def test_all_reasons_are_kept_together() -> None:
    late = NOW + timedelta(days=3650)
    found = verify_foreign(issue(KEY, CERTIFICATE, claims(_event(co="XY"))), TRUSTED, late)
    assert found.reasons == (Reason.MALFORMED, Reason.EXPIRED)


def test_what_is_shown_holds_nothing_that_cannot_be_shown() -> None:
    hidden = _event(**{"is": "A\u202eB\nC\u200b"})
    found = verify_foreign(issue(KEY, CERTIFICATE, claims(hidden)), TRUSTED, NOW)
    assert found.claims is not None
    assert found.claims["authority"] == "A\ufffdB\ufffdC\ufffd"


def _lies(text: str) -> bool:
    """Whether a text is taken for valid and says something else than the good one."""
    found = verify_foreign(text, TRUSTED, NOW)
    return found.valid and found.claims != verify_foreign(GOOD, TRUSTED, NOW).claims


@given(st.text(max_size=200) | st.text(ALPHABET, max_size=400).map("HC1:".__add__))
def test_any_text_has_a_reason(text: str) -> None:
    assert _reasons(text)


@given(st.binary(max_size=400))
def test_any_bytes_under_the_compression_have_a_reason(blob: bytes) -> None:
    assert _reasons(text_of(blob))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
        max_leaves=30,
    )
)
def test_any_signed_value_has_a_reason(value: object) -> None:
    assert _reasons(_signed(cbor2.dumps(value)))
    assert _reasons(issue(KEY, CERTIFICATE, claims(value)))


@given(st.integers(4, len(GOOD) - 1), st.sampled_from(ALPHABET))
def test_a_changed_letter_never_makes_it_say_something_else(place: int, letter: str) -> None:
    assert not _lies(GOOD[:place] + letter + GOOD[place + 1 :])


def test_changed_bytes_never_make_it_say_something_else() -> None:
    blob = zlib.decompress(base45.b45decode(GOOD[4:]))
    chance = random.Random(15)
    for _ in range(2000):
        place = chance.randrange(len(blob))
        changed = bytearray(blob)
        changed[place] ^= 1 << chance.randrange(8)
        assert not _lies(text_of(bytes(changed)))
