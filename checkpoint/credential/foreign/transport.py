"""QR text to the signed bytes: prefix, base45 (RFC 9285), ZLIB (RFC 1950).

The Electronic Health Certificate Specification of the eHealth Network ("hcert spec" below)
says what each step is; its section on barcodes makes the compression mandatory.
"""

from __future__ import annotations

import re
import zlib

import base45

from checkpoint.credential.cose import MalformedError

PREFIX = "HC1:"
TEXT_CAP = 4296
"""Characters that the largest QR code holds in alphanumeric mode (ISO/IEC 18004, 40-L)."""
INFLATED_CAP = 16 * 1024
"""Bytes; published certificates inflate to less than a tenth of it."""

_ALPHABET = re.compile(r"[0-9A-Z $%*+\-./:]*")


def unprefix(text: str) -> str:
    """The base45 text behind `HC1:`. Raises MalformedError."""
    if len(text) > TEXT_CAP:
        raise MalformedError("longer than any QR code")
    if not text.startswith(PREFIX):
        raise MalformedError("no HC1: text")
    return text[len(PREFIX) :]


def decode(body: str) -> bytes:
    """The bytes of a base45 text. Raises MalformedError where a letter is outside the alphabet."""
    if not _ALPHABET.fullmatch(body):
        raise MalformedError("a character outside base45")
    try:
        blob = bytes(base45.b45decode(body))
    except ValueError as fault:
        raise MalformedError("no base45") from fault
    if str(base45.b45encode(blob), "ascii") != body:
        raise MalformedError("base45 that no encoder writes")
    return blob


def inflate(blob: bytes) -> bytes:
    """The bytes of one whole ZLIB stream, at most INFLATED_CAP. Raises MalformedError.

    A bomb is given up at the cap: no more than that is ever allocated for it.
    """
    stream = zlib.decompressobj()
    try:
        inflated = stream.decompress(blob, INFLATED_CAP + 1)
    except zlib.error as fault:
        raise MalformedError("no ZLIB stream") from fault
    if len(inflated) > INFLATED_CAP:
        raise MalformedError("inflates beyond the cap")
    if not stream.eof or stream.unused_data:
        raise MalformedError("a ZLIB stream cut short, or with something after it")
    return inflated
