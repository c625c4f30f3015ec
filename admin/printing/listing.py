"""Facts, steps and tables on A4: what a case file and a list of entries are printed with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from admin.printing.glyphs import Run, runs
from admin.printing.papers import compiled

Section = dict[str, Any]
_LONG = re.compile(r"[!-~]{13,}")


def facts(title: str, rows: Iterable[tuple[str, str]]) -> Section:
    """Names and values, one under the other."""
    return _paired("facts", title, rows)


def steps(title: str, rows: Iterable[tuple[str, str]]) -> Section:
    """A heading each, and the words below it."""
    return _paired("steps", title, rows)


def grid(
    title: str, head: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float]
) -> Section:
    """A table whose head is repeated on each page; `widths` are shares of the page's width."""
    return {
        "kind": "table",
        "title": runs(title),
        "head": [runs(name) for name in head],
        "rows": [[_cell(cell) for cell in row] for row in rows],
        "widths": list(widths),
    }


def listing_pdf(
    title: str, sections: Sequence[Section], at: datetime, *, footer: str, landscape: bool
) -> bytes:
    """The document."""
    told = {
        "title": runs(title),
        "sections": list(sections),
        "footer": runs(footer),
        "landscape": landscape,
    }
    return compiled("listing.typ", told, at)


def _paired(kind: str, title: str, rows: Iterable[tuple[str, str]]) -> Section:
    told = [[runs(name), _lines(value)] for name, value in rows]
    return {"kind": kind, "title": runs(title), "rows": told}


def _cell(text: str) -> Any:
    """A plain text where it is one, which is set much faster."""
    lines = _lines(text)
    plain = len(lines) == 1 and len(lines[0]) == 1 and isinstance(lines[0][0], str)
    return lines[0][0] if plain else {"lines": lines} if lines else ""


def _lines(text: str) -> list[list[Any]]:
    return [_loose(runs(line)) for line in text.split("\n")] if text else []


def _loose(pieces: Sequence[Run]) -> list[Run]:
    """Words too long for a cell, as hashes are, may break anywhere."""
    return [_LONG.sub(_parted, one) if isinstance(one, str) else one for one in pieces]


def _parted(word: re.Match[str]) -> str:
    return "\u200b".join(word[0])
