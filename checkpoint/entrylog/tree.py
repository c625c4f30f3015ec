"""The Merkle tree of RFC 6962: hashes, proofs, and checking them.

A tree is asked for by `Node`: the hash of the complete subtree of 2^level leaves that begins at
leaf index · 2^level. The proofs follow RFC 6962 section 2.1, their verification RFC 9162
sections 2.1.3.2 and 2.1.4.2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

HASH_BYTES = 32
EMPTY = hashlib.sha256().digest()
"""The root of a tree without leaves."""

Node: TypeAlias = Callable[[int, int], bytes]


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbours."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root(size: int, node: Node) -> bytes:
    """The root over the first `size` leaves."""
    return _range(0, size, node) if size else EMPTY


def inclusion(index: int, size: int, node: Node) -> list[bytes]:
    """The path that proves leaf `index` in the tree of `size`; index < size."""
    return _path(index, (0, size), node)


def consistency(old: int, new: int, node: Node) -> list[bytes]:
    """The path that proves that the tree of `new` extends that of `old`; 0 < old <= new."""
    return _subproof(old, (0, new), node, whole=True)


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def _range(begin: int, end: int, node: Node) -> bytes:
    count = end - begin
    if count & (count - 1) == 0:
        return node(count.bit_length() - 1, begin // count)
    middle = begin + _split(count)
    return node_hash(_range(begin, middle, node), _range(middle, end, node))


def _path(index: int, span: tuple[int, int], node: Node) -> list[bytes]:
    begin, end = span
    if end - begin == 1:
        return []
    middle = begin + _split(end - begin)
    if index < middle:
        return [*_path(index, (begin, middle), node), _range(middle, end, node)]
    return [*_path(index, (middle, end), node), _range(begin, middle, node)]


def _subproof(old: int, span: tuple[int, int], node: Node, *, whole: bool) -> list[bytes]:
    begin, end = span
    if old == end:
        return [] if whole else [_range(begin, end, node)]
    middle = begin + _split(end - begin)
    if old <= middle:
        proof = _subproof(old, (begin, middle), node, whole=whole)
        return [*proof, _range(middle, end, node)]
    return [*_subproof(old, (middle, end), node, whole=False), _range(begin, middle, node)]


def proven_root(leaf: bytes, place: tuple[int, int], path: Sequence[bytes]) -> bytes | None:
    """The root that a leaf hash at `place` (index, size) has by its path; None for no path."""
    index, size = place
    if not 0 <= index < size:
        return None
    last, found = size - 1, leaf
    for neighbour in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            found = node_hash(neighbour, found)
            while index & 1 == 0 and index:
                index, last = index >> 1, last >> 1
        else:
            found = node_hash(found, neighbour)
        index, last = index >> 1, last >> 1
    return found if last == 0 else None


def extends(old: tuple[int, bytes], new: tuple[int, bytes], path: Sequence[bytes]) -> bool:
    """Whether the path proves that the tree (size, root) `new` begins with `old`."""
    size, old_root = old
    if size == new[0]:
        return old_root == new[1] and not path
    if size == 0:
        return old_root == EMPTY and not path
    if size > new[0] or not path:
        return False
    proof = list(path) if size & (size - 1) else [old_root, *path]
    index, last = size - 1, new[0] - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    first = second = proof[0]
    for neighbour in proof[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            first, second = node_hash(neighbour, first), node_hash(neighbour, second)
            while index & 1 == 0 and index:
                index, last = index >> 1, last >> 1
        else:
            second = node_hash(second, neighbour)
        index, last = index >> 1, last >> 1
    return last == 0 and (first, second) == (old_root, new[1])


@dataclass(slots=True)
class Frontier:
    """The right edge of a growing tree: enough for its root, O(log n) of memory."""

    size: int = 0
    _edge: list[bytes] = field(default_factory=list)

    def add(self, leaf: bytes) -> None:
        """Append a leaf's hash."""
        carry, size = leaf, self.size
        while size & 1:
            carry, size = node_hash(self._edge.pop(), carry), size >> 1
        self._edge.append(carry)
        self.size += 1

    def root(self) -> bytes:
        """The root as it stands."""
        if not self._edge:
            return EMPTY
        found = self._edge[-1]
        for left in reversed(self._edge[:-1]):
            found = node_hash(left, found)
        return found
