"""The settings of what scans codes without a picture."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kiosk.config.section import Address, Line, Name, Seconds, Section


class ScannerSettings(Section):
    """What scans codes beside the camera, or in its place."""

    driver: Name = "none"
    """of the registry: `none`, `keyboard`, `serial` or `simulated`"""
    keyboard: Address = "/dev/sibao-scanner"
    """the input device of a `keyboard` scanner, by a name that stays: see docs/operations.md"""
    port: Line = "/dev/ttyACM0"
    """the line of a `serial` scanner"""
    baudrate: Annotated[int, Field(ge=300, le=921600)] = 9600
    """bits a second of a `serial` scanner"""
    pause_s: Annotated[float, Field(ge=0.1, le=5)] = 0.5
    """seconds without a further character after which a code is whole, though no Enter ended it"""
    fixed: Annotated[str, Field(max_length=7089)] = ""
    """what the `simulated` scanner always says; empty: nothing"""
    every_s: Seconds = 10.0
    """seconds between two scans of the `simulated` scanner"""
