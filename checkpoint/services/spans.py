"""Which entries a list held, in few words: ranges of numbers, chain by chain.

`KIOSK/EPOCH/FIRST-LAST` joined by spaces. Beyond `MOST` ranges a chain is told by its first and
last number: then some entries may be named that the list left out, and none is left unnamed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MOST = 500
Chain = tuple[str, int]


@dataclass(slots=True)
class Spans:
    """The ranges of each chain, in the order in which they came."""

    _ranges: dict[Chain, list[list[int]]] = field(default_factory=dict)

    def add(self, place: tuple[str, int, int]) -> None:
        """Take an entry in."""
        kiosk_id, epoch, seq = place
        ranges = self._ranges.setdefault((kiosk_id, epoch), [])
        if ranges and ranges[-1][0] - 1 <= seq <= ranges[-1][1] + 1:
            last = ranges[-1]
            last[:] = [min(last[0], seq), max(last[1], seq)]
            return
        ranges.append([seq, seq])
        if len(ranges) > MOST:
            ranges[:] = [[min(low for low, _ in ranges), max(high for _, high in ranges)]]

    def chains(self) -> set[Chain]:
        """The chains that entries came from."""
        return set(self._ranges)

    def ranges(self) -> list[tuple[str, int, int, int]]:
        """Kiosk, epoch, first and last number of each range, in order."""
        return sorted(
            (*chain, low, high) for chain, found in self._ranges.items() for low, high in found
        )


def packed(spans: Spans) -> str:
    """The ranges as text."""
    return " ".join(f"{kiosk}/{epoch}/{low}-{high}" for kiosk, epoch, low, high in spans.ranges())


def covers(text: str, place: tuple[str, int, int]) -> bool:
    """Whether a packed text names an entry."""
    before = f"{place[0]}/{place[1]}/"
    for part in text.split():
        if part.startswith(before):
            low, _, high = part.removeprefix(before).partition("-")
            if int(low) <= place[2] <= int(high):
                return True
    return False
