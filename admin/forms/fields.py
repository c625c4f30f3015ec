"""Fields with messages of our own in both languages, and times in the district's zone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from admin.forms import refusals
from admin.forms.times import moment
from checkpoint.clock import from_ms
from checkpoint.errors import ClaimError, Overtaken, PolicyError, Refused, SibaoError

ZONE = ZoneInfo("Asia/Shanghai")
YEARS = range(2000, 2101)
"""Years that a form takes: days at the ends of the calendar have none beside them."""

_DAYS = {"expires_at": ("until", "day"), "not_before": ("since",), "shift": ("shift_from",)}
"""What services call the term and the shift of a pass, and the fields that they come from."""


_DIGITS_MOST = 18
"""Digits of a whole number that the database and the checks of its bounds can hold."""


class WholeField(IntegerField):  # type: ignore[misc]  # the library ships no checked types
    """A whole number; one of more digits than anything is counted in is none."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it. Raises ValueError, told at the field."""
        if valuelist and len(valuelist[0].strip()) > _DIGITS_MOST:
            self.data = None
            raise ValueError(self.gettext("Not a valid integer value."))
        super().process_formdata(valuelist)


class Form(FlaskForm):  # type: ignore[misc]  # the library ships no checked types
    """A form whose services' objections appear at the field that they name."""

    def validate(self, extra_validators: Any = None) -> bool:
        """As the library does; and every day must lie in `YEARS`.

        What can't be read is told alone: its bounds would only say it twice.
        """
        valid = bool(super().validate(extra_validators))
        for field in self:
            if field.errors and field.process_errors:
                field.errors = list(field.process_errors)
            if isinstance(field.data, date) and field.data.year not in YEARS:
                field.errors = [*field.errors, gettext("The year must be from 2000 to 2100.")]
                valid = False
        return valid

    def object_to(self, fault: SibaoError) -> None:
        """Show a service's refusal: at the field that its first word names, else above the form."""
        if isinstance(fault, Overtaken):
            self.form_errors.append(overtaken(fault))
            return
        name, _space, what = fault.message.partition(" ")
        if name in _DAYS:
            name = next((day for day in _DAYS[name] if day in self), name)
        if name in self and isinstance(self[name], Field):
            self[name].errors = [*self[name].errors, refusals.words(what)]
        else:
            self.form_errors.append(refusals.words(fault.message))


def overtaken(fault: Overtaken) -> str:
    """Who was faster, when, and what to do."""
    told = gettext(
        "%(who)s changed this at %(at)s. Nothing of yours was saved: open the page anew in"
        " another tab, compare, and send it from there.",
        who=fault.who or gettext("Somebody"),
        at=moment(from_ms(fault.at_ms)),
    )
    return str(told)


@contextmanager
def objections(form: Form) -> Iterator[None]:
    """Within it a service is asked; what it refuses is shown in the form."""
    try:
        yield
    except (Refused, ClaimError, PolicyError) as fault:
        form.object_to(fault)


def short(most: int = 64) -> Length:
    """At most so many characters."""
    return Length(max=most, message=_("At most %(max)d characters."))


def line(label: Any, *, optional: bool = False, most: int = 64, **options: Any) -> StringField:
    """One line of text, trimmed."""
    first: list[Any] = [Optional()] if optional else [DataRequired(_("Fill this in."))]
    extra = options.pop("validators", [])
    return StringField(
        label, validators=[*first, short(most), *extra], filters=[_trimmed], **options
    )


def choices(*pairs: tuple[str, Any]) -> list[SelectChoice]:
    """The options of a select field: values and their words."""
    return [SelectChoice(value, label) for value, label in pairs]


def begin_of(day: date, zone: ZoneInfo = ZONE) -> datetime:
    """The first moment of a day, in the district unless another zone is given."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def end_of(day: date, zone: ZoneInfo = ZONE) -> datetime:
    """The first moment after a day, in the district unless another zone is given."""
    return begin_of(day + timedelta(days=1), zone)


def today(now: datetime) -> date:
    """The district's date."""
    return now.astimezone(ZONE).date()


def _trimmed(value: str | None) -> str | None:
    return value.strip() if value else value
