"""A policy's numbers in words: their names, and their values as people write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext, pgettext
from flask_babel import lazy_gettext as _

from admin.forms import rules, times, words
from checkpoint.domain.policy_changes import Difference

FIELDS = {
    "fever_threshold_c": _("Fever from"),
    "implausible_below_c": _("Implausible below"),
    "implausible_above_c": _("Implausible above"),
    "remeasure": _("Measured again at most"),
    "mask_required": _("Mask needed"),
    "screen_exits": _("Who leaves is screened too"),
    "passback": _("Entering twice is referred"),
    "trust_marked_s": _("Offline: marked after"),
    "trust_printed_refer_s": _("Offline: printed passes referred after"),
    "trust_all_refer_s": _("Offline: everything referred after"),
    "shift_grace_s": _("Before and after a shift"),
    "foreign_certificates": _("Foreign health certificates"),
    "reference_s": _("Thermometer held to a reference every"),
    "reference_tolerance_c": _("It may be off by"),
    "reference_refers": _("While that is overdue or failed, everybody is referred to a person"),
    "degraded.camera": _("While no code can be read"),
    "degraded.thermometer": _("While the thermometer is down"),
    "degraded.mask": _("While the mask sensor is down"),
    "degraded.barrier": _("While the barrier is down"),
    "retention.entries_days": _("Who it was in an entry is kept for"),
    "retention.roster_days": _("Roster, after the last pass (days)"),
    "retention.links_days": _("Phone links, after their end (days)"),
    "declaration_s": _("A worker's last declaration may be so old (hours)"),
    "status_max_age_s": _("A green health status counts for (hours)"),
    "yellow_denies": _("A yellow health status is refused, not only referred"),
    "boarding": rules.RULES["boarding"],
    "retention.declarations_days": _("Declarations and former health statuses (days)"),
    "retention.lookups_days": _("Who looked at what (days)"),
}


def name(field: str) -> object:
    """What a number is called; a rule is called by what it asks."""
    if field.startswith("rules."):
        return rules.words(field.removeprefix("rules."))
    return FIELDS.get(field, field)


def _whether(value: Any) -> object:
    return gettext("yes") if value else gettext("no")


def _hours(value: int) -> object:
    return gettext("%(num)s hours", num=value // 3600) if value else gettext("never")


_SPELT: tuple[tuple[str, Callable[[Any], object]], ...] = (
    ("rules.", lambda on: gettext("On") if on else pgettext("a rule", "Off")),
    ("retention.", lambda days: gettext("%(num)s days", num=days)),
    ("degraded.", lambda lane: words.of(words.LANES, lane)),
    ("foreign_certificates", lambda worth: words.of(words.FOREIGN_WORTHS, worth)),
    ("declaration_s", lambda s: _hours(s) if s else gettext("not asked for")),
    ("status_max_age_s", lambda s: _hours(s) if s else gettext("without limit")),
    ("shift_grace_s", lambda seconds: gettext("%(num)s minutes", num=seconds // 60)),
)


def value(field: str, held: Any) -> object:
    """A value as people write it."""
    for start, spelt in _SPELT:
        if field.startswith(start):
            return spelt(held)
    if isinstance(held, bool):
        return _whether(held)
    if field.endswith("_c"):
        return times.celsius(held)
    return _hours(held) if field.endswith("_s") else held


def change(one: Difference) -> tuple[object, object, object]:
    """A difference in words: the number, before, after."""
    return name(one.field), value(one.field, one.old), value(one.field, one.new)
