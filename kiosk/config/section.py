"""What the tables of the settings share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(min_length=1, max_length=40)]
Address = Annotated[str, Field(min_length=1, max_length=255)]
Seconds = Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)]
HexBytes = Annotated[str, Field(pattern=r"^([0-9A-Fa-f]{2}){1,32}$")]
WebAddress = Annotated[str, Field(pattern=r"^https?://", max_length=1024)]


class Section(BaseModel):
    """One table of the file: frozen, no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
