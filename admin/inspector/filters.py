"""The filter of the entry list: as a person fills it in, and as the lookup asks it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateTimeLocalField, DecimalField, Field, SelectField
from wtforms.validators import NumberRange, Optional, ValidationError

from admin.auth.current import account
from admin.db import office
from admin.forms import words
from admin.forms.fields import ZONE, Form, choices, line, today
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import ClockQuality, Direction
from checkpoint.domain.plate import painted
from checkpoint.domain.reason import Reason
from checkpoint.services import authorizing
from checkpoint.services.rows import SiteRow
from checkpoint.services.view_filter import Span, ViewFilter
from checkpoint.storage.entry_filter import EntryFilter, Later
from checkpoint.storage.scope import Scope

PAGE = 30
SPANS = {"today": _("Today"), "yesterday": _("Yesterday"), "week": _("The last 7 days")}
"""Spans of time to be chosen by one button, up to the end of the present day."""
_DAYS = {"today": (0, 1), "yesterday": (-1, 0), "week": (-6, 1)}
_ANY = ("", lazy_pgettext("no filter", "Any"))
_KINDS = (
    (words.BY_PEOPLE, words.ENTRY_KINDS_BY_PEOPLE),
    *words.ENTRY_KINDS.items(),
    ("", _("All kinds")),
)
_QUIET = {"autocomplete": "off"}
_OF_ONE_PERSON = ("name", "id_tail", "plate", "pass_id")
_TIMES = ("since", "until")
_CHOSEN = (
    *("site_id", "gate_id", "outcome", "reason", "direction", "pass_kind", "later"),
    "clock_quality",
)


def _seen(_form: object, field: SelectField) -> None:
    """The place is one of those that may be inspected: a view may be older than the warrants."""
    if field.data not in {choice.value for choice in field.choices}:
        raise ValidationError(gettext("This place is not within your warrants. Choose another."))


def _place(label: object) -> SelectField:
    return SelectField(label, default="", validators=[_seen], validate_choice=False)


def _degrees(label: object) -> DecimalField:
    between = NumberRange(20, 50, _("Between %(min)s and %(max)s."))
    return DecimalField(
        label,
        places=1,
        validators=[Optional(), between],
        render_kw={"inputmode": "decimal", "step": "0.1"},
    )


def _any_of(label: object, table: dict[str, Any]) -> SelectField:
    return SelectField(label, choices=choices(_ANY, *table.items()), default="")


class FilterForm(Form):
    """All that is given holds together."""

    since = DateTimeLocalField(_("From"), validators=[Optional()])
    until = DateTimeLocalField(_("Until"), validators=[Optional()])
    site_id = _place(_("Site"))
    gate_id = _place(_("Gate"))
    outcome = _any_of(_("Outcome"), words.OUTCOMES)
    reason = _any_of(_("Reason"), words.REASONS)
    direction = _any_of(_("Direction"), words.DIRECTIONS)
    kind = SelectField(_("Kind"), choices=choices(*_KINDS), default=words.BY_PEOPLE)
    pass_kind = _any_of(_("Kind of pass"), words.PASS_KINDS)
    name = line(_("Name"), optional=True, description=_("The whole name."), render_kw=_QUIET)
    id_tail = line(_("ID ends in"), optional=True, most=4, render_kw=_QUIET)
    plate = line(_("Plate"), optional=True, most=16, render_kw=_QUIET)
    pass_id = line(_("Number of the pass"), optional=True, most=32, render_kw=_QUIET)
    temperature_from = _degrees(_("Temperature from (°C)"))
    temperature_to = _degrees(_("to (°C)"))

    later = _any_of(_("Afterwards"), words.LATER)
    clock_quality = _any_of(_("Gate's clock"), words.CLOCKS)
    degraded = BooleanField(_("Only while the gate lacked something"))

    def validate_plate(self, field: Field) -> None:
        """The plate is one, in its one form."""
        if field.data:
            field.data = painted(field.data)
            if field.data is None:
                raise ValidationError(gettext("Type it as painted, like 京A12345."))

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
            site_id=self.site_id.data or "",
            gate_id=self.gate_id.data or "",
            name=self.name.data or "",
            id_tail=self.id_tail.data or "",
            plate=self.plate.data or "",
            pass_id=(self.pass_id.data or "").lower(),
            kinds=_kinds(self.kind.data),
            pass_kind=PassKind(self.pass_kind.data) if self.pass_kind.data else None,
            direction=Direction(self.direction.data) if self.direction.data else None,
            outcome=Outcome(self.outcome.data) if self.outcome.data else None,
            reason=Reason(self.reason.data) if self.reason.data else None,
            temperature_from_c=None if low is None else int(low * 100),
            # What is shown as 37.2 may be 37.29: the whole tenth is meant.
            temperature_to_c=None if high is None else int(high * 100) + 9,
            clock_quality=ClockQuality(clock) if (clock := self.clock_quality.data) else None,
            later=Later(self.later.data) if self.later.data else None,
            degraded=bool(self.degraded.data),
            limit=PAGE,
        )

    @property
    def personal(self) -> bool:
        """Whether it asks for one person or vehicle."""
        return any(field.data for field in (self.name, self.id_tail, self.plate))

    def chips(self) -> list[tuple[str, object, object]]:
        """What is given: the field's name, its label, and the value in words."""
        return [
            (field.name, field.label.text, _told(field))
            for field in self
            if field.name != "csrf_token" and field.data and field.data != field.default
        ]

    def carried(self) -> list[tuple[str, str]]:
        """The filter as hidden fields of another form."""
        return [
            (field.name, "y" if field.data is True else _typed(field))
            for field in self
            if field.name != "csrf_token" and (field.data or field.default)
        ]

    @property
    def plain(self) -> bool:
        """Whether nothing is asked for beside what the list begins with."""
        return all(
            (field.data or "") == (field.default or "")
            for field in self
            if field.name != "csrf_token"
        )

    def fits(self) -> bool:
        """Whether the places of an opened view may be inspected; what may not has its error."""
        wrong = [name for name in ("site_id", "gate_id") if not self[name].validate(self)]
        return not wrong

    def drop(self, name: str) -> None:
        """Take one of the conditions away."""
        if name in self and name != "csrf_token":
            _fill(self[name], self[name].default)

    def choose(self, span: str, now: datetime) -> None:
        """Ask for one of the SPANS."""
        if span in _DAYS:
            for field, moment in zip((self.since, self.until), _term(span, now), strict=True):
                _fill(field, moment)

    def span(self, now: datetime) -> Span | None:
        """Which of the SPANS it asks for; None for another time, or none."""
        asked = (self.since.data, self.until.data)
        return next((Span(name) for name in _DAYS if asked == _term(name, now)), None)

    def open(self, view: ViewFilter | None, now: datetime) -> None:
        """Ask for what a saved view asks and nothing else; without one for the plain list."""
        for field in self:
            self.drop(field.name)
        if view is None:
            return
        for name in _CHOSEN:
            _fill(self[name], getattr(view, name) or "")
        kinds = " ".join(view.kinds)
        _fill(self.kind, words.BY_PEOPLE if kinds == words.BY_PEOPLE_KINDS else kinds)
        for field, value in (
            (self.temperature_from, view.temperature_from_c),
            (self.temperature_to, view.temperature_to_c),
        ):
            _fill(field, None if value is None else Decimal(value) / 100)
        _fill(self.degraded, view.degraded)
        self.choose(view.span or "", now)

    def kept(self, now: datetime) -> ViewFilter:
        """What a saved view would keep of it: nothing of one person, no fixed time."""
        low, high = self.temperature_from.data, self.temperature_to.data
        asked = self.wanted()
        return ViewFilter(
            span=self.span(now),
            site_id=asked.site_id,
            gate_id=asked.gate_id,
            kinds=asked.kinds,
            pass_kind=asked.pass_kind,
            direction=asked.direction,
            outcome=asked.outcome,
            reason=asked.reason,
            temperature_from_c=None if low is None else int(low * 100),
            temperature_to_c=None if high is None else int(high * 100),
            clock_quality=asked.clock_quality,
            later=asked.later,
            degraded=asked.degraded,
        )

    def let_go(self, now: datetime) -> list[object]:
        """The labels of what is asked for and a saved view would not keep."""
        times = () if self.span(now) else _TIMES
        return [self[name].label.text for name in (*_OF_ONE_PERSON, *times) if self[name].data]


