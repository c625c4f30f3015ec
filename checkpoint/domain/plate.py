"""Licence plates of the mainland (GA 36-2018), as painted, without dot or space.

A province character, a letter, then five characters, or six for new energy: a type letter
(D, F and their successors) first on small vehicles, D or F last on large ones.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

_PROVINCES = "京津沪渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新"
_FORM = re.compile(
    rf"[{_PROVINCES}][A-HJ-NP-Z]"
    r"(?:[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳]|[A-HJK][A-HJ-NP-Z0-9]\d{4}|\d{5}[DF])",
    re.ASCII,
)


class PlateMatch(StrEnum):
    """Whether a vehicle bears the plate of its pass. Stored, sent and never renamed."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNKNOWN = "unknown"
    """nobody could say"""


@dataclass(frozen=True, slots=True)
class PlateCheck:
    """What is known of a vehicle's plate.

    `match` is what counts and `source` who said it: a driver, or `gatekeeper`; empty for nobody.
    `sensed` is what a reader said, None where there is none, and `read` the plate that it read.
    """

    match: PlateMatch = PlateMatch.UNKNOWN
    source: str = ""
    sensed: PlateMatch | None = None
    read: str = ""


UNSEEN = PlateCheck()
"""Of persons, and of a vehicle whose plate nobody has looked at."""


def painted(text: str) -> str | None:
    """The plate in its one form, None for what is no plate."""
    bare = re.sub(r"[\s·•.・-]", "", unicodedata.normalize("NFKC", text)).upper()
    return bare if _FORM.fullmatch(bare) else None
