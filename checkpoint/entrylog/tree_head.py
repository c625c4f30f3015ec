"""The head of the receipt log: a C2SP tlog-checkpoint, and the leaves that it stands over."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import datetime

from checkpoint.clock import from_ms, to_ms
from checkpoint.entrylog.receipt import ReceiptLine, Standing
from checkpoint.entrylog.tree import HASH_BYTES, leaf_hash
from checkpoint.keys import Keyring, Purpose, SigningKey, open_note, sign_note

SERVER = "server"
"""The owner of the keys that sign tree heads."""

_ORIGIN = r"sibao\.receipts/[0-9a-f]{16}/[1-9]\d{0,14}"
_FORM = re.compile(rf"({_ORIGIN})\n(0|[1-9]\d{{0,14}})\n([A-Za-z0-9+/]{{43}}=)\n", re.ASCII)
_LEAF = re.compile(
    r"sibao-leaf/v1\n([\w.-]{1,64})\nepoch (\d{1,16})\nat (\d{1,15})\n"
    r"(\d{1,16}) ([0-9a-f]{64}) (accepted|flagged|quarantined) ([\w-]{1,40})\n",
    re.ASCII,
)
_OPENING = re.compile(
    rf"sibao-log/v1\n({_ORIGIN})\nat \d{{1,15}}\n"
    rf"follows (?:-|({_ORIGIN}) (\d{{1,15}}) ([A-Za-z0-9+/]{{43}}=))\n",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class TreeHead:
    """How far a receipt log goes: whose, its number of leaves, its root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    @property
    def name(self) -> str:
        """The deployment, which stays the same through restores."""
        return self.origin.split("/")[1]

    @property
    def begun(self) -> int:
        """When this log began, milliseconds; a restore begins another one."""
        return int(self.origin.split("/")[2])

    def text(self) -> str:
        """The lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def sign(self, key: SigningKey) -> str:
        """The head as a signed note under the log's name. Raises KeyFault."""
        return sign_note(self.text(), Purpose.RECEIPT, key, self.origin)

    @classmethod
    def read(cls, note: str) -> TreeHead | None:
        """The head in a note, whoever signed it; None for another text."""
        text = note.partition("\n\n")[0]
        form = _FORM.fullmatch(f"{text}\n")
        if form is None:
            return None
        root = base64.b64decode(form[3])
        head = cls(form[1], int(form[2]), root)
        return head if len(root) == HASH_BYTES and head.text() == f"{text}\n" else None

    @classmethod
    def open(cls, note: str, keyring: Keyring) -> TreeHead | None:
        """The head in a note; None when no trusted key of the server signed it."""
        opened = open_note(note, Purpose.RECEIPT, keyring, SERVER)
        return cls.read(note) if opened else None


@dataclass(frozen=True, slots=True)
class Leaf:
    """One line of a receipt as it stands in the log. It holds hashes, no personal data."""

    kiosk_id: str
    epoch: int
    at: datetime
    line: ReceiptLine

    def text(self) -> str:
        """The bytes of the leaf, as text."""
        x = self.line
        return (
            f"sibao-leaf/v1\n{self.kiosk_id}\nepoch {self.epoch}\nat {to_ms(self.at)}\n"
            f"{x.seq} {x.hash.hex()} {x.standing} {x.why}\n"
        )

    def hash(self) -> bytes:
        """The leaf's hash in the tree."""
        return leaf_hash(self.text().encode())

    @classmethod
    def read(cls, text: str) -> Leaf | None:
        """The leaf in a text; None for another one."""
        form = _LEAF.fullmatch(text)
        if form is None:
            return None
        line = ReceiptLine(int(form[4]), bytes.fromhex(form[5]), Standing(form[6]), form[7])
        leaf = cls(form[1], int(form[2]), from_ms(int(form[3])), line)
        return leaf if leaf.text() == text else None


def origin_of(name: str, begun: int) -> str:
    """The name of a log: the deployment's (16 hex digits) and when the log began."""
    return f"sibao.receipts/{name}/{begun}"


def opening(origin: str, at: datetime, follows: TreeHead | None) -> str:
    """The first leaf of every log: its name, and the log that it goes on from after a restore."""
    before = "follows -\n"
    if follows is not None:
        root = base64.b64encode(follows.root).decode()
        before = f"follows {follows.origin} {follows.size} {root}\n"
    return f"sibao-log/v1\n{origin}\nat {to_ms(at)}\n{before}"


def opening_at(text: str) -> str:
    """The name of the log that an opening begins; '' for another text."""
    form = _OPENING.fullmatch(text)
    return form[1] if form else ""


def follows(text: str) -> TreeHead | None:
    """The head that an opening says its log goes on from; None for a first log."""
    form = _OPENING.fullmatch(text)
    if form is None or form[2] is None:
        return None
    return TreeHead(form[2], int(form[3]), base64.b64decode(form[4]))
