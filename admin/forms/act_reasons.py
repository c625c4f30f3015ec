"""Words for what the program itself wrote as the reason of an act, instead of a person."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _

from admin.forms.words import GROUNDS

RECORD_FIELDS = {
    "name": lazy_pgettext("of a place", "Name"),
    "township": _("Township or street"),
    "industry": _("Industry"),
    "above_scale": _("Above scale"),
    "address": _("Address"),
    "staff": _("Staff"),
    "head": _("Legal representative or head"),
    "contacts": _("Contacts"),
    "medical": _("Nearest medical institution"),
    "medical_phone": _("Its phone"),
    "isolation": _("Isolation room"),
    "isolation_where": _("Where it is"),
}
"""Fields of an enterprise's record, as the act of changing it names them."""

_REPLACED = {
    "erased": _("The person was erased"),
    "replaced by another phone": _("Replaced by another phone"),
    "replaced by a newer link": _("Replaced by a newer link"),
}
_ENROLLED = re.compile(r"site (\S+) gate (\S+) key ([0-9a-f]{32})")
_TERMS = re.compile(r"terms ([0-9a-f]{32})")


def reason_words(why: str, verb: str) -> str:
    """The reason of an act in the reader's language; what a person typed stays as it is."""
    told = _BY_VERB[verb](why) if verb in _BY_VERB else None
    return str(told or why)


def _enrolled(why: str) -> Any:
    found = _ENROLLED.fullmatch(why)
    if found is None:
        return None
    site, gate, key = found.groups()
    return gettext(
        "Site %(site)s, gate %(gate)s, digest of its key %(key)s", site=site, gate=gate, key=key
    )


def _granted(why: str) -> Any:
    found = _TERMS.fullmatch(why)
    return found and gettext("Digest of the terms %(digest)s", digest=found[1])


def _changed(why: str) -> Any:
    names = why.split(", ")
    if not all(name in RECORD_FIELDS for name in names):
        return None
    return gettext(", ").join(str(RECORD_FIELDS[name]) for name in names)


def _confirmed(why: str) -> Any:
    return gettext("Version %(version)s", version=why) if why.isdecimal() else None


def _rotated(why: str) -> Any:
    return gettext("Its term was ending") if why == "term" else None


_BY_VERB: dict[str, Callable[[str], Any]] = {
    "enrol_kiosk": _enrolled,
    "grant_warrant": _granted,
    "change_enterprise": _changed,
    "confirm_guide": _confirmed,
    "rotate_key": _rotated,
    "erase_person": GROUNDS.get,
    "revoke_pass": _REPLACED.get,
    "withdraw_phone_link": _REPLACED.get,
}
"""How an act's reason is put in words; None from it for a reason that is a person's own."""
