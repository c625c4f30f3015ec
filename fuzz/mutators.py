"""Ways to change a genuine pass without its issuer's key: each gives a text nobody issued."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import cbor2

from checkpoint import cbor
from checkpoint.credential import cose, dynamic
from checkpoint.credential.envelope import PREFIX, from_text, to_text
from checkpoint.keys import Purpose, SigningKey
from fuzz.ground import EMERGENCY, Ground, living_code

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_TAG = 18
_ODD: tuple[Any, ...] = (
    0,
    -1,
    1,
    1 << 32,
    (1 << 63) - 1,
    1 << 80,
    "",
    "x" * 65,
    b"",
    b"\0" * 9,
    [],
    {},
    None,
    True,
)
_ODD_TEXTS = ("\u202e一试林", "a\x00b", "林\u2028试", "\u200f", "\ufeff林")

Mutator = Callable[[Random, Ground], str]


def letters(chance: Random, ground: Ground) -> str:
    """One to four letters of the text replaced, taken out, put in or swapped."""
    shown = list(_shown(chance, ground))
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(shown))
        match chance.randrange(4):
            case 0:
                shown[at] = chance.choice(ALPHABET)
            case 1:
                del shown[at]
            case 2:
                shown.insert(at, chance.choice(ALPHABET))
            case _:
                other = chance.randrange(len(shown))
                shown[at], shown[other] = shown[other], shown[at]
    return "".join(shown)


def form(chance: Random, ground: Ground) -> str:
    """The text in another form: case, spaces, prefix, cut short, twice, characters of elsewhere."""
    shown = _shown(chance, ground)
    cut = chance.randrange(len(shown))
    return chance.choice(
        (
            shown.lower(),
            shown + chance.choice(" \n\t\0\u200b"),
            chance.choice(" \n\ufeff") + shown,
            "HC1:" + shown[len(PREFIX) :],
            shown[:cut],
            shown + shown[len(PREFIX) :],
            shown[:cut] + chr(chance.randrange(0x110000)) + shown[cut + 1 :],
            PREFIX + "".join(chance.choices(ALPHABET, k=chance.randrange(1200))),
        )
    )


def bits(chance: Random, ground: Ground) -> str:
    """One to eight bits of the signed bytes turned."""
    blob = bytearray(from_text(_text(chance, ground)))
    for _ in range(chance.randint(1, 8)):
        blob[chance.randrange(len(blob))] ^= 1 << chance.randrange(8)
    return to_text(bytes(blob))


def runs(chance: Random, ground: Ground) -> str:
    """A run of the signed bytes taken out, doubled, or taken over from another pass."""
    blob, other = (from_text(_text(chance, ground)) for _ in range(2))
    at, end = sorted(chance.sample(range(len(blob)), 2))
    middle = chance.choice((b"", blob[at:end] * 2, other[at:end], chance.randbytes(end - at)))
    return to_text(blob[:at] + middle + blob[end:])


def claims(chance: Random, ground: Ground) -> str:
    """A claim changed under the old signature."""
    protected, headers, payload, signature = _parts(_text(chance, ground))
    return _envelope(protected, headers, _other(chance, payload), signature)


def crossed(chance: Random, ground: Ground) -> str:
    """The body of one pass under the key id and signature of another."""
    one, other = (_parts(_text(chance, ground)) for _ in range(2))
    headers = chance.choice((one, other))[1]
    return _envelope(one[0], headers, one[2], other[3])


def algorithms(chance: Random, ground: Ground) -> str:
    """Another algorithm in the header, or none; a signature cut, lengthened or empty."""
    protected, headers, payload, signature = _parts(_text(chance, ground))
    header = chance.choice((b"", cbor2.dumps({1: chance.choice((-7, -37, 5, 0, None))}), protected))
    signatures = (b"", bytes(64), signature[:-1], signature + b"\0", signature[::-1])
    return _envelope(header, headers, payload, chance.choice(signatures))


def strangers(chance: Random, ground: Ground) -> str:
    """A good body signed by a key that is not trusted, under its own or a trusted key's id."""
    _, headers, payload, _ = _parts(_text(chance, ground))
    signed = from_text(_signed(ground.stranger, payload))
    protected, own, _, signature = _parts(to_text(signed))
    return _envelope(protected, chance.choice((own, headers)), payload, signature)


