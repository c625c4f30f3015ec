"""The settings of what sees that somebody walked through."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kiosk.config.section import HexBytes, Line, Name, Section, UnitAddress, WebAddress


class TurnSettings(Section):
    """What sees that somebody walked through: a turnstile's contact, or a light barrier."""

    driver: Name = "none"
    """of the registry: `none`, `gpio`, `modbus`, `serial`, `http` or `simulated`"""
    stuck_s: Annotated[float, Field(ge=2, le=3600)] = 30.0
    """seconds after which an input that sees somebody all the time is broken"""
    pin: Annotated[str, Field(max_length=20, coerce_numbers_to_str=True)] = "27"
    """the pin of a `gpio` input, by gpiozero's names: `27`, `GPIO27`, `BOARD13`"""
    active_high: bool = False
    """whether a `gpio` input sees somebody at 3.3 V; false for a contact that closes to ground"""
    address: UnitAddress = "tcp://192.168.1.10:502"
    """where a `modbus` device is: `tcp://HOST:PORT`, or the line of an RTU"""
    unit: Annotated[int, Field(ge=0, le=255)] = 1
    """the unit (device id) of a `modbus` device"""
    discrete: Annotated[int, Field(ge=0, le=65535)] = 0
    """the discrete input of a `modbus` device, counted from 0"""
    port: Line = "/dev/ttyUSB1"
    """the line of a `serial` board"""
    baudrate: Annotated[int, Field(ge=300, le=921600)] = 9600
    """bits a second of a `serial` board, and of a `modbus` line"""
    ask: HexBytes = "FF"
    """what a `serial` board is sent to tell its inputs, in hex"""
    passed: HexBytes = "01"
    """what the answer of a `serial` board holds while somebody walks through, in hex"""
    url: WebAddress = "http://192.168.1.10/status"
    """what an `http` device is asked"""
    sign: Annotated[str, Field(min_length=1, max_length=200)] = '"input":1'
    """what the answer of an `http` device holds while somebody walks through; blanks are ignored"""
    every_s: Annotated[float, Field(ge=0.5, le=3600)] = 3.0
    """seconds between two people of the `simulated` sensor"""
