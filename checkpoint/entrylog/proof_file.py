"""One entry proven to an outsider: a file of a few kilobytes, and its one form.

The form is docs/formats.md, section "Proof of one entry". A file that is no such proof, byte for
byte, reads as the words for what is wrong with it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from checkpoint.entrylog.export_line import canonical_line, is_whole, parsed
from checkpoint.entrylog.tree import HASH_BYTES

VERSION = 1
LARGEST = 1 << 16
"""Bytes; a proof has a tenth of it."""

_MARKS = (b"c2sp.org/tlog-proof@v1", b'"sibao_proof":')
_TEXTS = ("body", "key", "leaf", "previous", "proof")
_HEX = re.compile("(?:[0-9a-f]{2})*")
_PROOF = re.compile(
    r"c2sp\.org/tlog-proof@v1\nindex (0|[1-9]\d{0,14})\n((?:[A-Za-z0-9+/]{43}=\n){0,64})\n(.*)",
    re.ASCII | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Inclusion:
    """A C2SP tlog-proof: which leaf, its path, the note of the tree head."""

    index: int
    path: tuple[bytes, ...]
    head: str

    def text(self) -> str:
        """The proof as C2SP writes it."""
        return f"c2sp.org/tlog-proof@v1\nindex {self.index}\n{_lines(self.path)}\n{self.head}"

    @classmethod
    def read(cls, text: str) -> Inclusion | None:
        """The proof in a text; None for another text."""
        form = _PROOF.fullmatch(text)
        if form is None:
            return None
        read = cls(int(form[1]), tuple(map(base64.b64decode, form[2].split())), form[3])
        return read if read.text() == text else None


@dataclass(frozen=True, slots=True)
class Since:
    """That the head's tree goes on from an earlier one: its size and root, and the path."""

    size: int
    root: bytes
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """One entry: its bytes, the hash before it, its leaf, the proof of that, who signed.

    `key` is the C2SP verifier key of the tree head's signer, `person` the plain personal record
    with its salt where it was handed out.
    """

    body: bytes
    previous: bytes
    leaf: str
    inclusion: Inclusion
    key: str
    person: tuple[bytes, bytes] | None = None
    since: Since | None = None

    def to_bytes(self) -> bytes:
        """The file."""
        value: dict[str, Any] = {
            "sibao_proof": VERSION,
            "body": self.body.hex(),
            "previous": self.previous.hex(),
            "leaf": self.leaf,
            "proof": self.inclusion.text(),
            "key": self.key,
        }
        if self.person:
            record, salt = self.person
            value["person"] = {"record": record.hex(), "salt": salt.hex()}
        if self.since:
            path = [_base64(step) for step in self.since.path]
            root = _base64(self.since.root)
            value["since"] = {"path": path, "root": root, "size": self.since.size}
        return canonical_line(value)


def is_proof(content: bytes) -> bool:
    """Whether a file is meant as a proof, damaged or not; either of its two marks is enough."""
    return len(content) <= LARGEST and any(mark in content for mark in _MARKS)


def read_proof(content: bytes) -> Proof | str:
    """The proof in a file, or what is wrong with its form."""
    value = parsed(content)
    if flaw := _flaw(value if is_whole(content, value) else {}):
        return flaw
    inclusion = Inclusion.read(value["proof"])
    person, since = _person(value.get("person")), _since(value.get("since"))
    if inclusion is None:
        return "the proof is not in the form of C2SP tlog-proof"
    if ("person" in value and not person) or ("since" in value and not since):
        return "the person, or the earlier head, is not in its form"
    body, previous = bytes.fromhex(value["body"]), bytes.fromhex(value["previous"])
    return Proof(body, previous, value["leaf"], inclusion, value["key"], person, since)


def _flaw(value: dict[str, Any]) -> str:
    """What is wrong with the parts that every proof has; empty for nothing."""
    if not value:
        return "the file is not one line of JSON as it was written"
    if value.keys() - {"person", "since"} != {"sibao_proof", *_TEXTS}:
        return "a part of the file is missing, or there is one too many"
    if type(value["sibao_proof"]) is not int or value["sibao_proof"] != VERSION:
        return "the file is a proof of another version"
    if not all(isinstance(value[name], str) for name in _TEXTS):
        return "a part of the file is no text"
    if not (_HEX.fullmatch(value["body"]) and _HEX.fullmatch(value["previous"])):
        return "body or previous hash is not lower-case hex"
    return ""


def _person(value: object) -> tuple[bytes, bytes] | None:
    match value:
        case {"record": str(record), "salt": str(salt), **more} if not more:
            if _HEX.fullmatch(record) and _HEX.fullmatch(salt):
                return bytes.fromhex(record), bytes.fromhex(salt)
    return None


def _since(value: object) -> Since | None:
    match value:
        case {"path": list(path), "root": str(root), "size": int(size), **more} if not more:
            hashes = [_hash(step) for step in (root, *path)]
            if type(size) is int and 0 < size < 1 << 53 and all(hashes):
                return Since(size, hashes[0], tuple(hashes[1:]))
    return None


def _hash(text: object) -> bytes:
    """The hash in base64; empty for another text."""
    if not isinstance(text, str) or not re.fullmatch("[A-Za-z0-9+/]{43}=", text):
        return b""
    found = base64.b64decode(text)
    return found if len(found) == HASH_BYTES and _base64(found) == text else b""


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _lines(path: Sequence[bytes]) -> str:
    return "".join(f"{_base64(step)}\n" for step in path)
