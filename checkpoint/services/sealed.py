"""Personal fields in and out of their sealed form, and how a name is masked."""

from __future__ import annotations

import unicodedata

from checkpoint.entrylog import Link
from checkpoint.keys.sealing_ring import SealingRing
from checkpoint.services.office import Office


def seal(office: Office, value: str, belongs_to: str) -> bytes:
    """A text sealed for one place: table, row and column."""
    return office.keys.sealing.seal(value.encode(), belongs_to)


def unseal(office: Office, sealed: bytes | None, belongs_to: str) -> str:
    """The text again; empty for none. Raises KeyFault when it was moved or changed."""
    return office.keys.sealing.open(sealed, belongs_to).decode() if sealed else ""


def index(office: Office, column: str, value: str) -> bytes:
    """The blind index of a whole value in composed form, as it is stored from now on."""
    return index_under(office.keys.sealing, column, value)


def index_under(ring: SealingRing, column: str, value: str) -> bytes:
    """As `index`, by the first key of a ring."""
    return ring.blind_index(_plain(value), column)


def indexes(office: Office, column: str, value: str) -> tuple[bytes, ...]:
    """All blind indexes that may be stored of a value: two while the key is being replaced."""
    return indexes_under(office.keys.sealing, column, value)


def indexes_under(ring: SealingRing, column: str, value: str) -> tuple[bytes, ...]:
    """As `indexes`, by the keys of a ring."""
    return ring.blind_indexes(_plain(value), column)


def _plain(value: str) -> str:
    return unicodedata.normalize("NFC", value.strip())


def masked(name: str) -> str:
    """A name of which the first character stays: 张三 as 张*."""
    return name[:1] + "*" * (len(name) - 1)


def seal_side(office: Office, link: Link) -> bytes:
    """The personal side of an entry, sealed together with its salt: they die together."""
    if not link.salt and not link.personal:
        return b""
    blob = bytes([len(link.salt)]) + link.salt + link.personal
    return office.keys.sealing.seal(blob, _place(link))


def personal_side(office: Office, link: Link) -> tuple[bytes, bytes]:
    """The salt and the encoded personal side of a stored entry, both empty once erased.

    Raises KeyFault when the sealed field was changed or moved.
    """
    return side_under(office.keys.sealing, link) if link.personal else (b"", b"")


def side_under(ring: SealingRing, link: Link) -> tuple[bytes, bytes]:
    """As `personal_side`, of an entry that has one, by the keys of a ring."""
    blob = ring.open(link.personal, _place(link))
    return blob[1 : 1 + blob[0]], blob[1 + blob[0] :]


def _place(link: Link) -> str:
    return f"entry/{link.kiosk_id}/{link.epoch}/{link.seq}"
