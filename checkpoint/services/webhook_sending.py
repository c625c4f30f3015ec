"""One webhook message over the network: signed, and to no address that is none of its business.

The signature is that of Standard Webhooks (its specification, "Signature scheme"): HMAC-SHA256 over
id, timestamp and body, one for each secret while it is renewed. The name is looked up here, every
address that it has is judged, and the connection goes to the one that was judged: a name can't
point elsewhere in between. No redirect is followed, no proxy asked, and of the answer `ANSWER_MOST`
bytes are read.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx

from checkpoint.clock import Clock
from checkpoint.errors import Refused
from checkpoint.services.webhook_queue import Answer, Message

TIMEOUT_S = 10.0
ANSWER_MOST = 4096
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_HIDING = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2002::/16"))
"""IPv6 addresses that lead to an IPv4 address by way of a gateway (NAT64, 6to4)."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends messages; `networks` are the plants' own, where http and private addresses are fine."""

    clock: Clock
    networks: tuple[Network, ...] = ()

    def __call__(self, message: Message) -> Answer:
        """Send it once; what came of it is a value, whatever it is."""
        begun = time.monotonic()
        try:
            status, told = self._sent(message, begun), ""
        except Refused as refused:
            status, told = None, refused.message
        except httpx.TimeoutException:
            status, told = None, "no answer in time"
        except (httpx.HTTPError, ssl.SSLError, OSError, UnicodeError) as fault:
            status, told = None, type(fault).__name__
        return Answer(status, round((time.monotonic() - begun) * 1000), told)

    def _sent(self, message: Message, begun: float) -> int:
        url = httpx.URL(message.url)
        address = judged(url, _addresses(url), self.networks)
        host = url.host if url.port is None else f"{url.host}:{url.port}"
        request = httpx.Request(
            "POST",
            url.copy_with(host=str(address)),
            content=message.body,
            headers={"Host": host} | headers(message, self.clock.now()),
            extensions={"sni_hostname": url.host, "timeout": httpx.Timeout(TIMEOUT_S).as_dict()},
        )
        with httpx.Client(trust_env=False, timeout=TIMEOUT_S) as client:
            answer = client.send(request, stream=True)
            try:
                read = 0
                for chunk in answer.iter_raw(1024):
                    read += len(chunk)
                    if read >= ANSWER_MOST or time.monotonic() - begun > TIMEOUT_S:
                        break
            finally:
                answer.close()
        return answer.status_code


def headers(message: Message, now: datetime) -> dict[str, str]:
    """The headers of a message that is sent now."""
    at = str(int(now.timestamp()))
    signed = f"{message.event_id}.{at}.".encode() + message.body
    signatures = " ".join(_signature(secret, signed) for secret in message.secrets)
    return {
        "Content-Type": "application/json",
        "User-Agent": "Sibao-Webhooks/1",
        "webhook-id": message.event_id,
        "webhook-timestamp": at,
        "webhook-signature": signatures,
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"


def judged(url: httpx.URL, addresses: Sequence[Address], networks: Sequence[Network]) -> Address:
    """The address to connect to. Raises Refused where one of them is not for webhooks."""
    for address in addresses:
        own = any(address in network for network in networks if network.version == address.version)
        if not own and not _public(address):
            raise Refused("the address is not a public one")
        if url.scheme != "https" and not own:
            raise Refused("only https is allowed there")
    return addresses[0]


def _public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return _public(address.ipv4_mapped)
        if any(address in network for network in _HIDING):
            return False
    return address.is_global and not address.is_multicast


def _addresses(url: httpx.URL) -> list[Address]:
    port = url.port or (443 if url.scheme == "https" else 80)
    found = socket.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    return [ipaddress.ip_address(str(where[0]).partition("%")[0]) for *_, where in found]
