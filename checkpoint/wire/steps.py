"""The steps of living codes that gates used up, coming down so that no other gate takes them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

STEPS_LIMIT = 4096
"""Steps in one answer at most."""


class UsedStep(BaseModel):
    """The last step of a phone pass that let somebody pass; all before it are used up too."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    pass_id: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
    step: Annotated[int, Field(ge=0, lt=1 << 32, strict=True)]


class UsedSteps(BaseModel):
    """What was used at the gates of one enterprise; `at` is to be given as `since` next time.

    `at` is the server's time in milliseconds.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    at: Annotated[int, Field(ge=0, le=1 << 53, strict=True)]
    steps: Annotated[list[UsedStep], Field(max_length=STEPS_LIMIT)]
