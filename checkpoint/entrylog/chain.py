"""The hash chain of one kiosk's epoch."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

_ENTRY = b"sibao/entry/v1\0"
_GENESIS = b"sibao/genesis/v1\0"


@dataclass(frozen=True, slots=True)
class Link:
    """One stored entry: its place, its hash, its canonical bytes, its personal side.

    `personal` is what lies beside the body (sealed or plain, as the store keeps it) and
    `salt` what the commitment in the body was made with; both empty once erased.
    """

    kiosk_id: str
    epoch: int
    seq: int
    hash: bytes
    body: bytes
    salt: bytes = b""
    personal: bytes = b""


def genesis(kiosk_id: str, epoch: int) -> bytes:
    """What the first entry of an epoch is linked to: 32 bytes bound to the kiosk and epoch."""
    return hashlib.sha256(_GENESIS + kiosk_id.encode() + b"\0" + epoch.to_bytes(8)).digest()


def link(previous: bytes, body: bytes) -> bytes:
    """The hash of an entry: SHA-256 over a domain tag, the previous hash and the body."""
    return hashlib.sha256(_ENTRY + previous + body).digest()
