"""A relay with a small web server of its own, as Shelly's and many others have."""

from __future__ import annotations

from kiosk.config import BarrierSettings
from kiosk.drivers.barriers.relay import RelayBarrier
from kiosk.drivers.web_device import WebDevice


class HttpRelay:
    """Asks one address to switch on, one to switch off, one to look whether it is there."""

    def __init__(self, settings: BarrierSettings) -> None:
        self._settings = settings
        self._device = WebDevice()

    def switch(self, on: bool) -> None:
        """Ask the address for this state."""
        key = "on_url" if on else "off_url"
        address = getattr(self._settings, key)
        self._device.ask(f"barrier.{key}", address, self._settings.method)

    def check(self) -> None:
        """Ask the address of the state, if there is one."""
        if self._settings.check_url:
            self._device.ask("barrier.check_url", self._settings.check_url)

    def close(self) -> None:
        """Close the connection."""
        self._device.close()


class HttpBarrier(RelayBarrier):
    """A barrier behind a web relay."""

    name = "http"
    relay = HttpRelay
