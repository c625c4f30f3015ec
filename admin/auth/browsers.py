"""Where a sign-in came from, told so that its owner knows it again, and so that little is kept."""

from __future__ import annotations

import ipaddress

_BROWSERS = (
    ("WeChat", "MicroMessenger/"),
    ("DingTalk", "DingTalk/"),
    ("Edge", "Edg"),
    ("Opera", "OPR/"),
    ("Firefox", "Firefox/"),
    ("Chrome", "Chrome/"),
    ("Chrome", "CriOS/"),
    ("Safari", "Safari/"),
)
"""The first that a browser names itself: most claim to be those further down as well."""
_SYSTEMS = (
    ("HarmonyOS", "OpenHarmony"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iOS", "iPhone"),
    ("iOS", "iPad"),
    ("Windows", "Windows"),
    ("macOS", "Macintosh"),
    ("Linux", "Linux"),
)
LOOPBACK, LOCAL, OUTSIDE = "loopback", "local", "outside"


def browser(user_agent: str) -> str:
    """The browser and the system that it names, as `Firefox, Windows`; empty for neither."""
    found = (_named(user_agent, _BROWSERS), _named(user_agent, _SYSTEMS))
    return ", ".join(filter(None, found))


def network(address: str) -> str:
    """The class of an address and the network around it, as `local 192.168.7.0/24`.

    No address of one device: of IPv4 three numbers within a plant, two outside; of IPv6 48 bits.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if ip.is_loopback:
        return LOOPBACK
    inside = ip.is_private or ip.is_link_local
    bits = 48 if ip.version == 6 else 24 if inside else 16
    around = ipaddress.ip_network(f"{ip}/{bits}", strict=False)
    return f"{LOCAL if inside else OUTSIDE} {around}"


def neighbourhood(address: str) -> str:
    """What one caller's attempts are counted under: an IPv6 caller owns 64 bits of addresses."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ip if ip.version == 4 else ipaddress.ip_network(f"{ip}/64", strict=False))


def _named(user_agent: str, known: tuple[tuple[str, str], ...]) -> str:
    return next((name for name, mark in known if mark in user_agent), "")
