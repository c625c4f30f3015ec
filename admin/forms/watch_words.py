"""How kiosks are, in words: what is wrong, and the traffic light."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from admin.forms import times, words
from admin.forms.fault_words import DEVICES, FAULTS
from checkpoint.services.watching import Found, Trouble

LEVELS = {
    "bad": (_("Out of order"), "bad"),
    "warn": (_("Needs care"), "warn"),
    "good": (_("All right"), "good"),
    "revoked": (_("Revoked"), "idle"),
}

_TROUBLES = {
    "silent": _("Silent since %(at)s"),
    "never": _("Never heard of since it was enrolled, %(at)s"),
    "clock": _("The gate's clock is wrong"),
    "bundle": _("Not on the newest bundle, made %(at)s"),
    "unsent": _("Many entries wait to be sent"),
    "reference_failed": _("The thermometer failed its check, %(at)s"),
    "reference_due": _("The thermometer's check is overdue since %(at)s"),
}


def trouble(found: Found) -> str:
    """What is wrong, since when, and how the gate goes on meanwhile."""
    at = times.day(found.since)
    if found.trouble is not Trouble.FAULT:
        return str(_TROUBLES[found.trouble.value] % {"at": at})
    device = words.of(FAULTS, found.code) if found.code else ""
    told = f"{found.code} {device or words.of(DEVICES, found.device)}"
    since = gettext("since %(at)s", at=at)
    lane = f" · {words.of(words.LANES, found.lane)}" if found.lane else ""
    return f"{told} · {since}{lane}"
