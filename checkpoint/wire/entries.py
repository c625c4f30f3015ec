"""A batch of entries going up and the signed receipt coming down."""

from __future__ import annotations

from typing import Annotated

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field

from checkpoint.entrylog import Link
from checkpoint.entrylog.receipt import Receipt, ReceiptLine, Standing

__all__ = [
    "BATCH_LIMIT",
    "Batch",
    "EntryMessage",
    "HeldMessage",
    "KnownTree",
    "Receipt",
    "ReceiptLine",
    "ReceiptMessage",
    "Standing",
    "TreeMessage",
    "batch_of",
]

BATCH_LIMIT = 256
"""Entries in one batch at most."""

Serial = Annotated[int, Field(ge=1, le=1 << 53)]


class EntryMessage(BaseModel):
    """One entry: base64 of its hash, canonical bytes, and of the personal side."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    seq: Serial
    hash: Annotated[Base64Bytes, Field(max_length=64)]
    body: Annotated[Base64Bytes, Field(max_length=16384)]
    salt: Annotated[Base64Bytes, Field(max_length=64)] = b""
    personal: Annotated[Base64Bytes, Field(max_length=2048)] = b""


class KnownTree(BaseModel):
    """The furthest tree head that a kiosk believed: whose log, how many leaves."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    origin: Annotated[str, Field(max_length=64)]
    size: Serial


class Batch(BaseModel):
    """Consecutive entries of one epoch and a head that is at or after the last of them.

    `tree` is what the kiosk knows of the server's receipt log, None before its first head.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    kiosk_id: Annotated[str, Field(min_length=1, max_length=64)]
    epoch: Serial
    entries: Annotated[list[EntryMessage], Field(max_length=BATCH_LIMIT)]
    head: Annotated[str, Field(max_length=1024)]
    tree: KnownTree | None = None

    def links(self) -> list[Link]:
        """The entries as links of the kiosk's chain."""
        return [
            Link(self.kiosk_id, self.epoch, e.seq, e.hash, e.body, e.salt, e.personal)
            for e in self.entries
        ]


def batch_of(links: list[Link], head: str, tree: KnownTree | None = None) -> Batch:
    """The message for links of one (kiosk, epoch), at least one."""
    messages = [
        EntryMessage.model_construct(
            seq=k.seq, hash=k.hash, body=k.body, salt=k.salt, personal=k.personal
        )
        for k in links
    ]
    return Batch.model_construct(
        kiosk_id=links[0].kiosk_id, epoch=links[0].epoch, entries=messages, head=head, tree=tree
    )


class TreeMessage(BaseModel):
    """The signed head of the server's receipt log, and the proof that it goes on.

    `path` proves that the log extends the head that the kiosk named; where it named none or one
    of another log, that `opening` is this log's first leaf. `head` is empty before the first.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    head: Annotated[str, Field(max_length=1024)]
    path: Annotated[list[Base64Bytes], Field(max_length=128)] = []
    opening: Annotated[str, Field(max_length=512)] = ""


class ReceiptMessage(BaseModel):
    """The answer to a batch: the signed note of a Receipt, and the log that it went into."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    receipt: Annotated[str, Field(max_length=65536)]
    tree: TreeMessage | None = None


class HeldMessage(BaseModel):
    """How much of a kiosk's epoch the server holds: every entry up to `seq`, the last is `last`."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    epoch: Serial
    seq: Annotated[int, Field(ge=0, le=1 << 53)]
    last: Annotated[int, Field(ge=0, le=1 << 53)]
