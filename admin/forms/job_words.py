"""Words for background jobs: their kinds and states. A kind shows its end by `jobs/KIND.html`."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

KINDS: dict[str, Any] = {
    "replay_policy": _("Past passings under other numbers"),
    "check_roster": _("Roster from a file: a look at it"),
    "import_roster": _("Roster from a file: the import"),
    "export_roster": _("Table of the people of the enterprise"),
    "check_vehicles": _("Vehicles from a file: a look at it"),
    "import_vehicles": _("Vehicles from a file: the import"),
    "export_vehicles": _("Table of the vehicles of the enterprise"),
    "check_enterprises": _("Enterprises from a file: a look at it"),
    "import_enterprises": _("Enterprises from a file: the import"),
    "export_enterprises": _("Table of the enterprises"),
    "issue_roster": _("Passes for all"),
    "grant_warrants": _("Warrants for many"),
    "revoke_passes": _("Many passes revoked"),
    "entry_list": _("Export of a list of entries"),
    "log_export": _("Signed export of whole chains"),
}
WHOLE = frozenset(
    {
        *("check_roster", "import_roster", "export_roster", "entry_list", "log_export"),
        *("check_vehicles", "import_vehicles", "export_vehicles"),
        *("check_enterprises", "import_enterprises", "export_enterprises"),
    }
)
"""Kinds that change all or nothing: one that failed changed nothing."""

STATES = {
    "waiting": (lazy_pgettext("a job", "Waiting"), "idle"),
    "running": (_("Running"), "warn"),
    "done": (lazy_pgettext("a job", "Done"), "good"),
    "failed": (_("Failed"), "bad"),
    "cancelled": (_("Cancelled"), "idle"),
}


def kind(code: str) -> str:
    """What a job of a kind is called."""
    return str(KINDS.get(code, code))


def state(code: str) -> tuple[str, str]:
    """What a state is called, and its tone."""
    told, tone = STATES[code]
    return str(told), tone
