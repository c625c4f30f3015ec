"""Reading settings: a TOML file and environment variables, each wrong value named.

Both applications declare their own frozen pydantic model; what is wrong with a file is told in
the same words.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from checkpoint.errors import SettingError

_MOST_SHOWN = 80


def toml_table(path: Path) -> dict[str, Any]:
    """The content of a TOML file. Raises SettingError naming the file and line."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise SettingError(
            f"{path}: {fault.strerror}", remedy="give a settings file that can be read"
        ) from fault
    except ValueError as fault:
        raise SettingError(f"{path} is not TOML: {fault}", remedy="correct that line") from fault


def refuse_mistyped(
    table: dict[str, Any], model: type[BaseModel], origin: str, inside: str = ""
) -> None:
    """Raises SettingError where TOML gives another type than the setting has.

    A file can say `8100` and `true`; a text or a switch in the place of a number is a slip.
    Keys that are unknown are left to the model. `inside` is the table's own name with a dot.
    """
    for key, value in table.items():
        field = model.model_fields.get(key)
        default = field.default if field else None
        if isinstance(default, BaseModel) and isinstance(value, dict):
            refuse_mistyped(value, type(default), origin, f"{inside}{key}.")
        elif field and not _fits(value, default):
            asked = _NAMES.get(type(default), "text")
            raise SettingError(
                f"{origin}: {inside}{key} = {repr(value)[:_MOST_SHOWN]}: should be a valid {asked}",
                remedy="correct what is named",
            )


_NAMES = {bool: "boolean, true or false", int: "integer", float: "number"}


def _fits(value: object, default: object) -> bool:
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(default, bool)
    if isinstance(default, int | float):
        return isinstance(value, int | float)
    return True


def refuse_unknown_variables(prefix: str, model: type[BaseModel]) -> None:
    """Raises SettingError for a variable that begins with `prefix` and names no setting."""
    for name in os.environ:
        key = name.removeprefix(prefix).split("__")[0].lower()
        if name.startswith(prefix) and key not in model.model_fields:
            raise SettingError(
                f"environment: {name}: unknown key {key!r}",
                remedy=f"known are {', '.join(model.model_fields)}",
            )


def named(
    fault: ValidationError, model: type[BaseModel], origin: str, secret: Collection[str] = ()
) -> SettingError:
    """One error that names each wrong key, its value unless `secret`, and what is allowed."""
    lines = []
    for error in fault.errors(include_url=False):
        key = ".".join(str(part) for part in error["loc"])
        unknown = error["type"] == "extra_forbidden"
        known = f"unknown key; known are {', '.join(_siblings(model, error['loc']))}"
        shown = "…" if key in secret else repr(error["input"])[:_MOST_SHOWN]
        lines.append(f"{key} = {shown}: {known if unknown else error['msg']}")
    return SettingError(f"{origin}: " + "; ".join(lines), remedy="correct what is named")


def _siblings(model: type[BaseModel], place: tuple[int | str, ...]) -> Collection[str]:
    for part in place[:-1]:
        inner = model.model_fields[str(part)].annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    return model.model_fields
