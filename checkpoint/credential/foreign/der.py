"""The little of DER (X.690) that reads a certificate (RFC 5280) without judging its extensions.

Published certificates have extensions that a strict parser refuses as a whole, with the key
and the validity that we need. So only the path to what we need is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

_SEQUENCE, _OCTETS, _OID = 0x30, 0x04, 0x06
_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18
_VERSION, _EXTENSIONS = 0xA0, 0xA3
_COUNTRY_NAME = bytes.fromhex("550406")
_COUNTRY = re.compile(r"[A-Z]{2}")


class DerError(Exception):
    """The bytes are no certificate. Callers turn it into their own."""


@dataclass(frozen=True, slots=True)
class Part:
    """One element: its tag, its content, and the whole of it."""

    tag: int
    content: bytes
    whole: bytes


@dataclass(frozen=True, slots=True)
class Anatomy:
    """What we need of a certificate. `extensions` are the bytes of the list, unread.

    `country` is the subject's (RFC 5280 appendix A: two letters), empty where there is none.
    """

    public_key: bytes
    since: datetime
    until: datetime
    extensions: bytes
    country: str


def dissect(certificate: bytes) -> Anatomy:
    """Take a certificate apart. Raises DerError."""
    to_be_signed = _inner(_inner(certificate), first=True)
    fields = list(_parts(to_be_signed))
    if fields and fields[0].tag == _VERSION:
        fields.pop(0)
    if len(fields) < 6 or fields[3].tag != _SEQUENCE or fields[5].tag != _SEQUENCE:
        raise DerError("the fields are not those of a certificate")
    validity = list(_parts(fields[3].content))
    if len(validity) != 2:
        raise DerError("the validity is not two times")
    since, until = (_time(part) for part in validity)
    extensions = b"".join(part.content for part in fields[6:] if part.tag == _EXTENSIONS)
    country = _country(fields[4].content)
    return Anatomy(fields[5].whole, since, until, extensions, country)


def extension(extensions: bytes, oid: bytes) -> bytes:
    """The content of the extensions under an OID (its content bytes), empty when none is.

    Where the list can't be read, all of its bytes are returned.
    """
    found = b""
    try:
        for part in _parts(_inner(extensions)) if extensions else ():
            name, *_, value = _parts(part.content)
            if (name.tag, name.content, value.tag) == (_OID, oid, _OCTETS):
                found += value.content
    except (DerError, ValueError):
        return extensions
    return found


def _country(name: bytes) -> str:
    try:
        attributes = [a for group in _parts(name) for a in _parts(group.content)]
        for oid, value in (tuple(_parts(attribute.content)) for attribute in attributes):
            text = value.content.decode("ascii", "replace").upper()
            if oid.content == _COUNTRY_NAME and _COUNTRY.fullmatch(text):
                return text
    except (DerError, ValueError):
        pass
    return ""


def _inner(blob: bytes, *, first: bool = False) -> bytes:
    """The content of the one sequence in `blob`, or of the first one."""
    parts = list(_parts(blob))
    if not parts or parts[0].tag != _SEQUENCE or (len(parts) > 1 and not first):
        raise DerError("no sequence")
    return parts[0].content


def _parts(blob: bytes) -> Iterator[Part]:
    at = 0
    while at < len(blob):
        head = blob[at : at + 2]
        if len(head) < 2 or head[0] & 0x1F == 0x1F:
            raise DerError("cut short, or a tag of several bytes")
        start, length = at + 2, head[1]
        if length & 0x80:
            width = length & 0x7F
            if not 1 <= width <= 4 or start + width > len(blob):
                raise DerError("no definite length")
            length = int.from_bytes(blob[start : start + width])
            start += width
        if start + length > len(blob):
            raise DerError("cut short")
        yield Part(head[0], blob[start : start + length], blob[at : start + length])
        at = start + length


def _time(part: Part) -> datetime:
    text = part.content.decode("ascii", "replace")
    if part.tag == _UTC_TIME:
        # RFC 5280 section 4.1.2.5.1: two digits of the year mean 1950 to 2049.
        text = ("19" if text[:2] >= "50" else "20") + text
    elif part.tag != _GENERALIZED_TIME:
        raise DerError("no time")
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as fault:
        raise DerError("no time") from fault
