"""Every driver by the name that the configuration uses: literal tables, nothing is discovered.

A driver is imported when it is chosen, so a gate without a camera needs no camera library.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from checkpoint.errors import DeviceFault, SettingError

CAMERAS: Mapping[str, str] = {
    "opencv": "kiosk.drivers.cameras.opencv:OpenCvCamera",
    "pictures": "kiosk.drivers.cameras.pictures:PicturesCamera",
    "none": "kiosk.drivers.cameras.none:NoCamera",
}
READERS: Mapping[str, str] = {
    "cascade": "kiosk.drivers.readers:CascadeReader",
}
SCANNERS: Mapping[str, str] = {
    "none": "kiosk.drivers.scanners.simulated:NoScanner",
    "keyboard": "kiosk.drivers.scanners.keyboard:KeyboardScanner",
    "serial": "kiosk.drivers.scanners.serial_line:SerialScanner",
    "simulated": "kiosk.drivers.scanners.simulated:SimulatedScanner",
}
THERMOMETERS: Mapping[str, str] = {
    "mlx90614": "kiosk.drivers.thermometers.mlx90614:Mlx90614Thermometer",
    "mlx90640": "kiosk.drivers.thermometers.array.driver:Mlx90640Thermometer",
    "iio": "kiosk.drivers.thermometers.iio:IioThermometer",
    "serial": "kiosk.drivers.thermometers.serial_gun:SerialGun",
    "keypad": "kiosk.drivers.thermometers.manned:KeypadThermometer",
    "simulated": "kiosk.drivers.thermometers.manned:SimulatedThermometer",
    "film": "kiosk.drivers.on_film:FilmThermometer",
}
MASKS: Mapping[str, str] = {
    "button": "kiosk.drivers.masks:ButtonMaskSensor",
    "simulated": "kiosk.drivers.masks:SimulatedMaskSensor",
    "camera": "kiosk.drivers.mask_camera.sensor:CameraMaskSensor",
    "film": "kiosk.drivers.on_film:FilmMaskSensor",
}
BARRIERS: Mapping[str, str] = {
    "gpio": "kiosk.drivers.barriers.gpio:GpioBarrier",
    "serial": "kiosk.drivers.barriers.serial_relay:SerialBarrier",
    "modbus": "kiosk.drivers.barriers.modbus:ModbusBarrier",
    "http": "kiosk.drivers.barriers.http:HttpBarrier",
    "simulated": "kiosk.drivers.barriers.simulated:SimulatedBarrier",
}
PLATES: Mapping[str, str] = {
    "button": "kiosk.drivers.plates.manned:ButtonPlateReader",
    "camera": "kiosk.drivers.plates.camera:CameraPlateReader",
    "simulated": "kiosk.drivers.plates.manned:SimulatedPlateReader",
}
TURNS: Mapping[str, str] = {
    "none": "kiosk.drivers.turns.unwired:NoTurn",
    "gpio": "kiosk.drivers.turns.gpio:GpioTurn",
    "modbus": "kiosk.drivers.turns.modbus:ModbusTurn",
    "serial": "kiosk.drivers.turns.serial_board:SerialTurn",
    "http": "kiosk.drivers.turns.http:HttpTurn",
    "simulated": "kiosk.drivers.turns.unwired:SimulatedTurn",
}
TRANSPORTS: Mapping[str, str] = {
    "http": "kiosk.drivers.transport:HttpTransport",
}


def load(table: Mapping[str, str], name: str) -> Any:
    """The class that `name` stands for in one of the tables.

    Raises SettingError naming what is allowed; DeviceFault when the driver's library is not
    on this machine. There is no second choice.
    """
    if name not in table:
        raise SettingError(
            f"driver {name!r} is unknown", remedy=f"choose one of {', '.join(sorted(table))}"
        )
    module, _, cls = table[name].partition(":")
    try:
        return getattr(importlib.import_module(module), cls)
    except ImportError as fault:
        raise DeviceFault(
            f"driver {name!r} can't be loaded: {fault}",
            remedy="install the system libraries of docs/operations.md, then the requirements",
        ) from fault
