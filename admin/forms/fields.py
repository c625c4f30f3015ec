"""Fields with messages of our own in both languages, and times in the district's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.validators import DataRequired, Length, Optional

from checkpoint.errors import SibaoError

ZONE = ZoneInfo("Asia/Shanghai")


class Form(FlaskForm):  # type: ignore[misc]  # the library ships no checked types
    """A form whose services' objections appear at the field that they name."""

    def object_to(self, fault: SibaoError) -> None:
        """Show a service's refusal: at the field that it names first, else above the form."""
        field = next((f for f in self if f.name in fault.message.split()), None)
        words = gettext("This was not accepted: %(why)s", why=fault.message)
        if field is None:
            self.form_errors.append(words)
        else:
            field.errors = [*field.errors, words]


def needed() -> list[Any]:
    """Validators of a field that must be filled."""
    return [DataRequired(_("Fill this in.")), short()]


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


def why() -> StringField:
    """The reason of a change, for the action record."""
    return line(_("Reason"), most=200, render_kw={"placeholder": _("For the action record")})


def begin_of(day: date) -> datetime:
    """The first moment of a day in the district."""
    return datetime.combine(day, time.min, ZONE).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The first moment after a day in the district."""
    return begin_of(day + timedelta(days=1))


def today(now: datetime) -> date:
    """The district's date."""
    return now.astimezone(ZONE).date()


def errors_of(field: Field) -> list[str]:
    """The messages at a field, as texts."""
    return [str(error) for error in field.errors]


def _trimmed(value: str | None) -> str | None:
    return value.strip() if value else value
