"""The private side: a key that signs only what it is registered for."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from checkpoint.clock import from_ms
from checkpoint.errors import KeyFault
from checkpoint.keys.keyring import Purpose, TrustedKey
from checkpoint.keys.private_file import broken, read_secret, write_secret

DEFAULT_LIFE = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with its public description. Never printed, never sent."""

    trusted: TrustedKey
    _private: Ed25519PrivateKey = field(repr=False)

    @property
    def key_id(self) -> str:
        """The first four bytes of the SHA-256 of the public key, in hex."""
        return self.trusted.key_id

    @classmethod
    def generate(
        cls,
        owner: str,
        purposes: frozenset[Purpose],
        since: datetime,
        life: timedelta = DEFAULT_LIFE,
    ) -> SigningKey:
        """Make a fresh key from the system's random source.

        Its term begins with the second of `since`: a pass tells its times in whole seconds.
        """
        since = since.replace(microsecond=0)
        return cls._describe(Ed25519PrivateKey.generate(), owner, purposes, (since, since + life))

    @classmethod
    def _describe(
        cls,
        private: Ed25519PrivateKey,
        owner: str,
        purposes: frozenset[Purpose],
        term: tuple[datetime, datetime],
    ) -> SigningKey:
        if not purposes:
            raise KeyFault(
                f"a key of {owner!r} without a purpose can sign nothing", remedy="name one"
            )
        public = private.public_key().public_bytes_raw()
        key_id = hashlib.sha256(public).hexdigest()[:8]
        return cls(TrustedKey(key_id, owner, purposes, public, *term), private)

    def sign(self, purpose: Purpose, message: bytes) -> bytes:
        """The 64-byte signature. Raises KeyFault outside the registered purposes."""
        if purpose not in self.trusted.purposes:
            raise KeyFault(
                f"key {self.key_id} of {self.trusted.owner!r} may not sign {purpose}",
                remedy=f"use a key registered for {purpose}",
            )
        return self._private.sign(message)

    def save(self, path: Path) -> None:
        """Write the key file with mode 0600. Raises KeyFault when the file exists."""
        document = self.trusted.to_json() | {
            "sibao_key": 1,
            "private": base64.b64encode(self._private.private_bytes_raw()).decode(),
        }
        write_secret(path, document)

    @classmethod
    def load(cls, path: Path) -> SigningKey:
        """Read a key file. Raises KeyFault when others could read it, or it is no key."""
        document = read_secret(path)
        try:
            private = Ed25519PrivateKey.from_private_bytes(
                base64.b64decode(document["private"], validate=True)
            )
            return cls._describe(
                private,
                str(document["owner"]),
                frozenset(Purpose(p) for p in document["purposes"]),
                (from_ms(document["since"]), from_ms(document["until"])),
            )
        except (ValueError, KeyError, TypeError, OverflowError) as fault:
            raise broken(path, fault) from fault

    @classmethod
    def load_or_make(
        cls, path: Path, owner: str, purposes: frozenset[Purpose], now: datetime
    ) -> SigningKey:
        """The key in the file; a fresh one, saved, where there is no file yet."""
        if not path.exists():
            cls.generate(owner, purposes, now).save(path)
        return cls.load(path)
