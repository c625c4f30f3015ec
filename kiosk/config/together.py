"""Settings that are each well and can't work together."""

from __future__ import annotations

from checkpoint.errors import SettingError
from kiosk.config import Settings

_CAMERA = "name a camera ([camera] driver and source, or `kiosk run --camera …`)"


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
    thermometer, mask, plate = settings.thermometer, settings.mask, settings.plate
    blind = {
        f'thermometer.driver = "{thermometer.driver}"': thermometer.driver == "film",
        f"thermometer.view = {list(thermometer.view)}": thermometer.driver == "mlx90640"
        and thermometer.view,
        f'mask.driver = "{mask.driver}"': mask.driver in {"film", "camera"},
        'plate.driver = "camera" without plate.source': plate.driver == "camera"
        and not plate.source,
    }
    for key, looks in blind.items():
        if looks:
            raise SettingError(
                f'{key} and camera.driver = "none": it looks at the camera\'s pictures',
                remedy=f"{_CAMERA}, or change {key.split(' ', maxsplit=1)[0]}",
            )
