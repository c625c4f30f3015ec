"""What a film tells: a JSON file of scenes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from checkpoint.errors import SettingError

MOST_SCENES = 200


class Scene(BaseModel):
    """One person or vehicle, from coming to going.

    `text` is what the QR code says, null for a card without one. `temperature_c` null means
    that the thermal camera sees no forehead.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    who: Annotated[str, Field(max_length=40)]
    carries: Literal["printed", "phone", "nothing"]
    text: Annotated[str, Field(min_length=1, max_length=1500)] | None = None
    temperature_c: Annotated[float, Field(ge=30, le=45, allow_inf_nan=False)] | None = None
    mask: Literal["worn", "incorrect", "none"] = "worn"
    vehicle: bool = False


class Script(BaseModel):
    """A film: the same seed and scenes give the same pictures."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: Annotated[int, Field(ge=0, le=1 << 53)] = 1
    zone_note: Annotated[str, Field(max_length=40)] = ""
    scenes: Annotated[list[Scene], Field(min_length=1, max_length=MOST_SCENES)]


def load_script(path: Path) -> Script:
    """The script of a file. Raises SettingError naming the file, the key and what is wrong."""
    try:
        return Script.model_validate_json(path.read_bytes())
    except OSError as fault:
        raise SettingError(f"{path}: {fault.strerror}", remedy="give a script file") from fault
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise SettingError(
            f"{path}: {place}: {first['msg']}", remedy="see `python -m kiosk film --help`"
        ) from fault
