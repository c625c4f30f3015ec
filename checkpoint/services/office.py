"""What every service stands on: the database, the keys, the clock."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from checkpoint.clock import Clock, to_ms
from checkpoint.services.key_folder import SERVER, KeyFolder
from checkpoint.storage.database import Database

__all__ = ["SERVER", "KeyFolder", "Office"]


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
