"""The settings of what reads a vehicle's plate."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

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
    """a plate reader of the registry: `button`, `camera` or `simulated`"""
    reads: Annotated[str, AfterValidator(_a_plate)] = "京A12345"
    """what the `simulated` reader always reads"""
    source: Annotated[str, Field(max_length=1024, coerce_numbers_to_str=True)] = ""
    """a `camera` reader's own camera, as in `camera.source`; empty: it looks at the gate's"""
    python: Annotated[str, Field(max_length=1024)] = ""
    """the interpreter of a `camera` reader's environment; empty: `.venv-plates` beside `.venv`"""
