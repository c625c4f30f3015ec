"""A receipt: what the server signs to say "this is what I held of your chain"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from checkpoint.clock import from_ms, to_ms
from checkpoint.errors import WireError
from checkpoint.keys import Keyring, Purpose, SigningKey, open_note, sign_note


class Standing(StrEnum):
    """What the server did with an entry."""

    ACCEPTED = "accepted"
    """stored, or held already with the same hash"""
    FLAGGED = "flagged"
    """stored, with a mark for the inspector (a gap before it, an unexpected clock)"""
    QUARANTINED = "quarantined"
    """kept aside as it came: it does not fit the chain or can't be read"""


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """The standing of one entry; `why` is a short code, `-` for none."""

    seq: int
    hash: bytes
    standing: Standing
    why: str = "-"


_HEADER = re.compile(
    r"sibao-receipt/v1\n([\w.-]{1,64})\nepoch (\d{1,15})\nat (\d{1,15})\n", re.ASCII
)
_LINE = re.compile(
    r"(\d{1,15}) ([0-9a-f]{64}) (accepted|flagged|quarantined) ([\w-]{1,40})\n", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the server held of a kiosk's batch, at a time. Signed as a note."""

    kiosk_id: str
    epoch: int
    at: datetime
    lines: tuple[ReceiptLine, ...]

    def text(self) -> str:
        """The lines that are signed."""
        rows = (f"{x.seq} {x.hash.hex()} {x.standing} {x.why}\n" for x in self.lines)
        header = f"sibao-receipt/v1\n{self.kiosk_id}\nepoch {self.epoch}\nat {to_ms(self.at)}\n"
        return header + "".join(rows)

    def sign(self, key: SigningKey) -> str:
        """The receipt as a signed note. Raises KeyFault outside the key's purposes."""
        return sign_note(self.text(), Purpose.RECEIPT, key)

    @classmethod
    def open(cls, note: str, keyring: Keyring) -> Receipt:
        """The receipt in a note. Raises WireError when no trusted server key signed it."""
        opened = open_note(note, Purpose.RECEIPT, keyring)
        if opened is None:
            raise WireError(
                "the receipt is not signed by the server's key", remedy="check the server"
            )
        return cls.read(opened[0])

    @classmethod
    def read(cls, text: str) -> Receipt:
        """The receipt in the lines that were signed, the signature not judged. Raises WireError."""
        header = _HEADER.match(text)
        rows = list(_LINE.finditer(text, header.end())) if header else []
        if header is None:
            raise WireError("the receipt is not of version 1", remedy="update the kiosk")
        receipt = cls(
            header[1],
            int(header[2]),
            from_ms(int(header[3])),
            tuple(ReceiptLine(int(r[1]), bytes.fromhex(r[2]), Standing(r[3]), r[4]) for r in rows),
        )
        if receipt.text() != text:
            raise WireError("the receipt has lines that can't be read", remedy="update the kiosk")
        return receipt


def receipt_in(note: str, keyring: Keyring) -> Receipt:
    """The receipt in a note; judged only where the keyring has a key that signs receipts.

    Raises WireError.
    """
    if any(Purpose.RECEIPT in key.purposes for key in keyring.keys):
        return Receipt.open(note, keyring)
    return Receipt.read(note.partition("\n\n")[0] + "\n")
