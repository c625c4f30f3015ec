"""The settings of what reads a vehicle's plate."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from checkpoint.domain.plate import painted
from kiosk.config.section import Name, Section


def _a_plate(text: str) -> str:
    """The plate in its one form."""
    known = painted(text)
    if known is None:
        raise ValueError("is no plate: type it as painted, like 京A12345")
    return known


class PlateSettings(Section):
    """What reads the plates of vehicles."""

    driver: Name = "button"
    """a plate reader of the registry: `button` or `simulated`"""
    reads: Annotated[str, AfterValidator(_a_plate)] = "京A12345"
    """what the `simulated` reader always reads"""
