"""The filter of the entry list: as a person fills it in, and as the lookup asks it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _
from wtforms import DateTimeLocalField, DecimalField, SelectField
from wtforms.validators import NumberRange, Optional, ValidationError

from admin.auth.current import account
from admin.db import office
from admin.forms import words
from admin.forms.fields import ZONE, Form, choices, line
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.observation import Direction
from checkpoint.domain.reason import Reason
from checkpoint.services import authorizing
from checkpoint.services.rows import SiteRow
from checkpoint.storage.entry_filter import EntryFilter
from checkpoint.storage.scope import Scope

PAGE = 30
_ANY = ("", lazy_pgettext("no filter", "Any"))
_KINDS = (
    (words.BY_PEOPLE, words.ENTRY_KINDS_BY_PEOPLE),
    *words.ENTRY_KINDS.items(),
    ("", _("All kinds")),
)
_QUIET = {"autocomplete": "off"}


def _degrees(label: object) -> DecimalField:
    between = NumberRange(20, 50, _("Between %(min)s and %(max)s."))
    return DecimalField(
        label,
        places=1,
        validators=[Optional(), between],
        render_kw={"inputmode": "decimal", "step": "0.1"},
    )


class FilterForm(Form):
    """All that is given holds together."""

    since = DateTimeLocalField(_("From"), validators=[Optional()])
    until = DateTimeLocalField(_("Until"), validators=[Optional()])
    gate_id = SelectField(_("Gate"))
    outcome = SelectField(_("Outcome"), choices=choices(_ANY, *words.OUTCOMES.items()))
    reason = SelectField(_("Reason"), choices=choices(_ANY, *words.REASONS.items()))
    direction = SelectField(_("Direction"), choices=choices(_ANY, *words.DIRECTIONS.items()))
    kind = SelectField(_("Kind"), choices=choices(*_KINDS))
    name = line(_("Name"), optional=True, description=_("The whole name."), render_kw=_QUIET)
    id_tail = line(_("ID ends in"), optional=True, most=4, render_kw=_QUIET)
    temperature_from = _degrees(_("Temperature from (°C)"))
    temperature_to = _degrees(_("to (°C)"))

    def validate_until(self, field: DateTimeLocalField) -> None:
        """The time is not empty."""
        if field.data and self.since.data and field.data <= self.since.data:
            raise ValidationError(gettext("The end must be after the beginning."))

    def validate_temperature_to(self, field: DecimalField) -> None:
        """The range is not empty."""
        low = self.temperature_from.data
        if field.data is not None and low is not None and field.data < low:
            raise ValidationError(gettext("The upper temperature is below the lower one."))

    def wanted(self) -> EntryFilter:
        """The filter that the lookup asks."""
        low, high = self.temperature_from.data, self.temperature_to.data
        return EntryFilter(
            since=_utc(self.since),
            until=_utc(self.until),
            gate_id=self.gate_id.data or "",
            name=self.name.data or "",
            id_tail=self.id_tail.data or "",
            kinds=_kinds(self.kind.data),
            direction=Direction(self.direction.data) if self.direction.data else None,
            outcome=Outcome(self.outcome.data) if self.outcome.data else None,
            reason=Reason(self.reason.data) if self.reason.data else None,
            temperature_from_c=None if low is None else int(low * 100),
            # What is shown as 37.2 may be 37.29: the whole tenth is meant.
            temperature_to_c=None if high is None else int(high * 100) + 9,
            limit=PAGE,
        )


def filter_form(scope: Scope) -> FilterForm:
    """The form with the gates of the scope."""
    form = FilterForm(kind=words.BY_PEOPLE)
    gates = [
        (gate.gate_id, f"{place.site.name} · {gate.name}")
        for place in places(scope)
        for gate in place.gates
    ]
    form.gate_id.choices = choices(_ANY, *gates)
    return form


def places(scope: Scope) -> list[SiteRow]:
    """The sites that may be inspected."""
    mine = account().enterprise_id or ""
    return [
        place
        for place in authorizing.places(office(), mine)
        if scope.covers(mine, place.site.site_id)
    ]


def _kinds(chosen: str) -> tuple[EntryKind, ...]:
    if chosen == words.BY_PEOPLE:
        chosen = words.BY_PEOPLE_KINDS
    return tuple(EntryKind(kind) for kind in chosen.split())


def _utc(field: DateTimeLocalField) -> datetime | None:
    return field.data.replace(tzinfo=ZONE).astimezone(UTC) if field.data else None
