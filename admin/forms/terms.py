"""From when until when, and where: what passes of any kind are issued on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import DateField, SelectMultipleField
from wtforms.validators import DataRequired, ValidationError

from admin.db import office
from admin.forms.fields import ZONE, begin_of, end_of
from admin.forms.shifts import ShiftForm, shift_of
from checkpoint.services import authorizing

MOST_DAYS = timedelta(days=366)


def sites_field() -> SelectMultipleField:
    """Which sites of the enterprise."""
    return SelectMultipleField(
        _("Sites"), description=_("None ticked: every site of the enterprise.")
    )


class TermForm(ShiftForm):
    """From when until when, where, and for which shift."""

    since = DateField(_("Valid from"), validators=[DataRequired(_("Give a date."))])
    until = DateField(
        _("Valid to"),
        validators=[DataRequired(_("Give a date."))],
        description=_("This day included."),
    )
    sites = sites_field()

    def validate_until(self, field: DateField) -> None:
        """A pass that is for longer than a year is renewed, so that a lost one ends."""
        if self.since.data and field.data and field.data - self.since.data >= MOST_DAYS:
            most = gettext("A pass is for %(days)s days at most.", days=MOST_DAYS.days)
            raise ValidationError(most)


def term_of(form: TermForm) -> dict[str, Any]:
    """What the form says, as a service's form takes it."""
    return {
        "sites": tuple(form.sites.data or ()),
        "shift": shift_of(form),
        **days(form.since.data, form.until.data, ZONE),
    }


def days(first: date, last: date, zone: ZoneInfo) -> dict[str, Any]:
    """Whole days, the last one included, as a service's form takes them."""
    begins = begin_of(first, zone)
    return {
        "not_before": begins if begins > office().clock.now() else None,
        "expires_at": end_of(last, zone),
    }


def zone_of(enterprise_id: str, sites: tuple[str, ...]) -> ZoneInfo:
    """The zone of the first of these sites, of the enterprise's first site where none is named."""
    rows = authorizing.places(office(), enterprise_id)
    zones = [row.site.zone for row in rows if not sites or row.site.site_id in sites]
    return ZoneInfo(zones[0]) if zones else ZONE


def sites_of(enterprise_id: str) -> list[tuple[str, str]]:
    """Ids and names of the enterprise's sites."""
    rows = authorizing.places(office(), enterprise_id)
    return [(row.site.site_id, row.site.name) for row in rows]
