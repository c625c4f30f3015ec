"""A tree in tiles: 256 hashes of one level side by side, as C2SP tlog-tiles cuts it.

Tile (level, index) holds hashes of level 8 · level of the tree, from 256 · index on. Appending a
batch touches the tiles at the right edge only, whatever the size of the tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from checkpoint.entrylog.tree import HASH_BYTES, node_hash
from checkpoint.errors import EntryError

HEIGHT = 8
WIDTH = 1 << HEIGHT

Load: TypeAlias = Callable[[int, int], bytes]
"""The bytes of a tile, full or partial; empty where there is none."""


class Tiles:
    """A tree of `size` leaves over stored tiles; `changed` are those to store again."""

    def __init__(self, size: int, load: Load) -> None:
        self.size = size
        self.changed: dict[tuple[int, int], bytes] = {}
        self._load = load
        self._read: dict[tuple[int, int], bytes] = {}

    def append(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes at the end."""
        for leaf in leaves:
            self._add(0, self.size, leaf)
            self.size += 1

    def _add(self, level: int, position: int, found: bytes) -> None:
        index, at = divmod(position, WIDTH)
        tile = self._tile(level, index)[: at * HASH_BYTES] + found
        self.changed[level, index] = tile
        if at == WIDTH - 1:
            self._add(level + 1, index, _complete(tile))

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree, for `checkpoint.entrylog.tree`. Raises EntryError."""
        row, rest = divmod(level, HEIGHT)
        tile, at = divmod(index << rest, WIDTH)
        begin, end = at * HASH_BYTES, (at + (1 << rest)) * HASH_BYTES
        hashes = self._tile(row, tile)[begin:end]
        if len(hashes) != end - begin:
            raise EntryError(
                f"the receipt log is damaged: tile {row}/{tile} is too short",
                remedy="audit the database",
            )
        return _complete(hashes)

    def _tile(self, level: int, index: int) -> bytes:
        place = level, index
        if place in self.changed:
            return self.changed[place]
        if place not in self._read:
            self._read[place] = self._load(level, index)
        return self._read[place]


def _complete(hashes: bytes) -> bytes:
    """The root over a power of two of hashes."""
    row = [hashes[i : i + HASH_BYTES] for i in range(0, len(hashes), HASH_BYTES)]
    while len(row) > 1:
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]
