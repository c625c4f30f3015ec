"""What is known of the health of an enterprise's holders, in a bundle: four columns, no names.

A holder takes 17 bytes: 8 for the id, 1 for the status, 4 each for two times in minutes.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from checkpoint.credential.id_set import ID_BYTES, IdSet
from checkpoint.domain.health_status import HealthStatus, KnownHealth

_CODES: tuple[HealthStatus | None, ...] = (
    None,
    HealthStatus.GREEN,
    HealthStatus.YELLOW,
    HealthStatus.RED,
)
"""The number of a status on the wire is its place here."""
_NUMBERS = {status: number for number, status in enumerate(_CODES)}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_MINUTES_MOST = 2**32 - 1
_COLUMNS = ("ids", "status", "until", "declared")


@dataclass(frozen=True, slots=True)
class HealthTable:
    """Holders in the order of their ids: of each the status, its end, the last declaration.

    Times are whole minutes since 1970, cut down, so that nothing counts longer than was said; 0
    for none.
    """

    ids: IdSet = field(default_factory=IdSet)
    status: bytes = b""
    until: tuple[int, ...] = ()
    declared: tuple[int, ...] = ()

    @classmethod
    def of(cls, rows: Iterable[tuple[str, KnownHealth]]) -> HealthTable:
        """The table of these holders, each of whom is there once."""
        ordered = sorted(((int(one, 16), known) for one, known in rows), key=lambda row: row[0])
        return cls(
            IdSet(f"{number:016x}" for number, _ in ordered),
            bytes(_NUMBERS[known.status] for _, known in ordered),
            tuple(_minutes(known.until) for _, known in ordered),
            tuple(_minutes(known.declared_at) for _, known in ordered),
        )

    @classmethod
    def from_document(cls, document: Mapping[str, bytes]) -> HealthTable:
        """Read back `to_document`.

        Raises ValueError where the columns don't fit together, KeyError for one that is missing.
        """
        blobs = [document[name] for name in _COLUMNS]
        if len(document) != len(_COLUMNS) or not all(isinstance(blob, bytes) for blob in blobs):
            raise ValueError("the health of the holders has other columns")
        ids, status = IdSet.from_bytes(blobs[0]), blobs[1]
        if max(status, default=0) >= len(_CODES):
            raise ValueError("a health status is not known")
        until, declared = _numbers(blobs[2]), _numbers(blobs[3])
        if not len(ids) == len(status) == len(until) == len(declared):
            raise ValueError("the columns of the holders' health differ in length")
        return cls(ids, status, until, declared)

    def to_document(self) -> dict[str, bytes]:
        """The four columns as they travel."""
        columns = (self.ids.to_bytes(), self.status, _joined(self.until), _joined(self.declared))
        return dict(zip(_COLUMNS, columns, strict=True))

    def known(self, holder_id: str) -> KnownHealth:
        """What is known of one holder; nothing of one who is not in the table."""
        place = self.ids.place(holder_id)
        if place is None:
            return KnownHealth()
        status = _CODES[self.status[place]]
        return KnownHealth(status, _time(self.until[place]), _time(self.declared[place]))

    def urgent(self) -> bytes:
        """The rows of those who are not green, without their declarations, as bytes to compare.

        What a gate should not wait for: a status that was set or ended.
        """
        ids = self.ids.to_bytes()
        return b"".join(
            ids[ID_BYTES * place : ID_BYTES * (place + 1)]
            + bytes([code])
            + self.until[place].to_bytes(4, "big")
            for place, code in enumerate(self.status)
            if code > _NUMBERS[HealthStatus.GREEN]
        )


def _minutes(at: datetime | None) -> int:
    return 0 if at is None else min(max((at - _EPOCH) // _MINUTE, 1), _MINUTES_MOST)


def _time(minutes: int) -> datetime | None:
    return _EPOCH + minutes * _MINUTE if minutes else None


def _joined(numbers: Iterable[int]) -> bytes:
    column = array("I", numbers)
    if sys.byteorder == "little":
        column.byteswap()
    return column.tobytes()


def _numbers(blob: bytes) -> tuple[int, ...]:
    column = array("I")
    column.frombytes(blob)
    if sys.byteorder == "little":
        column.byteswap()
    return tuple(column)
