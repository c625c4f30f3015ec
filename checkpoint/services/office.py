"""What every service stands on: the database, the keys, the clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from checkpoint.clock import Clock, to_ms
from checkpoint.credential.foreign import Certificates
from checkpoint.credential.id_set import IdSet
from checkpoint.services.key_folder import SERVER, KeyFolder
from checkpoint.storage.database import Database
from checkpoint.storage.head_store import HeadStore
from checkpoint.wire.health import HealthTable
from checkpoint.wire.manifests import Manifests

__all__ = ["SERVER", "KeyFolder", "Office"]


def beside(data: Path) -> Path:
    """Where heads are kept unless told otherwise: outside of the data folder, next to it."""
    data = data.absolute()
    return data.with_name(f"{data.name}-heads")


@dataclass(frozen=True, slots=True)
class Office:
    """The database, the keys under the data folder, the clock, the heads kept elsewhere.

    `revoked` remembers the lists of revoked passes by issuers, each under its mark, `health` what
    is known of each enterprise's workers, and when (ms) it was read; `manifests` its commuting
    vehicles under their mark; `certificates` the list of signer certificates under the number of
    its last change.
    """

    db: Database
    keys: KeyFolder
    clock: Clock
    heads: HeadStore
    revoked: dict[tuple[str, ...], tuple[tuple[int, ...], IdSet]] = field(
        default_factory=dict, repr=False, compare=False
    )
    health: dict[str, tuple[tuple[int, ...], int, HealthTable]] = field(
        default_factory=dict, repr=False, compare=False
    )
    manifests: dict[str, tuple[tuple[int, ...], Manifests]] = field(
        default_factory=dict, repr=False, compare=False
    )
    certificates: dict[int, Certificates] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def open(cls, database_url: str, keys: Path, clock: Clock, heads: Path | None = None) -> Office:
        """Open the database (made by `db upgrade`), name the key folder and the heads' folder.

        The heads lie beside the data folder, which holds the keys, unless told otherwise.
        Raises StorageFault when the database does not answer.
        """
        store = HeadStore(heads or beside(keys.parent))
        return cls(Database.open(database_url), KeyFolder(keys, clock), clock, store)

    def now_ms(self) -> int:
        """The present time as stored."""
        return to_ms(self.clock.now())

    def close(self) -> None:
        """Let go of the database; may be called twice."""
        self.db.close()
