"""Many ids in little room: a million take eight megabytes and are looked up by bisection."""

from __future__ import annotations

import hashlib
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Set
from itertools import islice
from operator import lt

ID_BYTES = 8
_DIGITS = 2 * ID_BYTES


class IdSet(Set[str]):
    """An exact, read-only set of pass or holder ids (16 hex digits each)."""

    __slots__ = ("_numbers",)

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self._numbers = array("Q", sorted({int(i, 16) for i in ids}))

    @classmethod
    def of(cls, ids: Iterable[str]) -> IdSet:
        """The ids as they are, if they are such a set already."""
        return ids if isinstance(ids, IdSet) else cls(ids)

    @classmethod
    def from_bytes(cls, blob: bytes) -> IdSet:
        """Read back `to_bytes`. Raises ValueError unless they are sorted and each is there once."""
        if len(blob) % ID_BYTES:
            raise ValueError("a list of ids is cut off")
        made = cls()
        made._numbers.frombytes(blob)
        if sys.byteorder == "little":
            made._numbers.byteswap()
        if not all(map(lt, made._numbers, islice(made._numbers, 1, None))):
            raise ValueError("a list of ids is not sorted")
        return made

    def to_bytes(self) -> bytes:
        """The ids in order, eight bytes each, joined."""
        numbers = self._numbers
        if sys.byteorder == "little":
            numbers = numbers[:]
            numbers.byteswap()
        return numbers.tobytes()

    def digest(self) -> bytes:
        """SHA-256 of `to_bytes`."""
        return hashlib.sha256(self.to_bytes()).digest()

    def place(self, item: object) -> int | None:
        """Where an id stands in the order of all, from 0; None where it is not in the set."""
        if not isinstance(item, str) or len(item) != _DIGITS:
            return None
        try:
            wanted = int(item, 16)
        except ValueError:
            return None
        place = bisect_left(self._numbers, wanted)
        there = place < len(self._numbers) and self._numbers[place] == wanted
        return place if there else None

    def __contains__(self, item: object) -> bool:
        """Whether the id is in the set."""
        return self.place(item) is not None

    def __iter__(self) -> Iterator[str]:
        """The ids in order."""
        return (f"{number:016x}" for number in self._numbers)

    def __len__(self) -> int:
        """How many ids there are."""
        return len(self._numbers)
