"""How a route of this API is described: its scope, its problems, its Idempotency-Key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request
from pydantic import BaseModel, ConfigDict, Field
from spectree import Response

from admin.api.document import TOKEN, tree
from admin.api.systems import door
from admin.api.systems.told import SystemProblem
from admin.db import office
from checkpoint.services import asking_once
from checkpoint.services.asking_once import Asked

_ALWAYS = (401, 403, 404, 410, 422, 429, 503)
_WRITING = (409, 413, 415)


class Once(BaseModel):
    """A fresh text for every request: the same one again is answered and not done again."""

    model_config = ConfigDict(extra="ignore")

    idempotency_key: str = Field("", alias="Idempotency-Key", max_length=64, pattern="^[!-~]*$")


def told(answer: type[BaseModel], status: int = 200, **taken: Any) -> Callable[..., Any]:
    """Describe a route: its good answer, and `json` or `query` that it takes."""
    problems = _ALWAYS + (_WRITING if {"json", "headers"} & taken.keys() else ())
    bad: dict[str, Any] = {f"HTTP_{problem}": SystemProblem for problem in problems}
    described: Callable[..., Any] = tree.validate(
        resp=Response(**{f"HTTP_{status}": answer}, **bad),
        skip_validation=True,
        security={TOKEN: []},
        tags=["enterprise"],
        **taken,
    )
    return described


def once(do: Callable[[], str]) -> str:
    """The id of what `do` made, or made when the same request came before."""
    said = b"\0".join((request.method.encode(), request.path.encode(), request.get_data()))
    key = request.headers.get("Idempotency-Key", "").strip()
    return asking_once.once(office(), Asked(door.token().token_id, door.presented(), key, said), do)
