"""Who may look at the page, who may press its buttons, and what a browser may load for it."""

from __future__ import annotations

import hmac
import ipaddress
from urllib.parse import urlsplit

from flask import Request, Response

TOKEN_HEADER = "X-Sibao-Token"  # noqa: S105 - a header's name
_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
        " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def harden(response: Response) -> Response:
    """Nothing from outside, nothing inline, and no copy of a person in a cache."""
    response.headers.update(_HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def host_is_ours(host_header: str, listening: str) -> bool:
    """Whether the Host header names this display.

    A page of elsewhere that has bent its own name to our address (DNS rebinding) names
    itself here. Beyond loopback, an address or the configured name is enough: only a name
    can be bent.
    """
    try:
        host = urlsplit(f"//{host_header}").hostname or ""
    except ValueError:
        return False
    if host in _NAMES or host == listening.lower():
        return True
    return not is_loopback(listening) and _is_address(host)


def may_press(request: Request) -> bool:
    """Only the gate's own machine presses buttons: there is no sign-in on this page."""
    return is_loopback(request.remote_addr or "")


def refusal(request: Request, token: str) -> str:
    """Why a request to act is not from our own page; empty when it is."""
    if not may_press(request):
        return "not_here"
    _, scheme, origin = request.headers.get("Origin", "").partition("://")
    if not scheme or not origin or origin != request.headers.get("Host"):
        return "wrong_origin"
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return "wrong_origin"
    given = request.headers.get(TOKEN_HEADER, "").encode()
    if not hmac.compare_digest(given, token.encode()):
        return "wrong_token"
    return ""


def is_loopback(address: str) -> bool:
    """Whether an address or name is this machine's own."""
    return address == "localhost" or (
        _is_address(address) and ipaddress.ip_address(address).is_loopback
    )


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
