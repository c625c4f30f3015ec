"""Personal fields in and out of their sealed form, and how a name is masked."""

from __future__ import annotations

import unicodedata

from checkpoint.errors import EntryError
from checkpoint.services.office import Office


def seal(office: Office, value: str, belongs_to: str) -> bytes:
    """A text sealed for one place: table, row and column."""
    return office.keys.sealing.seal(value.encode(), belongs_to)


def unseal(office: Office, sealed: bytes | None, belongs_to: str) -> str:
    """The text again; empty for none. Raises KeyFault when it was moved or changed."""
    return office.keys.sealing.open(sealed, belongs_to).decode() if sealed else ""


def index(office: Office, column: str, value: str) -> bytes:
    """The blind index of a whole value in composed form."""
    return office.keys.sealing.blind_index(unicodedata.normalize("NFC", value.strip()), column)


def masked(name: str) -> str:
    """A name of which the first character stays: 张三 as 张*."""
    return name[:1] + "*" * (len(name) - 1)


def pack(salt: bytes, personal: bytes) -> bytes:
    """The salt and the personal side of an entry as one text to seal: they die together."""
    return bytes([len(salt)]) + salt + personal


def unpack(blob: bytes) -> tuple[bytes, bytes]:
    """Salt and personal side. Raises EntryError."""
    if not blob or len(blob) <= blob[0]:
        raise EntryError("a sealed personal side is cut short")
    return blob[1 : 1 + blob[0]], blob[1 + blob[0] :]


def entry_place(kiosk_id: str, epoch: int, seq: int) -> str:
    """What the sealed personal side of an entry belongs to."""
    return f"entry/{kiosk_id}/{epoch}/{seq}"
