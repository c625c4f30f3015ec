"""What a verifier far from the server is given: a keyring, and which keys were withdrawn.

A keyring file with two more fields that readers of a keyring pass over: `withdrawn_keys`, the
keys of which something was withdrawn, and `withdrawn`, what of them. See docs/formats.md.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from checkpoint.durable import replace_file
from checkpoint.errors import KeyFault
from checkpoint.keys.keyring import Keyring, TrustedKey
from checkpoint.keys.withdrawal import Withdrawal


@dataclass(frozen=True, slots=True)
class TrustFile:
    """`believed` are keys of which nothing was withdrawn; `known` are the others."""

    believed: Keyring
    known: Keyring
    withdrawn: tuple[Withdrawal, ...] = ()

    def save(self, path: Path) -> None:
        """Write the file, whole or not at all. Raises KeyFault when it can't be written."""
        document = self.believed.to_json() | {
            "withdrawn_keys": [key.to_json() for key in self.known.keys],
            "withdrawn": [withdrawal.to_list() for withdrawal in self.withdrawn],
        }
        try:
            replace_file(path, f"{json.dumps(document, indent=1)}\n".encode(), mode=0o644)
        except OSError as fault:
            raise KeyFault(
                f"{path}: {fault.strerror}", remedy="name a file that can be written"
            ) from fault

    @classmethod
    def load(cls, path: Path) -> TrustFile:
        """Read the file, or a keyring without withdrawals. Raises KeyFault naming the file."""
        believed = Keyring.load(path)
        document = json.loads(path.read_text(encoding="utf-8"))
        lists = [document.get(name, []) for name in ("withdrawn_keys", "withdrawn")]
        if not all(isinstance(each, list) for each in lists):
            raise KeyFault(f"{path}: `withdrawn` is no list", remedy="export the keys again")
        keys, gone = lists
        return cls(
            believed,
            Keyring(TrustedKey.from_json(key) for key in keys),
            tuple(Withdrawal.from_list(each) for each in gone),
        )
