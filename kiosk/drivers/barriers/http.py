"""A relay with a small web server of its own, as Shelly's and many others have."""

from __future__ import annotations

import httpx

from checkpoint.errors import Ailment, DeviceFault
from kiosk.config import BarrierSettings
from kiosk.drivers.barriers.minder import ANSWER_S
from kiosk.drivers.barriers.relay import RelayBarrier


class HttpRelay:
    """Asks one address to switch on, one to switch off, one to look whether it is there."""

    def __init__(self, settings: BarrierSettings) -> None:
        self._settings = settings
        self._client = httpx.Client(timeout=ANSWER_S, trust_env=False)

    def switch(self, on: bool) -> None:
        """Ask the address for this state."""
        key = "on_url" if on else "off_url"
        self._ask(key, self._settings.method)

    def check(self) -> None:
        """Ask the address of the state, if there is one."""
        if self._settings.check_url:
            self._ask("check_url", "GET")

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _ask(self, key: str, method: str) -> None:
        address = getattr(self._settings, key)
        try:
            with self._client.stream(method, address) as answer:  # a page may have no end
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            raise DeviceFault(
                f"barrier.{key} does not answer: {type(fault).__name__}",
                remedy="power the relay, see its network, and name its address",
                ailment=_ailment(fault),
            ) from fault
        if not 200 <= status < 300:
            raise DeviceFault(
                f"barrier.{key} is refused by the relay with status {status}",
                remedy="see the relay's manual for its addresses and its password",
            )


def _ailment(fault: Exception) -> Ailment:
    """A relay that is not there, one that says nothing, and one that is no web server."""
    if isinstance(fault, httpx.ReadTimeout | httpx.WriteTimeout):
        return Ailment.SILENT
    return Ailment.BABBLING if isinstance(fault, httpx.ProtocolError) else Ailment.LOST


class HttpBarrier(RelayBarrier):
    """A barrier behind a web relay."""

    name = "http"
    relay = HttpRelay
