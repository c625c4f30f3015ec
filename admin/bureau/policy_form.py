"""The form of a policy: the numbers as people say them, and back."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    DecimalField,
    HiddenField,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import InputRequired, NumberRange, Optional

from admin.forms import rules, words
from admin.forms.fields import ZONE, Form, WholeField, choices, line
from checkpoint.domain.degraded import Degraded
from checkpoint.domain.policy import HEALTH_MOST_S, HOUR_S, Policy
from checkpoint.domain.retention import RANGES, Retention
from checkpoint.screening import RULES


def _degrees(label: object, hint: object) -> DecimalField:
    return DecimalField(
        label,
        places=1,
        description=hint,
        validators=[
            InputRequired(_("Give a number.")),
            NumberRange(30, 45, _("Between %(min)s and %(max)s.")),
        ],
        render_kw={"inputmode": "decimal", "step": "0.1"},
    )


def _whole(label: object, hint: object, least: int = 1, most: int = 24 * 90) -> WholeField:
    return WholeField(
        label,
        description=hint,
        validators=[
            InputRequired(_("Give a number.")),
            NumberRange(least, most, _("Between %(min)s and %(max)s.")),
        ],
        render_kw={"inputmode": "numeric"},
    )


def _lane(label: object, hint: object) -> SelectField:
    return SelectField(label, description=hint, choices=choices(*words.LANES.items()))


class PolicyForm(Form):
    """The numbers as people say them: degrees, hours, minutes; and which rules are asked."""

    fever_threshold_c = _degrees(_("Fever from (°C)"), _("At this temperature and above: refused."))
    implausible_below_c = _degrees(
        _("Implausible below (°C)"), _("Measured again, then a person decides.")
    )
    implausible_above_c = _degrees(
        _("Implausible above (°C)"), _("No body temperature: a person decides.")
    )
    remeasure = _whole(
        _("Measure again"),
        _("How many times a fever or an implausible value is measured again."),
        least=0,
        most=5,
    )
    mask_required = BooleanField(_("A mask must be worn"))
    screen_exits = BooleanField(_("Who leaves is screened too"))
    passback = BooleanField(_("Entering twice without leaving is referred to a person"))
    trust_marked_s = _whole(_("Offline: marked after (hours)"), _("Entries then bear a mark."))
    trust_printed_refer_s = _whole(_("Offline: printed passes referred after (hours)"), "")
    trust_all_refer_s = _whole(_("Offline: everything referred after (hours)"), "")
    shift_grace_s = _whole(
        _("Before and after a shift (minutes)"),
        _("So much earlier or later a worker may still come in."),
        least=0,
        most=720,
    )
    reference_s = _whole(
        _("Thermometer held to a reference every (hours)"),
        _("The gate's display says when it is due; 0 for never."),
        least=0,
        most=31 * 24,
    )
    reference_tolerance_c = DecimalField(
        _("It may be off by (°C)"),
        places=1,
        validators=[
            InputRequired(_("Give a number.")),
            NumberRange(Decimal("0.1"), 2, _("Between %(min)s and %(max)s.")),
        ],
        render_kw={"inputmode": "decimal", "step": "0.1"},
    )
    reference_refers = BooleanField(
        _("While that is overdue or failed, everybody is referred to a person")
    )
    declaration_s = _whole(
        _("A worker's last declaration may be so old (hours)"),
        _("0: none is asked for. It needs the rule about declarations below."),
        least=0,
        most=HEALTH_MOST_S // HOUR_S,
    )
    status_max_age_s = _whole(
        _("A green health status counts for (hours)"),
        _("Counted from when it was last said; 0 for without limit."),
        least=0,
        most=HEALTH_MOST_S // HOUR_S,
    )
    yellow_denies = BooleanField(_("A yellow health status is refused, not only referred"))
    foreign_certificates = SelectField(
        _("A valid foreign health certificate (HC1:)"),
        description=_("It names no site and is not bound to who shows it."),
        choices=choices(*words.FOREIGN_WORTHS.items()),
    )
    down_camera = _lane(_("While no code can be read"), "")
    down_thermometer = _lane(_("While the thermometer is down"), "")
    down_mask = _lane(_("While the mask sensor is down"), "")
    down_barrier = _lane(
        _("While the barrier is down"), _("Referring needs the rule about devices below.")
    )
    entries_days = _whole(_("Who it was in an entry (days)"), "", *RANGES["entries_days"])
    roster_days = _whole(_("Roster, after the last pass (days)"), "", *RANGES["roster_days"])
    links_days = _whole(_("Phone links, after their end (days)"), "", *RANGES["links_days"])
    declarations_days = _whole(
        _("Declarations and former health statuses (days)"), "", *RANGES["declarations_days"]
    )
    lookups_days = _whole(_("Who looked at what (days)"), "", *RANGES["lookups_days"])
    rules = SelectMultipleField(
        _("Rules that the gates ask"),
        description=_("At least one. A rule without its tick is asked at no gate."),
    )
    effective_at = DateTimeLocalField(
        _("Takes effect at"),
        validators=[Optional()],
        description=_("Empty: at once. Gates without network change on time too."),
    )
    why = line(
        _("Reason"), most=200, description=_("Every enterprise is shown it beside the date.")
    )
    newest = HiddenField(validators=[Optional()])
    days = SelectField(
        _("Passings of"),
        validators=[Optional()],
        default="1",
        choices=choices(
            ("0", _("today so far")),
            ("1", _("yesterday")),
            ("7", _("the last 7 days")),
            ("30", _("the last 30 days")),
        ),
    )


_DEGREES = (
    *("fever_threshold_c", "implausible_below_c", "implausible_above_c"),
    "reference_tolerance_c",
)
_HOURS = (
    *("trust_marked_s", "trust_printed_refer_s", "trust_all_refer_s", "reference_s"),
    *("declaration_s", "status_max_age_s"),
)
MINUTE_S = 60
_PLAIN = (
    "remeasure",
    "mask_required",
    "screen_exits",
    "passback",
    "foreign_certificates",
    "reference_refers",
    "yellow_denies",
)


def form_of(now: Policy, newest: int) -> PolicyForm:
    """The form with the numbers of a policy, made while `newest` was the last version."""
    form = PolicyForm(
        **{name: getattr(now, name) / 100 for name in _DEGREES},
        **{name: getattr(now, name) // HOUR_S for name in _HOURS},
        **{name: getattr(now, name) for name in _PLAIN},
        **asdict(now.retention),
        **{f"down_{device}": lane for device, lane in now.degraded.to_fields().items()},
        shift_grace_s=now.shift_grace_s // MINUTE_S,
        rules=list(now.rules),
        newest=str(newest),
    )
    form.rules.choices = choices(*((name, rules.words(name)) for name in RULES))
    return form


def effect_of(form: PolicyForm) -> datetime | None:
    """From when it shall hold, typed in the district's time; None for at once."""
    typed = form.effective_at.data
    return typed.replace(tzinfo=ZONE).astimezone(UTC) if typed else None


def policy_of(form: PolicyForm, now: Policy) -> Policy:
    """The policy that the form asks for. Raises PolicyError."""
    changes: dict[str, Any] = {name: form[name].data for name in _PLAIN}
    changes |= {name: int(form[name].data * 100) for name in _DEGREES}
    changes |= {name: form[name].data * HOUR_S for name in _HOURS}
    changes["shift_grace_s"] = form.shift_grace_s.data * MINUTE_S
    changes["retention"] = Retention(**{name: form[name].data for name in RANGES})
    devices = now.degraded.to_fields()
    changes["degraded"] = Degraded(**{one: form[f"down_{one}"].data for one in devices})
    changes["rules"] = tuple(name for name in RULES if name in form.rules.data)
    return replace(now, **changes)
