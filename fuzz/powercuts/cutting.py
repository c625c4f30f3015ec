"""Cutting a recording at many points, and what was found there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from fuzz.powercuts.calls import Call
from fuzz.powercuts.disk import SECTORS, Survival, leave, read
from fuzz.powercuts.playing import Player, Said

SHARES = (0.0, 0.0, 0.1, 0.5, 0.9, 1.0)
"""What of the un-synced survives; nothing, as often as not."""


@dataclass(frozen=True, slots=True)
class Recording:
    """The calls of one program, from a disk whose every byte is durable.

    `before` is a copy of the folder as the program found it, `root` where it lay then.
    """

    root: Path
    before: Path
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """A folder as a cut left it, and all that the program had said until then."""

    folder: Path
    said: tuple[Said, ...]
    words: str

    def told(self, where: str) -> bytes:
        """All that was said by then to a descriptor, or to any `socket`."""
        return b"".join(said.blob for said in self.said if said.where == where)


def cuts(recording: Recording, count: int, chance: Random, folder: Path) -> Iterator[Cut]:
    """Cut at `count` random points of a recording; every one leaves its disk in `folder`."""
    lines = list(_player(recording).play(recording.calls))
    points = Counter(chance.choices([0, *lines], k=count))
    player = _player(recording)
    yield from _at(player, 0, (points[0], chance, folder))
    for line in player.play(recording.calls):
        yield from _at(player, line, (points[line], chance, folder))


def _player(recording: Recording) -> Player:
    return Player(recording.root, read(recording.before))


def _at(player: Player, line: int, how: tuple[int, Random, Path]) -> Iterator[Cut]:
    times, chance, folder = how
    for _ in range(times):
        survival = Survival(chance.choice(SHARES), chance.choice(SECTORS), chance)
        leave(player.disk, folder, survival)
        words = f"line {line}, {survival.share:.0%} kept, sectors of {survival.sector}"
        yield Cut(folder, tuple(player.said), words)


@dataclass
class Tally:
    """What the cuts of a trial showed.

    `acknowledged` entries were looked for, one entry after each cut that it came before;
    `broken` are words about each promise that did not hold.
    """

    cuts: int = 0
    acknowledged: int = 0
    lost: int = 0
    broken: list[str] = field(default_factory=list)

    def row(self) -> dict[str, int]:
        """The numbers of it."""
        return {
            "cuts": self.cuts,
            "acknowledged": self.acknowledged,
            "lost": self.lost,
            "broken": len(self.broken),
        }

    def judge(self, cut: Cut, told: Sequence[object], lost: Sequence[object]) -> bool:
        """Count one cut; whether nothing was lost."""
        self.cuts += 1
        self.acknowledged += len(told)
        self.lost += len(lost)
        if lost:
            self.broken.append(f"{cut.words}: {len(lost)} lost, the first {lost[0]}")
        return not lost

    def complain(self, cut: Cut, words: Sequence[str]) -> None:
        """Note what else does not hold after a cut."""
        self.broken += [f"{cut.words}: {word}" for word in words]
