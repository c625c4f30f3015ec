"""Importing a sheet: what would become of each row, and writing it, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from sqlalchemy.orm import Session

from checkpoint.errors import Refused
from checkpoint.services.sheet_faults import Fault
from checkpoint.services.sheets import Table

CHUNK = 500
_TRIES = 3

Progress = Callable[[int, int], None]
Hold = Callable[[Session], None]


class Verdict(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at a sheet found: each row's verdict, and what is wrong with which cell."""

    table: Table
    verdicts: dict[int, Verdict]
    faults: tuple[Fault, ...]

    def count(self, verdict: Verdict) -> int:
        """How many rows have a verdict."""
        return sum(one is verdict for one in self.verdicts.values())


P = TypeVar("P", bound=Looked)


def bring_in(look: Callable[[], P], write: Callable[[P], bool], *, only_valid: bool) -> P:
    """Look, then write; again when `write` says that something changed between the two.

    Raises Refused where a row is wrong, unless `only_valid`; nothing was written then.
    """
    for _ in range(_TRIES):
        made = look()
        if made.faults and not only_valid:
            raise Refused("rows are wrong in the file", remedy="mend them, or leave them out")
        if write(made):
            return made
    raise Refused("rows are being changed by others", remedy="try again in a minute")
