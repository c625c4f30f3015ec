"""What is handed to the journal, and how one row holds it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from checkpoint.clock import to_ms
from checkpoint.domain.entry import Entry, Personal
from checkpoint.entrylog import Link, commit, encode_entry, encode_personal, link
from checkpoint.entrylog.commitment import SALT_BYTES
from checkpoint.errors import KeyFault
from checkpoint.keys.sealing import SealingKey


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry without its place in the chain, and the person it is about.

    The journal fills `kiosk_id`, `epoch`, `seq` and `commitment`.
    """

    entry: Entry
    personal: Personal | None = None

    @property
    def moves(self) -> int | None:
        """Since when the holder is inside after it: ms, 0 for outside; None: nobody moves."""
        return self.entry.moves if self.personal else None


@dataclass(frozen=True, slots=True)
class Tip:
    """The last entry of the chain; `seq` 0 and the genesis hash while there is none."""

    kiosk_id: str
    epoch: int
    seq: int
    hash: bytes


def place(draft: Draft, tip: Tip) -> tuple[Entry, Link]:
    """The entry after `tip`, and its link with the personal side in plain.

    Raises EntryError when the entry is too large.
    """
    plain = encode_personal(draft.personal) if draft.personal else b""
    salt = secrets.token_bytes(SALT_BYTES) if plain else b""
    entry = replace(
        draft.entry,
        kiosk_id=tip.kiosk_id,
        epoch=tip.epoch,
        seq=tip.seq + 1,
        commitment=commit(plain, salt) if plain else b"",
    )
    body = encode_entry(entry)
    digest = link(tip.hash, body)
    return entry, Link(tip.kiosk_id, tip.epoch, entry.seq, digest, body, salt, plain)


def row_of(entry: Entry, k: Link, sealing: SealingKey) -> tuple[object, ...]:
    """The columns of table `entry` up to `pass_id`; every one can be rebuilt from the body."""
    sealed = sealing.seal(k.personal, _belongs(k)) if k.personal else b""
    return (
        *(k.kiosk_id, k.epoch, k.seq, k.hash, k.body, k.salt, sealed),
        to_ms(entry.at),
        str(entry.kind),
        str(entry.outcome or ""),
        str(entry.direction or ""),
        entry.pass_id,
    )


def unsealed(k: Link, sealing: SealingKey) -> Link:
    """The link with its personal side in plain, as it travels.

    Under a lost sealing key it goes as if erased: one row never blocks the others.
    """
    if not k.personal:
        return k
    try:
        return replace(k, personal=sealing.open(k.personal, _belongs(k)))
    except KeyFault:
        return replace(k, personal=b"", salt=b"")


def _belongs(k: Link) -> str:
    return f"journal/{k.kiosk_id}/{k.epoch}/{k.seq}"
