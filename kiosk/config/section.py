"""What the tables of the settings share."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_LINES = frozenset({"alt", "cp2110", "hwgrep", "loop", "rfc2217", "socket", "spy"})
"""What pyserial takes before `://` where a line is no device of this machine."""


def _a_line(text: str) -> str:
    """A serial line that can be."""
    scheme, address, _ = text.partition("://")
    if address and scheme not in _LINES:
        raise ValueError("is not a valid line: name one such as /dev/ttyUSB0")
    return text


def _a_unit(text: str) -> str:
    """Where a Modbus device can be."""
    try:
        there = urlsplit(text)
        if there.scheme != "tcp":
            return _a_line(text)
        if there.hostname and there.port != 0:
            return text
    except ValueError as fault:
        raise ValueError(_NO_UNIT) from fault
    raise ValueError(_NO_UNIT)


_NO_UNIT = "is not a valid address, which is tcp://HOST:PORT or a line such as /dev/ttyUSB0"

Name = Annotated[str, Field(min_length=1, max_length=40)]
Address = Annotated[str, Field(min_length=1, max_length=255)]
Line = Annotated[Address, AfterValidator(_a_line)]
UnitAddress = Annotated[Address, AfterValidator(_a_unit)]
Seconds = Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)]
HexBytes = Annotated[str, Field(pattern=r"^([0-9A-Fa-f]{2}){1,32}$")]
WebAddress = Annotated[str, Field(pattern=r"^https?://", max_length=1024)]


class Section(BaseModel):
    """One table of the file: frozen, no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
