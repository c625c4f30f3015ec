"""A head: what a kiosk signs to say "up to here, this is my chain"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from checkpoint.clock import from_ms, to_ms
from checkpoint.keys import Keyring, Purpose, SigningKey, open_note, sign_note

_FORM = re.compile(
    r"sibao-head/v1\n(?P<kiosk>[\w.-]{1,64})\nepoch (?P<epoch>\d{1,15})\nseq (?P<seq>\d{1,15})\n"
    r"hash (?P<hash>[0-9a-f]{64})\nat (?P<at>\d{1,15})\n",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a chain at a time."""

    kiosk_id: str
    epoch: int
    seq: int
    hash: bytes
    at: datetime

    def text(self) -> str:
        """The lines that are signed."""
        return (
            f"sibao-head/v1\n{self.kiosk_id}\nepoch {self.epoch}\nseq {self.seq}\n"
            f"hash {self.hash.hex()}\nat {to_ms(self.at)}\n"
        )


def sign_head(head: Head, key: SigningKey) -> str:
    """The head as a signed note. Raises KeyFault when the key may not sign heads."""
    return sign_note(head.text(), Purpose.HEAD, key)


def open_head(note: str, keyring: Keyring) -> Head | None:
    """The head in a note; None when no trusted key of the kiosk it names signed it."""
    opened = open_note(note, Purpose.HEAD, keyring)
    if opened is None:
        return None
    text, key = opened
    form = _FORM.fullmatch(text)
    if form is None or form["kiosk"] != key.owner:
        return None
    head = Head(
        form["kiosk"],
        int(form["epoch"]),
        int(form["seq"]),
        bytes.fromhex(form["hash"]),
        from_ms(int(form["at"])),
    )
    return head if head.text() == text else None
