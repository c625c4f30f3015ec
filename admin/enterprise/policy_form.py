"""The form of an enterprise's own stricter numbers: empty is the bureau's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DecimalField,
    Field,
    HiddenField,
    SelectField,
)
from wtforms.validators import NumberRange, Optional

from admin.forms import policy_words, words
from admin.forms.fields import Form, WholeField, choices
from checkpoint.domain.policy import HOUR_S, Policy
from checkpoint.errors import PolicyError

_DEGREES = ("fever_threshold_c", "implausible_below_c", "implausible_above_c")
_OFF = "reference_tolerance_c"
_HOURS = (
    *("trust_marked_s", "trust_printed_refer_s", "trust_all_refer_s"),
    *("reference_s", "declaration_s", "status_max_age_s"),
)
_MINUTES = "shift_grace_s"
_SWITCHES = (
    *("mask_required", "screen_exits", "passback", "reference_refers", "yellow_denies"),
    "boarding",
)
_WORTH = "foreign_certificates"
ORDER = (
    *(*_DEGREES, "mask_required", "screen_exits", "passback", _MINUTES, *_HOURS[:3]),
    *("reference_s", _OFF, "reference_refers", *_HOURS[4:], "yellow_denies", "boarding", _WORTH),
)


def _celsius(name: str, least: float, most: float) -> DecimalField:
    told = NumberRange(least, most, _("Between %(min)s and %(max)s."))
    return DecimalField(
        policy_words.name(name),
        places=1,
        validators=[Optional(), told],
        render_kw={"inputmode": "decimal", "step": "0.1"},
    )


def _whole(name: str, most: int) -> WholeField:
    told = NumberRange(0, most, _("Between %(min)s and %(max)s."))
    return WholeField(
        policy_words.name(name), validators=[Optional(), told], render_kw={"inputmode": "numeric"}
    )


class TightenForm(Form):
    """One field a number; temperatures in °C, ages in hours, the time around a shift in minutes."""

    fever_threshold_c = _celsius("fever_threshold_c", 30, 45)
    implausible_below_c = _celsius("implausible_below_c", 30, 45)
    implausible_above_c = _celsius("implausible_above_c", 30, 45)
    mask_required = BooleanField(policy_words.name("mask_required"))
    screen_exits = BooleanField(policy_words.name("screen_exits"))
    passback = BooleanField(policy_words.name("passback"))
    shift_grace_s = _whole("shift_grace_s", 720)
    trust_marked_s = _whole("trust_marked_s", 24 * 90)
    trust_printed_refer_s = _whole("trust_printed_refer_s", 24 * 90)
    trust_all_refer_s = _whole("trust_all_refer_s", 24 * 90)
    reference_s = _whole("reference_s", 24 * 31)
    reference_tolerance_c = _celsius("reference_tolerance_c", 0.1, 2)
    reference_refers = BooleanField(policy_words.name("reference_refers"))
    declaration_s = _whole("declaration_s", 24 * 366)
    status_max_age_s = _whole("status_max_age_s", 24 * 366)
    yellow_denies = BooleanField(policy_words.name("yellow_denies"))
    boarding = BooleanField(policy_words.name("boarding"))
    foreign_certificates = SelectField(policy_words.name("foreign_certificates"))
    version = HiddenField(validators=[Optional()])


@dataclass(frozen=True, slots=True)
class Line:
    """A number on the page: the bureau's value, the field (None: nothing stricter), in force."""

    name: str
    field: Field | None
    bureau: object
    in_force: object
    own: bool


def form_of(bureau: Policy, own: dict[str, object], version: int) -> TightenForm:
    """The form with the enterprise's own numbers."""
    form = TightenForm(
        **{name: _shown(name, value) for name, value in own.items()}, version=str(version)
    )
    worths = [w for w in words.FOREIGN_WORTHS if _allowed(bureau, _WORTH, w)]
    same = ("", gettext("As the bureau"))
    form.foreign_certificates.choices = choices(
        same, *((worth, words.FOREIGN_WORTHS[worth]) for worth in worths)
    )
    return form


def changes_of(form: TightenForm, bureau: Policy) -> dict[str, object] | None:
    """What is stricter than the bureau's; None where a field is not, which then says so."""
    wanted: dict[str, object] = {}
    for name in ORDER:
        value = _stored(name, form[name].data)
        if value is None or value == getattr(bureau, name):
            continue
        if not _allowed(bureau, name, value):
            told = policy_words.value(name, getattr(bureau, name))
            words_ = gettext("Only stricter than the bureau's: %(value)s.", value=told)
            form[name].errors = [*form[name].errors, words_]
        wanted[name] = value
    return None if any(form[name].errors for name in ORDER) else wanted


def lines(form: TightenForm, bureau: Policy, now: Policy, own: dict[str, object]) -> list[Line]:
    """The numbers in the order of the page."""
    return [
        Line(
            name,
            None if name in _SWITCHES and getattr(bureau, name) else form[name],
            policy_words.value(name, getattr(bureau, name)),
            policy_words.value(name, getattr(now, name)),
            name in own,
        )
        for name in ORDER
    ]


def _allowed(bureau: Policy, name: str, value: object) -> bool:
    try:
        bureau.tightened(**{name: value})
    except PolicyError as fault:
        # A number in the wrong order with others is told when all are put together.
        return not fault.message.startswith(f"{name}=")
    return True


def _shown(name: str, value: Any) -> Any:
    if name in _DEGREES or name == _OFF:
        return value / 100
    if name in _HOURS:
        return value // HOUR_S
    return value // 60 if name == _MINUTES else value


def _stored(name: str, typed: Any) -> object | None:
    if typed in (None, "", False):
        return None
    if name in _DEGREES or name == _OFF:
        return int(typed * 100)
    if name in _HOURS:
        return int(typed) * HOUR_S
    return int(typed) * 60 if name == _MINUTES else typed
