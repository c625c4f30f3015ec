"""Texts made to hurt: each is malformed, whoever signed it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

import base45
import cbor2
from cbor2 import CBORTag

from checkpoint.credential import cose, dynamic
from checkpoint.credential.envelope import PREFIX, TEXT_CAP, from_text, to_text
from checkpoint.credential.foreign.transport import INFLATED_CAP
from checkpoint.keys import Purpose
from fuzz.ground import PLANT, Ground, living_code
from fuzz.state import State, squeezed

HUGE = 1 << 40
_FULL = 16_000
"""Bytes that still fit under the cap of what is inflated."""
NAMES = {
    "newline": "two\nlines",
    "nul": "nul\0",
    "escape": "\x1b[2J",
    "delete": "\x7f",
    "right-to-left override": "林\u202e试",
    "left-to-right mark": "林\u200e",
    "arabic letter mark": "林\u061c",
    "isolate": "\u2067林\u2069",
    "zero width space": "林\u200b试",
    "byte order mark": "\ufeff林",
    "line separator": "林\u2028试",
    "unassigned": "林\U000e0080",
    "tag characters": "林\U000e0041",
    "too long": "x" * 65,
    "empty": "",
    "spaces": "   ",
}


def texts(ground: Ground) -> dict[str, str]:
    """Raw texts, no key needed to make them."""
    good = next(iter(ground.passes))
    return (
        dict(_shapes(good))
        | dict(_base45())
        | dict(_envelopes(from_text(good)))
        | dict(_living(next(iter(ground.living)), from_text(good), ground))
    )


def _shapes(good: str) -> Iterator[tuple[str, str]]:
    yield "empty", ""
    yield "prefix alone", PREFIX
    yield "half a prefix", PREFIX[:2]
    yield "other prefix", "SB2" + good[3:]
    yield "prefix twice", PREFIX + good
    yield "pass twice", good + good[len(PREFIX) :]
    yield "lower case", good.lower()
    yield "space before", " " + good
    yield "newline after", good + "\n"
    yield "nul after", good + "\0"
    yield "one over the cap", PREFIX + "0" * (TEXT_CAP - len(PREFIX) + 1)
    yield "a million characters", PREFIX + "0" * 1_000_000
    yield "a million characters of elsewhere", "\U0001f600" * 1_000_000
    yield "surrogate", PREFIX + "\ud800"
    yield "right-to-left override", PREFIX + "\u202e" + good[len(PREFIX) :]


def _base45() -> Iterator[tuple[str, str]]:
    yield "one letter", PREFIX + "A"
    yield "a letter over", PREFIX + "BB8A"
    yield "three letters beyond 65535", PREFIX + ":::"
    yield "three letters just beyond 65535", PREFIX + "GGW"
    yield "two letters beyond 255", PREFIX + "::"
    yield "two letters just beyond 255", PREFIX + "V5"
    for name, letter in (
        ("a lower case letter", "a"),
        ("an underscore", "_"),
        ("full-width", "Ａ"),
        ("an Arabic digit", "٣"),
        ("a letter that upper-cases to two", "ß"),
        ("a newline", "\n"),
    ):
        yield f"{name} inside", f"{PREFIX}BB{letter}"


def _envelopes(good: bytes) -> Iterator[tuple[str, str]]:
    parts = list(cbor2.loads(good).value)
    protected, headers, payload, signature = parts[0], dict(parts[1]), *parts[2:]
    blobs = {
        "trailing byte": good + b"\0",
        "cut short": good[:-1],
        "no tag": good[1:],
        "compressed": zlib.compress(good),
        "zlib bomb": zlib.compress(bytes(500_000), 9),
        "nested lists": b"\x81" * 600,
        "nested maps": b"\xa1\x00" * 300,
        "nested tags": b"\xd2" * 600,
        "indefinite lists": b"\x9f" * 600,
        "list of 2^40": b"\x9b" + HUGE.to_bytes(8),
        "bytes of 2^40": b"\x5b" + HUGE.to_bytes(8),
        "text of 2^64": b"\x7b" + b"\xff" * 8,
        "map of 2^40": b"\xbb" + HUGE.to_bytes(8),
        "giant integer": b"\xc2\x59\x02\x58" + b"\xff" * 600,
        "decimal of a giant exponent": bytes.fromhex("c4821b7fffffffffffffff03"),
        "regular expression": b"\xd8\x23\x79\x02\x58" + b"(" * 600,
        "reference in a circle": bytes.fromhex("d81c81d81d00"),
        "not a number": bytes.fromhex("f97e00"),
        "header twice": b"\xd2\x84" + cbor2.dumps(protected) + b"\xa2"
        b"\x04\x44aaaa\x04\x44bbbb" + cbor2.dumps(payload) + cbor2.dumps(signature),
        "another header": _tagged(protected, headers | {5: 0}, payload, signature),
        "key id of 5 bytes": _tagged(protected, {4: b"aaaaa"}, payload, signature),
        "key id as a number": _tagged(protected, {4: 1}, payload, signature),
        "short signature": _tagged(protected, headers, payload, signature[:-1]),
        "no payload": _tagged(protected, headers, None, signature),
        "five parts": _tagged(*parts, b""),
        "unprotected algorithm": _tagged(b"", headers | {1: -8}, payload, signature),
    }
    for name, blob in blobs.items():
        yield f"envelope: {name}", to_text(blob)


def _living(good: str, printed: bytes, ground: Ground) -> Iterator[tuple[str, str]]:
    code = dynamic.parse(good)
    parts = {
        "no step": [code.envelope, code.signature],
        "negative step": [code.envelope, -1, code.signature],
        "giant step": [code.envelope, 1 << 40, code.signature],
        "step of a hundred bytes": [code.envelope, 1 << 800, code.signature],
        "true for a step": [code.envelope, True, code.signature],
        "half a step": [code.envelope, 0.5, code.signature],
        "short signature": [code.envelope, code.step, code.signature[:-1]],
        "code in a code": [from_text(good, dynamic.PREFIX), code.step, code.signature],
        "four parts": [code.envelope, code.step, code.signature, b""],
    }
    for name, value in parts.items():
        yield f"living: {name}", to_text(cbor2.dumps(value), dynamic.PREFIX)
    yield "living: prefix alone", dynamic.PREFIX
    yield "living: trailing byte", to_text(from_text(good, dynamic.PREFIX) + b"\0", dynamic.PREFIX)
    yield "living: over the cap", dynamic.PREFIX + "0" * TEXT_CAP
    yield "living: around a printed pass", living_code(printed, ground.phone)


def _tagged(*parts: object) -> bytes:
    return cbor2.dumps(CBORTag(18, list(parts)))


def signed(ground: Ground) -> dict[str, str]:
    """Bodies that a trusted key has signed, so that the parser behind the signature is met."""
    return {
        name: to_text(cose.sign(payload, Purpose.WORKER, ground.plant))
        for name, payload in (*_bodies(), *_bodies_of_names())
    }


def _bodies() -> Iterator[tuple[str, bytes]]:
    def claims(**changes: Any) -> bytes:
        labels = {"iss": 1, "sub": 2, "exp": 4, "iat": 6, "cti": 7, "own": -65537}
        held: dict[Any, Any] = {1: PLANT, 2: b"12345678", 4: 9, 6: 1, 7: b"12345678"}
        held[-65537] = [1, "x"]
        return cbor2.dumps(
            held | {labels[key]: value for key, value in changes.items()}, canonical=True
        )

    yield "nothing", b""
    yield "no map", cbor2.dumps([])
    yield "trailing byte", claims() + b"\0"
    yield "issuer twice", b"\xa7\x01\x61A" + claims()[1:]
    yield "giant integer", claims(exp=1 << 2000)
    yield "integer of 65 bits", claims(exp=1 << 64)
    yield "time after the year 2514", claims(exp=1 << 34)
    yield "negative time", claims(iat=-1)
    yield "time that is not a number", claims(exp=float("nan"))
    yield "infinite time", claims(exp=float("inf"))
    yield "half a second", claims(exp=9.5)
    yield "true for a time", claims(iat=True)
    yield "text for an id", claims(sub="12345678")
    yield "nine bytes for an id", claims(cti=b"123456789")
    yield "lists in lists", claims(own=[1, "x", "", [[[[[[[[[["S"]]]]]]]]]]])
    yield "nested deeply", b"\x81" * 500 + b"\0"
    yield "map in the list", claims(own=[1, {"a": "b"}])
    yield "seventeen sites", claims(own=[1, "x", "", [f"S{n}" for n in range(17)]])
    yield "trailing default", claims(own=[1, "x", ""])
    yield "too long a list", claims(own=[1, "x", *["y"] * 20])
    yield "unknown kind", claims(own=[99, "x"])
    yield "true for a kind", claims(own=[True, "x"])
    yield "list for a worker's seats", claims(own=[1, "x", "", [], "", "", "", [], "", [], [1, 2]])
    yield (
        "false for a worker's seats",
        claims(own=[1, "x", "", [], "", "", "", False, "", [], [1, 2]]),
    )
    yield "ends before it begins", claims(exp=1, iat=9)
    yield "text that is no UTF-8", claims(own=[1, "xyz"]).replace(b"xyz", b"\xff\xfe\xfd")
    yield "surrogate in UTF-8", claims(own=[1, "xyz"]).replace(b"xyz", b"\xed\xa0\x80")


def _bodies_of_names() -> Iterator[tuple[str, bytes]]:
    for name, value in NAMES.items():
        held = {1: PLANT, 2: b"12345678", 4: 9, 6: 1, 7: b"12345678", -65537: [1, value]}
        yield f"name: {name}", cbor2.dumps(held, canonical=True)


def foreign(state: State) -> dict[str, str]:
    """The same of `HC1:` texts, where a stream can be inflated."""
    big = {
        "bomb": zlib.compress(bytes(2_500_000), 9),
        "bomb over the cap by one": zlib.compress(bytes(INFLATED_CAP + 1), 9),
    }
    made = {name: "HC1:" + str(base45.b45encode(blob), "ascii") for name, blob in big.items()}
    inflated = {
        "nested lists": b"\x81" * _FULL,
        "nested indefinite lists": b"\x9f" * _FULL,
        "nested tags": b"\xc6" * _FULL,
        "many empty lists": b"\x99\x3e\x80" + b"\x80" * _FULL,
        "list of 2^40": b"\x9b" + HUGE.to_bytes(8),
        "giant integer": b"\xc2\x59\x3e\x80" + b"\xff" * _FULL,
        "regular expression": b"\xd8\x23\x79\x3e\x80" + b"(" * _FULL,
        "key twice": b"\xd2\x84\x40\xa2\x04\x41a\x04\x41b\x40\x40",
    }
    made |= {name: squeezed(blob) for name, blob in inflated.items()}
    made |= {f"signed: {name}": state.text(blob) for name, blob in inflated.items()}
    made["signed: not a number"] = state.text(cbor2.dumps({4: float("nan"), 6: 1, -260: {1: {}}}))
    return {f"HC1 {name}": text for name, text in made.items()}
