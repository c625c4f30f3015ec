"""The gate's settings: one frozen object, read once from a TOML file and the environment.

A variable `SIBAO_KIOSK_GATE__DIRECTION=out` overrides `direction` of the table `[gate]`.
Relative paths are relative to the folder of the TOML file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from checkpoint.domain.observation import Direction, Mask
from checkpoint.errors import SettingError
from checkpoint.settings import (
    named,
    refuse_mistyped,
    refuse_unknown_variables,
    toml_table,
)
from kiosk.config.around import DisplaySettings, SyncSettings, TransportSettings
from kiosk.config.plate import PlateSettings
from kiosk.config.scanner import ScannerSettings
from kiosk.config.section import HexBytes, Line, Name, Seconds, Section, UnitAddress, WebAddress
from kiosk.config.thermometer import ThermometerSettings
from kiosk.config.turn import TurnSettings

__all__ = [
    "BOARDING_QUIET_S",
    "BarrierSettings",
    "CameraSettings",
    "DisplaySettings",
    "GateSettings",
    "MaskSettings",
    "PlateSettings",
    "ReaderSettings",
    "ScannerSettings",
    "Section",
    "Settings",
    "SyncSettings",
    "ThermometerSettings",
    "TransportSettings",
    "TurnSettings",
    "load",
]

PREFIX = "SIBAO_KIOSK_"


BOARDING_QUIET_S = 120.0


class GateSettings(Section):
    """How one passing runs."""

    direction: Direction = Direction.IN
    """`in` or `out`: which way people pass when the gate starts"""
    double_read_s: Seconds = 5.0
    """the same code again within this many seconds of being last seen is not a second person"""
    temperature_timeout_s: Seconds = 15.0
    """after this long without a reading the decision is made without a temperature"""
    mask_timeout_s: Seconds = 15.0
    """after this long without an answer the decision is made without a mask"""
    plate_timeout_s: Seconds = 15.0
    """after this long without an answer a vehicle is decided on without its plate"""
    boarding_quiet_s: Seconds = BOARDING_QUIET_S
    """after this long without a rider who comes next comes on foot, not with the last vehicle"""
    verdict_s: Seconds = 3.0
    """how long a verdict is shown"""
    clear_s: Seconds = 5.0
    """how long at most to wait for the code to leave the camera's view"""
    open_s: Annotated[float, Field(ge=0.5, le=120, allow_inf_nan=False)] = 5.0
    """how long the barrier stands open"""
    walk_s: Annotated[float, Field(ge=2, le=120, allow_inf_nan=False)] = 10.0
    """how long after the barrier opened somebody must walk through, where a sensor sees it"""


class CameraSettings(Section):
    """Where pictures come from."""

    driver: Name = "opencv"
    """a camera of the registry: `opencv`, `pictures`, or `none` where codes are scanned"""
    source: Annotated[str, Field(min_length=1, max_length=1024, coerce_numbers_to_str=True)] = "0"
    """a camera's index, a film, a folder of pictures, or an RTSP or HTTP address"""
    pace: Literal["real", "lockstep"] = "real"
    """`real` plays a film at its own speed, `lockstep` gives one picture a turn"""
    loop: bool = False
    """begin a film again at its end, with the gate turned round"""
    width: Annotated[int, Field(ge=160, le=7680)] = 1280
    """pixels asked of a live camera"""
    height: Annotated[int, Field(ge=120, le=4320)] = 720
    """pixels asked of a live camera"""
    fps: Annotated[float, Field(gt=0, le=240, allow_inf_nan=False)] = 30.0
    """pictures a second: asked of a live camera, and the pace of a folder"""
    frozen_s: Annotated[float, Field(ge=0.5, le=3600)] = 1.8
    """seconds after which a live camera that gives the very same picture is broken"""


class ReaderSettings(Section):
    """What reads QR codes."""

    driver: Name = "cascade"
    """a reader of the registry: `cascade`"""


class MaskSettings(Section):
    """What judges masks."""

    driver: Name = "button"
    """a mask sensor of the registry: `button`, `camera`, `simulated` or `film`"""
    fixed: Mask = Mask.WORN
    """what the `simulated` sensor always says: `worn`, `incorrect` or `none`"""


