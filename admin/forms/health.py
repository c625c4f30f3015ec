"""The forms of the health desk: card, daily declaration, status, roll call."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FieldList,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from admin.forms import fields, health_words
from admin.forms.fields import Form, choices, line, short
from admin.forms.holders import VersionField
from checkpoint.domain.declaration import (
    ITINERARY_DAYS,
    Arrival,
    Card,
    Contacts,
    Daily,
    DeclaredBy,
    Housing,
    Origin,
    Symptom,
    Transport,
)
from checkpoint.domain.health_status import HealthStatus
from checkpoint.services.health_forms import StatusForm

_CONFIRMED = _("Tick this once it is confirmed.")


def _many(label: Any, words: dict[str, Any]) -> SelectMultipleField:
    return SelectMultipleField(label, choices=choices(*words.items()))


def _one(label: Any, words: dict[str, Any]) -> SelectField:
    return SelectField(label, choices=choices(*words.items()))


class _Declaring(Form):
    """What every declaration has: who wrote it and that somebody stands by it."""

    version = VersionField()
    declared_by = _one(_("Who declares"), health_words.BY_HAND)
    confirmed = BooleanField(
        _("The worker has read this, or had it read out, and says that it is true."),
        validators=[DataRequired(_CONFIRMED)],
    )


class CardForm(_Declaring):
    """The returning-worker card 返岗员工信息卡."""

    province = line(_("Province"), render_kw={"list": "provinces", "autocomplete": "off"})
    city = line(_("City or prefecture"), render_kw={"autocomplete": "off"})
    county = line(_("County or district"), optional=True, render_kw={"autocomplete": "off"})
    arrived_on = DateField(_("Day of arrival"), validators=[InputRequired(_("Fill this in."))])
    transport = _one(_("Came by"), health_words.TRANSPORTS)
    number = line(_("Train, flight or plate"), optional=True)
    seat = line(_("Carriage and seat"), optional=True)
    itinerary = FieldList(
        StringField(validators=[Optional(), short(100)]),
        min_entries=ITINERARY_DAYS,
        max_entries=ITINERARY_DAYS,
    )
    risk = BooleanField(_("Contact with somebody from a risk area in these 14 days"))
    ill = BooleanField(_("Contact with somebody ill in these 14 days"))
    contact_told = line(
        _("Whom, when and where"), optional=True, most=200, render_kw={"autocomplete": "off"}
    )
    symptoms = _many(_("Symptoms now"), health_words.SYMPTOMS)
    housing = _one(_("Lives now in"), health_words.HOUSINGS)
    address = line(_("Address or room"), optional=True, most=200, render_kw={"autocomplete": "off"})

    @classmethod
    def of(cls, card: Card | None, version: int, today: date) -> CardForm:
        """The form with what the last version says."""
        if card is None:
            return cls(version=version, arrived_on=today, declared_by=DeclaredBy.HOLDER.value)
        return cls(
            version=version,
            province=card.origin.province,
            city=card.origin.city,
            county=card.origin.county,
            arrived_on=card.arrival.on,
            transport=card.arrival.transport.value,
            number=card.arrival.number,
            seat=card.arrival.seat,
            itinerary=list(card.itinerary),
            risk=card.contacts.risk,
            ill=card.contacts.ill,
            contact_told=card.contacts.told,
            symptoms=[one.value for one in card.symptoms],
            housing=card.housing.value,
            address=card.address,
        )

    def days(self) -> tuple[date, ...]:
        """The days of the itinerary, that of the arrival first; none where it is not known."""
        on = self.arrived_on.data
        if on is None or on.toordinal() <= ITINERARY_DAYS:
            return ()
        return tuple(on - timedelta(days=before) for before in range(ITINERARY_DAYS))

    def card(self) -> Card:
        """What was filled in."""
        return Card(
            Origin(self.province.data, self.city.data, self.county.data or ""),
            Arrival(
                self.arrived_on.data,
                Transport(self.transport.data),
                self.number.data or "",
                self.seat.data or "",
            ),
            Housing(self.housing.data),
            self.address.data or "",
            Contacts(self.risk.data, self.ill.data, self.contact_told.data or ""),
            tuple(Symptom(one) for one in self.symptoms.data),
            tuple((day.data or "") for day in self.itinerary),
        )


class DailyForm(_Declaring):
    """The daily declaration."""

    temperature_c = DecimalField(
        _("Temperature at home (°C)"),
        places=1,
        validators=[
            Optional(),
            NumberRange(Decimal(30), Decimal(45), _("Between %(min)s and %(max)s.")),
        ],
        render_kw={"inputmode": "decimal", "step": "0.1"},
    )
    symptoms = _many(_("Symptoms now"), health_words.SYMPTOMS)
    contact = BooleanField(_("Contact with somebody ill or from a risk area since the last time"))

    def daily(self) -> Daily:
        """What was filled in."""
        measured = self.temperature_c.data
        return Daily(
            None if measured is None else int(measured * 100),
            tuple(Symptom(one) for one in self.symptoms.data),
            self.contact.data,
        )


class SetStatusForm(Form):
    """Setting a health status."""

    version = VersionField()
    status = _one(_("Health status"), health_words.STATUSES)
    until = DateField(
        _("Last day"),
        validators=[Optional()],
        description=_("For yellow and red. After it a person decides again; it is not green then."),
    )
    why = line(_("Reason"), most=200, description=_("Kept encrypted, with your name."))

    def wanted(self, holder_id: str) -> StatusForm:
        """What was filled in."""
        status = HealthStatus(self.status.data)
        ends: datetime | None = None
        if status is not HealthStatus.GREEN and self.until.data:
            ends = fields.end_of(self.until.data)
        return StatusForm(holder_id, status, self.why.data, ends, self.version.data)


class RollCallForm(Form):
    """Who of a list was asked today and is well."""

    asked_by = line(_("Who asked them"), render_kw={"autocomplete": "off"})
    why = line(_("On what occasion"), most=200, render_kw={"autocomplete": "off"})
    confirmed = BooleanField(
        _(
            "Each person ticked was asked today, has neither fever nor symptoms,"
            " and had no contact with anybody ill."
        ),
        validators=[DataRequired(_CONFIRMED)],
    )
