"""How long personal data is kept, class by class: the bureau's numbers, part of the policy."""

from __future__ import annotations

from dataclasses import dataclass, fields

from checkpoint.errors import PolicyError

RANGES = {
    "entries_days": (1, 366),
    "roster_days": (1, 3660),
    "links_days": (1, 366),
    "lookups_days": (183, 3660),
    "declarations_days": (1, 366),
}
"""The least and the most of each, in days. The record of who asked for what is kept for half a
year at least: Cybersecurity Law of 2016, article 21 (3)."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Days after which a class of personal data is erased.

    Pictures from gates' cameras are never stored. A photo in the roster goes with its holder.

    `entries_days`: the personal side of an entry, counted from its time, on the server and in a
    gate's journal; and what people remarked of entries, counted from when they did.
    `roster_days`: a holder without a pass in force, counted from the end of the last one, or from
    being added. `links_days`: a phone link after its end. `lookups_days`: who asked for what
    (three years, as PIPL article 56 has it for records of processing). `declarations_days`: what a
    holder declared, and a health status that another one has followed.

    Raises PolicyError when a number is out of range.
    """

    entries_days: int = 30
    roster_days: int = 90
    links_days: int = 7
    lookups_days: int = 1096
    declarations_days: int = 30

    def __post_init__(self) -> None:
        for field in fields(self):
            least, most = RANGES[field.name]
            value = getattr(self, field.name)
            if not (isinstance(value, int) and least <= value <= most):
                raise PolicyError(
                    f"{field.name} is {value!r}", remedy=f"take {least} to {most} days"
                )
