"""A device with a small web server of its own, as relays and input boards have."""

from __future__ import annotations

import httpx

from checkpoint.errors import Ailment, DeviceFault
from kiosk.drivers.device import ANSWER_S

LONGEST = 4096
"""Bytes of an answer that are looked at: a page may have no end."""


class WebDevice:
    """Asks addresses; `key` is the setting that names one, for what is said of a failure."""

    def __init__(self) -> None:
        self._client = httpx.Client(timeout=ANSWER_S, trust_env=False)

    def ask(self, key: str, address: str, method: str = "GET", *, most: int = 0) -> bytes:
        """The first `most` bytes of the answer. Raises DeviceFault with a remedy."""
        said = b""
        try:
            with self._client.stream(method, address) as answer:
                status = answer.status_code
                for part in answer.iter_raw() if most else ():
                    said += part
                    if len(said) >= most:
                        break
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            raise DeviceFault(
                f"{key} does not answer: {type(fault).__name__}",
                remedy="power the device, see its network, and name its address",
                ailment=_ailment(fault),
            ) from fault
        if not 200 <= status < 300:
            raise DeviceFault(
                f"{key} is refused by the device with status {status}",
                remedy="see its manual for its addresses and its password",
            )
        return said[:most]

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


def _ailment(fault: Exception) -> Ailment:
    """A device that is not there, one that says nothing, and one that is no web server."""
    if isinstance(fault, httpx.ReadTimeout | httpx.WriteTimeout):
        return Ailment.SILENT
    return Ailment.BABBLING if isinstance(fault, httpx.ProtocolError) else Ailment.LOST
