"""The plate that somebody types on a form."""

from __future__ import annotations

from checkpoint.domain.plate import painted
from checkpoint.errors import Refused


def plate(text: str) -> str:
    """The plate in its one form. Raises Refused naming `plate`."""
    known = painted(text)
    if known is None:
        raise Refused(
            "plate is not a province character, a letter and 5 or 6 characters",
            remedy="type it as painted, like 京A12345",
        )
    return known
