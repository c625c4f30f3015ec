"""Words for cases: kinds, how they stand, what was done."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

KINDS = {
    "verification": _("Finding of a verification"),
    "health": _("Health and declarations"),
    "conduct": _("How a gate is kept"),
    "device": _("Devices"),
    "other": _("Something else"),
}
STATES = {
    "open": lazy_pgettext("case", "Open"),
    "waiting": lazy_pgettext("case", "Waiting"),
    "closed": lazy_pgettext("case", "Closed"),
}
TONES = {"open": "warn", "waiting": "idle", "closed": "good"}
STEPS = {
    "opened": _("opened the case"),
    "note": lazy_pgettext("case", "noted"),
    "correction": _("corrected note %(number)s"),
    "verified": _("verified the entries"),
    "entry": _("linked entries"),
    "lookup": _("linked lookup %(number)s"),
    "assigned": _("assigned it to %(who)s"),
    "waiting": _("let it wait"),
    "reopened": _("opened it again"),
    "released": _("told the enterprise"),
    "answered": _("answered for the enterprise"),
    "closed": _("closed it"),
}


def did(kind: str, detail: str, who: str = "") -> str:
    """What a step was, with the number or person that it is about."""
    return str(STEPS[kind]) % {"number": detail, "who": who or detail}
