"""Proposals in words: what each kind would do, and how it stands."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from checkpoint.services.proposals import ProposalRow

KINDS = {
    "publish_policy": _("Publish a policy"),
    "suspend_enterprises": _("Suspend several enterprises"),
    "suspend": _("Suspended an enterprise at once"),
    "withdraw_key": _("Withdrew a key at once"),
}

STANDS = {
    "open": (_("Waits for a colleague"), "warn"),
    "unseen": (_("Done, to be seen by a colleague"), "warn"),
    "confirmed": (_("Confirmed"), "good"),
    "declined": (_("Declined"), "bad"),
    "withdrawn": (_("Taken back"), "idle"),
    "alone": (_("Done by the only officer"), "idle"),
    "expired": (_("Expired"), "idle"),
}


def concerned(row: ProposalRow) -> str:
    """How many it concerns, in the words of its kind."""
    if row.kind == "withdraw_key":
        return str(gettext("%(num)s passes", num=row.concerned))
    return str(gettext("%(num)s enterprises", num=row.concerned))
