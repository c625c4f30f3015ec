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
    "Receipt",
    "ReceiptLine",
    "ReceiptMessage",
    "Standing",
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


class Batch(BaseModel):
    """Consecutive entries of one epoch and a head that is at or after the last of them."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    kiosk_id: Annotated[str, Field(min_length=1, max_length=64)]
    epoch: Serial
    entries: Annotated[list[EntryMessage], Field(max_length=BATCH_LIMIT)]
    head: Annotated[str, Field(max_length=1024)]

    def links(self) -> list[Link]:
        """The entries as links of the kiosk's chain."""
        return [
            Link(self.kiosk_id, self.epoch, e.seq, e.hash, e.body, e.salt, e.personal)
            for e in self.entries
        ]


def batch_of(links: list[Link], head: str) -> Batch:
    """The message for links of one (kiosk, epoch), at least one."""
    messages = [
        EntryMessage.model_construct(
            seq=k.seq, hash=k.hash, body=k.body, salt=k.salt, personal=k.personal
        )
        for k in links
    ]
    return Batch.model_construct(
        kiosk_id=links[0].kiosk_id, epoch=links[0].epoch, entries=messages, head=head
    )


class ReceiptMessage(BaseModel):
    """The answer to a batch: the signed note of a Receipt."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    receipt: Annotated[str, Field(max_length=65536)]
