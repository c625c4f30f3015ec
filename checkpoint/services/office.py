"""What every service stands on: the database, the keys, the clock."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from checkpoint.clock import Clock, to_ms
from checkpoint.domain.place import BUREAU
from checkpoint.keys import Keyring, Purpose, SigningKey
from checkpoint.keys.keyring import ENTERPRISE_PASSES, SERVER_PURPOSES
from checkpoint.keys.sealing import SealingKey
from checkpoint.storage.database import Database

SERVER = "server"
"""The owner of the key that signs bundles, receipts and exports."""


@dataclass(frozen=True, slots=True)
class KeyFolder:
    """The private keys of the server, the bureau and the enterprises, made on first need."""

    folder: Path
    clock: Clock
    _held: dict[str, SigningKey | SealingKey] = field(default_factory=dict, repr=False)

    @property
    def server(self) -> SigningKey:
        """Signs bundles, receipts and exports."""
        return self._signing("server.json", SERVER, SERVER_PURPOSES)

    @property
    def bureau(self) -> SigningKey:
        """Signs emergency vehicle passes."""
        return self._signing("bureau.json", BUREAU, frozenset({Purpose.EMERGENCY_VEHICLE}))

    def enterprise(self, enterprise_id: str) -> SigningKey:
        """Signs the passes of one registered enterprise."""
        return self._signing(f"enterprise/{enterprise_id}.json", enterprise_id, ENTERPRISE_PASSES)

    def issuer(self, issuer: str) -> SigningKey:
        """The key of an enterprise or of the bureau."""
        return self.bureau if issuer == BUREAU else self.enterprise(issuer)

    @property
    def sealing(self) -> SealingKey:
        """Seals personal fields and makes their blind indexes."""
        held = self._held.get("sealing.json")
        if not isinstance(held, SealingKey):
            with self._alone():
                held = SealingKey.load_or_make(self.folder / "sealing.json")
            self._held["sealing.json"] = held
        return held

    def server_keyring(self) -> Keyring:
        """What a kiosk trusts for bundles and receipts, and an audit for exports."""
        return Keyring([self.server.trusted])

    def _signing(self, name: str, owner: str, purposes: frozenset[Purpose]) -> SigningKey:
        held = self._held.get(name)
        if not isinstance(held, SigningKey):
            with self._alone():
                now = self.clock.now()
                held = SigningKey.load_or_make(self.folder / name, owner, purposes, now)
            self._held[name] = held
        return held

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time makes keys, so that none reads a half-written file."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


@dataclass(frozen=True, slots=True)
class Office:
    """The database, the keys under the data folder, and the clock."""

    db: Database
    keys: KeyFolder
    clock: Clock

    @classmethod
    def open(cls, database_url: str, keys: Path, clock: Clock) -> Office:
        """Open the database (made by `db upgrade`) and name the key folder.

        Raises StorageFault when the database does not answer.
        """
        return cls(Database.open(database_url), KeyFolder(keys, clock), clock)

    def now_ms(self) -> int:
        """The present time as stored."""
        return to_ms(self.clock.now())

    def close(self) -> None:
        """Let go of the database; may be called twice."""
        self.db.close()
