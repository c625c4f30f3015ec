"""Settings that are each well and can't work together."""

from __future__ import annotations

from checkpoint.errors import SettingError
from kiosk.config import Settings

_CAMERA = "name a camera ([camera] driver and source, or `kiosk run --camera …`)"


def onlookers(settings: Settings) -> dict[str, str]:
    """The kinds of devices that look at the camera's pictures, and the setting that says so."""
    thermometer, mask, plate = settings.thermometer, settings.mask, settings.plate
    looks = {}
    if thermometer.driver == "film":
        looks["thermometer"] = 'thermometer.driver = "film"'
    if thermometer.driver == "mlx90640" and thermometer.view:
        looks["thermometer"] = f"thermometer.view = {list(thermometer.view)}"
    if mask.driver in {"film", "camera"}:
        looks["mask"] = f'mask.driver = "{mask.driver}"'
    if plate.driver == "camera" and not plate.source:
        looks["plate"] = 'plate.driver = "camera" without plate.source'
    return looks


def refuse_idle(settings: Settings) -> None:
    """Refuse what would never say anything: a device that looks through a camera that is not there.

    Raises SettingError naming both keys, for a gate that could read no code as well.
    """
    if settings.camera.driver != "none":
        return
    if settings.scanner.driver == "none":
        raise SettingError(
            'camera.driver = "none" and scanner.driver = "none": no code could be read',
            remedy=f"{_CAMERA}, or a scanner ([scanner] driver)",
        )
    for key in onlookers(settings).values():
        raise SettingError(
            f'{key} and camera.driver = "none": it looks at the camera\'s pictures',
            remedy=f"{_CAMERA}, or change {key.split(' ', maxsplit=1)[0]}",
        )
