"""The settings of what measures temperatures."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from kiosk.config.section import Address, Line, Name, Section

Part = Annotated[float, Field(ge=-4, le=4, allow_inf_nan=False)]


def _names_celsius(pattern: str) -> str:
    """A pattern that compiles and has the group that is asked of it."""
    try:
        compiled = re.compile(pattern)
    except re.error as fault:
        raise ValueError(f"is no regular expression: {fault}") from fault
    if "celsius" not in compiled.groupindex:
        raise ValueError("names no group celsius: (?P<celsius>...)")
    return pattern


def _four_or_none(view: tuple[float, ...]) -> tuple[float, ...]:
    """Nothing, or a part of a picture that has a size."""
    if view and (len(view) != 4 or view[2] <= 0 or view[3] <= 0):
        raise ValueError("is not left, top, width, height with a width and a height above 0")
    return view


class ThermometerSettings(Section):
    """What measures temperatures."""

    driver: Name = "keypad"
    """of the registry: `mlx90614`, `mlx90640`, `iio`, `serial`, `keypad`, `simulated` or `film`"""
    bus: Annotated[int, Field(ge=0, le=64)] = 1
    """the I2C bus of an `mlx90614` or `mlx90640`: 1 is `/dev/i2c-1`"""
    address: Annotated[int, Field(ge=0, le=119)] = 0
    """the I2C address; 0 is the one that it is sold with: 0x5A an `mlx90614`, 0x33 an `mlx90640`"""
    refresh_hz: Literal[2, 4, 8, 16] = 8
    """half pictures a second of an `mlx90640`; 8 needs a bus of 400 kHz, 4 one of 100 kHz"""
    view: Annotated[tuple[Part, ...], AfterValidator(_four_or_none)] = ()
    """what an `mlx90640` sees of the camera's picture: left, top, width, height, each a part of the
    picture's width or height; it then measures the face at the code. Empty: its own middle"""
    flip: Literal["none", "horizontal", "vertical", "both"] = "none"
    """how an `mlx90640` must be turned over to see as the camera does"""
    folder: Address = "/sys/bus/iio/devices/iio:device0"
    """the kernel's files of an `iio` sensor"""
    port: Line = "/dev/ttyUSB0"
    """the line of a `serial` forehead gun"""
    baudrate: Annotated[int, Field(ge=300, le=921600)] = 9600
    """bits a second of a `serial` gun"""
    line: Annotated[str, AfterValidator(_names_celsius)] = r"(?P<celsius>\d{2}\.\d{1,2})"
    """a regular expression that finds `celsius` in a line of a `serial` gun"""
    emissivity: Annotated[float, Field(ge=0.9, le=1)] = 0.98
    """of skin, for a sensor that is itself set to 1; a `serial` gun has corrected by itself"""
    offset_c: Annotated[float, Field(ge=-3, le=3)] = 0.0
    """°C added to each reading: found at the gate against a clinical thermometer"""
    distance_mm: Annotated[int, Field(ge=0, le=5000)] = 0
    """how far from the sensor people stand, as marked on the floor; recorded, and the air on the
    way is reckoned with; 0 for unknown"""
    humidity: Annotated[int, Field(ge=0, le=100)] = 50
    """relative humidity of that air, in percent"""
    settle_s: Annotated[float, Field(ge=0.2, le=5)] = 0.8
    """seconds over which a sensor must say about the same before a reading counts"""
    spread_c: Annotated[float, Field(gt=0, le=2)] = 0.3
    """°C between the lowest and the highest sample of a settled reading at most"""
    again_s: Annotated[float, Field(ge=0, le=30)] = 1.5
    """seconds between a reading and a second one of the same person at least"""
    stuck_s: Annotated[float, Field(ge=0.5, le=3600)] = 1.8
    """seconds after which a sensor that says the very same is broken"""
    celsius: Annotated[float, Field(ge=20, le=50, allow_inf_nan=False)] = 36.5
    """what the `simulated` thermometer always says, in °C"""
