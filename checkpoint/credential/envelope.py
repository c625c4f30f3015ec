"""QR text to bytes and back: the prefix, the cap, base45 (RFC 9285)."""

from __future__ import annotations

import base45

from checkpoint.credential.cose import MalformedError

PREFIX = "SB1:"
TEXT_CAP = 1024
"""Characters; a longer text is refused before anything is decoded."""


def to_text(blob: bytes, prefix: str = PREFIX) -> str:
    """The QR text of an envelope, in the QR alphanumeric alphabet."""
    return prefix + str(base45.b45encode(blob), "ascii")


def from_text(text: str, prefix: str = PREFIX) -> bytes:
    """The envelope in a QR text. Raises MalformedError when it is none of ours."""
    if len(text) > TEXT_CAP or not text.startswith(prefix):
        raise MalformedError(f"no {prefix} text of at most 1,024 characters")
    body = text[len(prefix) :]
    try:
        blob = bytes(base45.b45decode(body))
    except ValueError as fault:
        raise MalformedError("no base45") from fault
    if to_text(blob, prefix) != text:
        raise MalformedError("base45 with something around it")
    return blob
