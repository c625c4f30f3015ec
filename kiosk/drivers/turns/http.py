"""An input of a device with a small web server of its own."""

from __future__ import annotations

from kiosk.config import TurnSettings
from kiosk.drivers.turns.watched import WatchedTurn
from kiosk.drivers.web_device import LONGEST, WebDevice


class HttpInput:
    """Somebody walks through while the answer holds `turn.sign`."""

    def __init__(self, settings: TurnSettings) -> None:
        self._url, self._sign = settings.url, _bare(settings.sign.encode())
        self._device = WebDevice()

    def closed(self) -> bool:
        """Ask the address."""
        return self._sign in _bare(self._device.ask("turn.url", self._url, most=LONGEST))

    def close(self) -> None:
        """Nothing stays open between two questions that would have to be let go of."""


def _bare(text: bytes) -> bytes:
    return b"".join(text.split())


class HttpTurn(WatchedTurn):
    """A turnstile's contact at a web device."""

    name = "http"
    input = HttpInput