def trespassers(chance: Random, ground: Ground) -> str:
    """A good body signed by a trusted key of somebody else, who may not say this."""
    shown = _text(chance, ground)
    _, headers, payload, _ = _parts(shown)
    keys = (ground.bureau, ground.plant, ground.neighbour)
    others = [key for key in keys if bytes.fromhex(key.key_id) != headers[4]]
    return _signed(chance.choice(others), payload)


def living(chance: Random, ground: Ground) -> str:
    """A phone's code changed: its bits, its step, its pass, its signature; or a screenshot."""
    shown = next(iter(ground.living))
    code = dynamic.parse(shown)
    late = chance.choice((-1, 1)) * chance.randint(2, 5000)
    blob = bytearray(from_text(shown, dynamic.PREFIX))
    blob[chance.randrange(len(blob))] ^= 1 << chance.randrange(8)
    printed = from_text(_text(chance, ground))
    step, signature = code.step, code.signature
    at = chance.randrange(len(dynamic.PREFIX), len(shown))
    return chance.choice(
        (
            to_text(bytes(blob), dynamic.PREFIX),
            to_text(code.envelope),
            living_code(code.envelope, ground.phone, late),
            living_code(printed, ground.phone),
            dynamic.LivingCode(printed, step, signature).text(),
            dynamic.LivingCode(code.envelope, step + chance.choice((-1, 1)), signature).text(),
            dynamic.LivingCode(code.envelope, step, chance.randbytes(64)).text(),
            dynamic.LivingCode(code.envelope, step, signature[::-1]).text(),
            shown[:at] + chance.choice(ALPHABET) + shown[at + 1 :],
            shown[:at] + shown[at + 1 :],
        )
    )


MUTATORS: tuple[Mutator, ...] = (
    letters,
    form,
    bits,
    runs,
    claims,
    crossed,
    algorithms,
    strangers,
    trespassers,
    living,
)


def mutated(chance: Random, ground: Ground) -> str:
    """A text that no one issued."""
    while True:
        text = chance.choice(MUTATORS)(chance, ground)
        if text not in ground.passes and text not in ground.living:
            return text


def _shown(chance: Random, ground: Ground) -> str:
    """A printed pass or a phone's living code."""
    return chance.choice([*ground.passes, *ground.living])


def _text(chance: Random, ground: Ground) -> str:
    return chance.choice(list(ground.passes))


def _parts(text: str) -> list[Any]:
    return list(cbor2.loads(from_text(text)).value)


def _envelope(*parts: object) -> str:
    return to_text(cbor2.dumps(cbor2.CBORTag(_TAG, list(parts))))


def _signed(key: SigningKey, payload: bytes) -> str:
    purposes = key.trusted.purposes
    purpose = Purpose.EMERGENCY_VEHICLE if purposes == EMERGENCY else Purpose.WORKER
    return to_text(cose.sign(payload, purpose, key))


def _other(chance: Random, payload: bytes) -> bytes:
    """The payload with one claim changed, and now and then not in the one right form."""
    held = cbor.loads(payload)
    own = held[-65537]
    match chance.randrange(6):
        case 0:
            held[chance.choice(list(held))] = chance.choice(_ODD)
        case 1:
            own[chance.randrange(len(own))] = chance.choice(_ODD)
        case 2:
            own[1] = chance.choice(_ODD_TEXTS)
        case 3:
            held[chance.choice((4, 5, 6))] = chance.choice((0, 1 << 33, float("nan"), 1e300, -1))
        case 4:
            held[1] = chance.choice(("bureau", "E001", "E002", "e001"))
        case _:
            held[4] += chance.randint(1, 1 << 20)
    changed = cbor2.dumps(held, canonical=chance.random() < 0.8)
    return changed + (b"\0" if chance.random() < 0.02 else b"")
