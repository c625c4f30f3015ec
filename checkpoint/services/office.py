"""What every service stands on: the database, the keys, the clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from checkpoint.clock import Clock, to_ms
from checkpoint.credential.id_set import IdSet
from checkpoint.services.key_folder import SERVER, KeyFolder
from checkpoint.storage.database import Database

__all__ = ["SERVER", "KeyFolder", "Office"]


@dataclass(frozen=True, slots=True)
class Office:
    """The database, the keys under the data folder, and the clock.

    `revoked` remembers the lists of revoked passes by issuers, each under its mark.
    """

    db: Database
    keys: KeyFolder
    clock: Clock
    revoked: dict[tuple[str, ...], tuple[tuple[int, ...], IdSet]] = field(
        default_factory=dict, repr=False, compare=False
    )

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