class BarrierSettings(Section):
    """What opens."""

    driver: Name = "simulated"
    """a barrier of the registry: `gpio`, `serial`, `modbus`, `http` or `simulated`"""
    pin: Annotated[str, Field(max_length=20, coerce_numbers_to_str=True)] = "17"
    """the pin of a `gpio` relay, by gpiozero's names: `17`, `GPIO17`, `BOARD11`"""
    active_high: bool = True
    """whether a `gpio` relay is on at 3.3 V; false for boards that are on at 0 V"""
    port: Line = "/dev/ttyUSB0"
    """the line of a `serial` relay"""
    baudrate: Annotated[int, Field(ge=300, le=921600)] = 9600
    """bits a second of a `serial` relay, and of a `modbus` line"""
    on: HexBytes = "A00101A2"
    """what a `serial` relay is sent to switch on, in hex; the default is of LCUS-1 boards"""
    off: HexBytes = "A00100A1"
    """what a `serial` relay is sent to switch off, in hex"""
    address: UnitAddress = "tcp://192.168.1.10:502"
    """where a `modbus` relay is: `tcp://HOST:PORT`, or the line of an RTU"""
    unit: Annotated[int, Field(ge=0, le=255)] = 1
    """the unit (device id) of a `modbus` relay"""
    coil: Annotated[int, Field(ge=0, le=65535)] = 0
    """the coil of a `modbus` relay, counted from 0"""
    on_url: WebAddress = "http://192.168.1.10/relay/0?turn=on"
    """what an `http` relay is asked to switch on; the default is of Shelly's first generation"""
    off_url: WebAddress = "http://192.168.1.10/relay/0?turn=off"
    """what an `http` relay is asked to switch off"""
    check_url: WebAddress | Literal[""] = ""
    """what an `http` relay is asked each second to see that it is there; empty: nothing"""
    method: Literal["GET", "POST"] = "GET"
    """how an `http` relay is asked"""


class Settings(BaseSettings):
    """All settings of one gate."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
        env_prefix=PREFIX,
        env_nested_delimiter="__",
    )

    folder: Path = Path("var/kiosk")
    """the data folder: journal, keys, bundle, enrolment"""
    standalone: bool = False
    """whether a gate that is not enrolled makes keys and a policy of its own, without a server"""
    keep_days: Annotated[int, Field(ge=30, le=3650)] = 30
    """how long entries stay in the journal after the server has acknowledged them"""
    gate: GateSettings = GateSettings()
    camera: CameraSettings = CameraSettings()
    reader: ReaderSettings = ReaderSettings()
    scanner: ScannerSettings = ScannerSettings()
    thermometer: ThermometerSettings = ThermometerSettings()
    mask: MaskSettings = MaskSettings()
    barrier: BarrierSettings = BarrierSettings()
    plate: PlateSettings = PlateSettings()
    turn: TurnSettings = TurnSettings()
    display: DisplaySettings = DisplaySettings()
    transport: TransportSettings = TransportSettings()
    sync: SyncSettings = SyncSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment goes before the file."""
        return env_settings, init_settings


def load(path: Path | None) -> Settings:
    """The settings of a TOML file and the environment; of the environment alone without one.

    Raises SettingError naming the key, the value found and what is allowed.
    """
    refuse_unknown_variables(PREFIX, Settings)
    table = toml_table(path) if path else {}
    origin = str(path) if path else "environment"
    refuse_mistyped(table, Settings, origin)
    try:
        settings = Settings(**table)
    except ValidationError as fault:
        raise named(fault, Settings, origin) from fault
    except ValueError as fault:
        raise SettingError(
            f"{origin}: {fault}", remedy=f"correct the {PREFIX}… variable"
        ) from fault
    return _placed(settings, path.parent if path else Path())


def _placed(settings: Settings, base: Path) -> Settings:
    """Relative paths become relative to the file that named them."""
    source = settings.camera.source
    if not source.isdecimal() and "://" not in source:
        source = str(base / source)
    camera = settings.camera.model_copy(update={"source": source})
    return settings.model_copy(update={"folder": base / settings.folder, "camera": camera})
