"""How many pictures of each set were judged how: for trying a gate's eyes on a folder.

A set is a folder, and within it what precedes the last `_` of a file's name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from statistics import median
from typing import Any

from rich.table import Table

NOTHING, NO_PICTURE = "nothing", "no picture"
RIGHT, OTHER, READ = "right", "other text", "read"


class Counts:
    """Counts what `python -m kiosk read` and `mask` say of files."""

    def __init__(self) -> None:
        self._said: dict[str, Counter[str]] = defaultdict(Counter)
        self._ms: dict[str, list[float]] = defaultdict(list)

    def add(self, found: dict[str, Any]) -> None:
        """Count one file by what was found in it (the line of the command, as a dictionary)."""
        path = Path(found["file"])
        name = "/".join(filter(None, (path.parent.name, path.stem.rpartition("_")[0])))
        self._said[name][_word(path, found)] += 1
        self._ms[name].append(found.get("ms", 0.0))

    def table(self) -> Table:
        """A row a set, a column a word, and the median of the milliseconds."""
        words = sorted({word for said in self._said.values() for word in said})
        table = Table("set", "pictures", *words, "median ms", box=None)
        table.columns[0].min_width = max(map(len, self._said), default=0)
        for column in table.columns[1:]:
            column.justify = "right"
        for name, said in sorted(self._said.items()):
            counts = (str(said[word]) for word in words)
            table.add_row(name, str(said.total()), *counts, f"{median(self._ms[name]):.1f}")
        return table


def _word(path: Path, found: dict[str, Any]) -> str:
    """What was said of a file: of faces the widest one's mask, of codes whether they are right.

    The text of a picture's code may lie beside it, as `NAME.txt`.
    """
    if "error" in found:
        return NO_PICTURE
    if "faces" in found:
        return str(found["faces"][0]["mask"]) if found["faces"] else NOTHING
    if not found["texts"]:
        return NOTHING
    beside = path.with_suffix(".txt")
    if not beside.is_file():
        return READ
    wanted = _lines(beside.read_text(encoding="utf-8"))
    return RIGHT if any(_lines(text) == wanted for text in found["texts"]) else OTHER


def _lines(text: str) -> list[str]:
    """A text without regard to how its lines end: files of expected texts are often rewritten."""
    return text.strip().splitlines()
