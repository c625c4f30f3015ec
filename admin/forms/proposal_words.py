"""Proposals in words: what each kind would do, and how it stands."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from admin.forms import times, words
from checkpoint.clock import from_ms
from checkpoint.services.proposals import ProposalRow

KINDS = {
    "publish_policy": _("Publish a policy"),
    "suspend_enterprises": _("Suspend several enterprises"),
    "suspend": _("Suspended an enterprise at once"),
    "withdraw_key": _("Withdrew a key at once"),
    "retire_key": _("Withdraw a signing key"),
    "grant_warrants": _("Grant warrants to many"),
    "revoke_passes": _("Revoke many passes"),
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
    if row.kind == "grant_warrants":
        return str(gettext("%(num)s warrants", num=row.concerned))
    if row.kind in ("withdraw_key", "retire_key", "revoke_passes"):
        return str(gettext("%(num)s passes", num=row.concerned))
    return str(gettext("%(num)s enterprises", num=row.concerned))


def facts(row: ProposalRow) -> list[tuple[str, str]]:
    """What else is to be known before one agrees: labels and values."""
    terms = row.terms
    if row.kind == "grant_warrants":
        return [(gettext("Until"), times.last_day(from_ms(terms["valid_until"])))]
    if row.kind in ("withdraw_key", "retire_key"):
        return [(gettext("Key id"), terms["key_id"])]
    if row.kind != "revoke_passes":
        return []
    since, until = (
        times.moment(from_ms(terms[name])) if terms[name] is not None else ""
        for name in ("since", "until")
    )
    issued = f"{since} – {until}" if since or until else gettext("at any time")
    kind = str(words.PASS_KINDS.get(terms["kind"], gettext("all")))
    return [(gettext("Kind"), kind), (gettext("Issued"), issued)]