def filter_form(scope: Scope) -> FilterForm:
    """The form with the places of the scope, as the pressed button changes it."""
    form = offered(FilterForm(), scope)
    form.choose(request.form.get("span", ""), office().clock.now())
    form.drop(request.form.get("drop", ""))
    return form


def offered(form: FilterForm, scope: Scope) -> FilterForm:
    """The form with the places of the scope."""
    held = places(scope)
    gates = [
        (gate.gate_id, f"{place.site.name} · {gate.name}") for place in held for gate in place.gates
    ]
    form.gate_id.choices = choices(_ANY, *gates)
    form.site_id.choices = choices(_ANY, *((p.site.site_id, p.site.name) for p in held))
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


def _term(span: str, now: datetime) -> tuple[datetime, datetime]:
    """From when until when one of the SPANS is, in the district's time."""
    midnight = datetime.combine(today(now), time.min)
    first, last = _DAYS[span]
    return midnight + timedelta(days=first), midnight + timedelta(days=last)


def _fill(field: Field, value: Any) -> None:
    """Give a field a value as if it had been typed."""
    field.data, field.raw_data, field.process_errors = value, None, []


def _told(field: Field) -> object:
    """A field's value in words."""
    if isinstance(field, SelectField):
        return next((c.label for c in field.iter_choices() if c.selected), field.data)
    if isinstance(field, DateTimeLocalField):
        return f"{field.data:%Y-%m-%d %H:%M}"
    return "" if isinstance(field, BooleanField) else field.data


def _typed(field: Field) -> str:
    """What a field holds, as a browser would send it."""
    if isinstance(field, DateTimeLocalField):
        return str(field.data.strftime("%Y-%m-%dT%H:%M:%S"))
    return str(field.data)
