"""An infrared sensor that the kernel drives: the Industrial I/O files of `mlx90614`."""

from __future__ import annotations

from pathlib import Path

from checkpoint.errors import Ailment, DeviceFault
from kiosk.config import ThermometerSettings
from kiosk.drivers.thermometers.watched import Sample, WatchedThermometer


class IioProbe:
    """Reads `in_temp_object_*` and `in_temp_ambient_*`.

    Thousandths of a °C are (raw + offset) × scale, by the kernel's
    Documentation/ABI/testing/sysfs-bus-iio.
    """

    def __init__(self, settings: ThermometerSettings) -> None:
        self._folder = Path(settings.folder)

    def sample(self) -> Sample:
        """What the kernel says of both."""
        try:
            return Sample(self._celsius("object"), self._celsius("ambient"))
        except (OSError, ValueError) as fault:
            raise DeviceFault(
                f"thermometer.folder = {self._folder}: {fault}",
                remedy="see `ls /sys/bus/iio/devices`, and load the sensor's kernel module",
                ailment=Ailment.BABBLING if isinstance(fault, ValueError) else Ailment.LOST,
            ) from fault

    def close(self) -> None:
        """Nothing stays open."""

    def _celsius(self, of: str) -> float:
        raw, offset, scale = (
            float((self._folder / f"in_temp_{of}_{part}").read_text(encoding="ascii"))
            for part in ("raw", "offset", "scale")
        )
        return (raw + offset) * scale / 1000


class IioThermometer(WatchedThermometer):
    """A spot thermometer behind the kernel's own driver."""

    name = "iio"
    probe = IioProbe
