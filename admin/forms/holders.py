"""What the roster says of a holder: the fields of its pages."""

from __future__ import annotations

from flask_babel import gettext, pgettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectField, SelectMultipleField

from admin.forms.fields import choices
from admin.forms.terms import sites_of

ROSTER_STATES = {
    "no_pass": _("Without a valid pass"),
    "soon": _("Pass ends within a week"),
    "blocked": _("Blocked"),
    "left": _("Left"),
}

WEEK_DAYS = {
    "1": _("Monday"),
    "2": _("Tuesday"),
    "3": _("Wednesday"),
    "4": _("Thursday"),
    "5": _("Friday"),
    "6": _("Saturday"),
    "7": _("Sunday"),
}

PHONE = {"inputmode": "tel", "autocomplete": "off"}
SEATS = (0, 200, _("Between %(min)s and %(max)s."))


class VersionField(HiddenField):  # type: ignore[misc]  # as for forms.fields.Form
    """Which version of the line a form was made from; 0, which no line has, where that is lost."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """A whole number of the database, or 0."""
        self.data = version_of(valuelist[0] if valuelist else "")


def version_of(given: str) -> int:
    """A whole number of the database, or 0."""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0


def site_field() -> SelectField:
    """At which site the holder is as a rule."""
    told = _("Where they are as a rule; a pass may name more.")
    return SelectField(_("Site"), default="", description=told)


def offer_sites(field: SelectField, enterprise_id: str) -> dict[str, str]:
    """Give the field the sites of one's own enterprise; their names."""
    names = dict(sites_of(enterprise_id))
    field.choices = choices(("", gettext("None in particular")), *names.items())
    return names


def days_field() -> SelectMultipleField:
    """On which days of the week a vehicle drives."""
    return SelectMultipleField(
        _("Days of the week"),
        choices=choices(*WEEK_DAYS.items()),
        description=_(
            "None ticked: every day. Printed on the permit; gates check it where the policy asks"
            " for manifests."
        ),
    )


def days_words(days: str) -> str:
    """Days of the week as people write them; empty for every day."""
    return str(pgettext("between days", ", ")).join(str(WEEK_DAYS[day]) for day in days)
