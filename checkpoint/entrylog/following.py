"""Whether a server's receipt log goes on from the head of it that one already believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from checkpoint.entrylog.tree import EMPTY, extends, leaf_hash, proven_root
from checkpoint.entrylog.tree_head import TreeHead, follows, opening_at


@dataclass(frozen=True, slots=True)
class Shown:
    """What a server shows of its log: its head, and the proof that belongs to it.

    `path` proves consistency with the head that one named; for another log that `opening` is its
    first leaf.
    """

    head: TreeHead
    path: Sequence[bytes] = ()
    opening: str = ""


def objection(kept: TreeHead | None, shown: Shown) -> str:
    """Why the log is not to be believed, '' where it is."""
    if kept is None:
        return ""
    return _same(kept, shown) if shown.head.origin == kept.origin else _another(kept, shown)


def _same(kept: TreeHead, shown: Shown) -> str:
    """The same log must go on from the kept head."""
    head = shown.head
    if head.size < kept.size:
        return f"the server's log shrank: from {kept.size} receipt lines to {head.size}"
    if not extends((kept.size, kept.root), (head.size, head.root), shown.path):
        return f"the server's log forked: it does not go on from its line {kept.size}"
    return ""


def _another(kept: TreeHead, shown: Shown) -> str:
    """Another log must be of the same installation, begin later, and say so in its first leaf."""
    head = shown.head
    if head.name != kept.name:
        return "the server shows the log of another installation"
    if head.begun < kept.begun:
        return "the server shows a log that had ended"
    opening = leaf_hash(shown.opening.encode())
    true = proven_root(opening, (0, head.size), shown.path) == head.root
    if not true or opening_at(shown.opening) != head.origin:
        return "the server began another log that does not say so"
    return ""


def restarted(kept: TreeHead | None, shown: Shown) -> str:
    """What is to be told of a log that took the place of the kept one; '' where none did."""
    if kept is None or shown.head.origin == kept.origin:
        return ""
    before = follows(shown.opening) or TreeHead(kept.origin, 0, EMPTY)
    ended = f"it names {before.size} lines of the log before it"
    words = f"the server was restored and began another log: {ended}"
    if before.origin == kept.origin and before.size < kept.size:
        words += f", this gate knows {kept.size}"
    return words
