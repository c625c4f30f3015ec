"""The public side: which key may sign what, for whom, from when until when."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from checkpoint.clock import from_ms, to_ms
from checkpoint.durable import replace_file
from checkpoint.errors import KeyFault


class Purpose(StrEnum):
    """What a key may sign. The first four are the pass kinds, spelled alike."""

    WORKER = "worker"
    COMMUTING_VEHICLE = "commuting_vehicle"
    EMERGENCY_VEHICLE = "emergency_vehicle"
    VISITOR = "visitor"
    HEAD = "head"
    RECEIPT = "receipt"
    BUNDLE = "bundle"
    EXPORT = "export"


ENTERPRISE_PASSES = frozenset({Purpose.WORKER, Purpose.COMMUTING_VEHICLE, Purpose.VISITOR})
SERVER_PURPOSES = frozenset({Purpose.RECEIPT, Purpose.BUNDLE, Purpose.EXPORT})


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A public key, 32 bytes Ed25519; `key_id` is 8 hex digits, `until` is exclusive."""

    key_id: str
    owner: str
    purposes: frozenset[Purpose]
    public: bytes
    since: datetime
    until: datetime

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether `signature` over `message` is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def in_force(self, at: datetime) -> bool:
        """Whether the key may have signed at `at`."""
        return self.since <= at < self.until

    def to_json(self) -> dict[str, object]:
        """The form kept in keyring files, bundles and exports."""
        return {
            "key_id": self.key_id,
            "owner": self.owner,
            "purposes": sorted(self.purposes),
            "public": base64.b64encode(self.public).decode(),
            "since": to_ms(self.since),
            "until": to_ms(self.until),
        }

    @classmethod
    def from_json(cls, value: object) -> TrustedKey:
        """Read back `to_json`. Raises KeyFault naming the field at fault."""
        if not isinstance(value, dict):
            raise KeyFault("a keyring entry is not an object", remedy="restore the keyring file")
        try:
            key = cls(
                key_id=str(value["key_id"]),
                owner=str(value["owner"]),
                purposes=frozenset(Purpose(p) for p in value["purposes"]),
                public=base64.b64decode(value["public"], validate=True),
                since=from_ms(value["since"]),
                until=from_ms(value["until"]),
            )
            Ed25519PublicKey.from_public_bytes(key.public)
        except (KeyError, TypeError, ValueError, OverflowError) as fault:
            raise KeyFault(
                f"keyring entry {value.get('key_id')!r}: {fault!r}",
                remedy="restore the keyring file",
            ) from fault
        return key


class Keyring:
    """Trusted keys by id; several keys may share an id, all of them are tried."""

    def __init__(self, keys: Iterable[TrustedKey] = ()) -> None:
        self.keys = tuple(keys)
        self._by_id: dict[str, list[TrustedKey]] = {}
        for key in self.keys:
            self._by_id.setdefault(key.key_id, []).append(key)

    def by_id(self, key_id: str) -> tuple[TrustedKey, ...]:
        """The keys under an id, empty when unknown."""
        return tuple(self._by_id.get(key_id, ()))

    def owned(self, owner: str, purpose: Purpose) -> tuple[TrustedKey, ...]:
        """The keys that `owner` may use for `purpose`."""
        return tuple(k for k in self.keys if k.owner == owner and purpose in k.purposes)

    def __add__(self, other: Keyring) -> Keyring:
        """Both keyrings as one, in order, each key once."""
        return Keyring(dict.fromkeys((*self.keys, *other.keys)))

    def to_json(self) -> dict[str, object]:
        """The document of a keyring file."""
        return {"sibao_keyring": 1, "keys": [key.to_json() for key in self.keys]}

    @classmethod
    def from_json(cls, value: object) -> Keyring:
        """Read back `to_json`. Raises KeyFault when it is no keyring of version 1."""
        if not isinstance(value, dict) or value.get("sibao_keyring") != 1:
            raise KeyFault("not a Sibao keyring of version 1", remedy="give a keyring file")
        keys = value.get("keys")
        if not isinstance(keys, list):
            raise KeyFault("the keyring has no list `keys`", remedy="restore the keyring file")
        return cls(TrustedKey.from_json(key) for key in keys)

    @classmethod
    def load(cls, path: Path) -> Keyring:
        """Read a keyring file. Raises KeyFault naming the file."""
        try:
            return cls.from_json(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, RecursionError) as fault:
            raise KeyFault(f"{path}: {fault}", remedy="give a readable keyring file") from fault

    def save(self, path: Path) -> None:
        """Write the keyring file, whole or not at all, on disk when it returns.

        Raises KeyFault when it can't be written.
        """
        document = json.dumps(self.to_json(), indent=1) + "\n"
        try:
            replace_file(path, document.encode(), mode=0o644)
        except OSError as fault:
            raise KeyFault(
                f"{path}: {fault.strerror}", remedy="name a file that can be written"
            ) from fault
