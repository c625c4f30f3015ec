"""Checks of what a worker declared. A refusal names the field, never its value."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from checkpoint.domain.declaration import ITINERARY_DAYS, Arrival, Card, Contacts, Daily, Origin
from checkpoint.errors import Refused
from checkpoint.services import fields

COLDEST_C, HOTTEST_C = 3000, 4500
"""Hundredths of a °C; outside of this nobody measured a body."""
_EARLIEST = timedelta(days=366)
_LATEST = timedelta(days=31)


def checked(what: Card | Daily, now: datetime) -> Card | Daily:
    """The same with its texts trimmed and composed. Raises Refused naming the field."""
    return _card(what, now) if isinstance(what, Card) else _daily(what)


def _card(card: Card, now: datetime) -> Card:
    origin, came = card.origin, card.arrival
    if not (now - _EARLIEST).date() <= came.on <= (now + _LATEST).date():
        raise Refused("arrived_on is out of range", remedy="give a day of the last year")
    if card.contacts.told and not (card.contacts.risk or card.contacts.ill):
        raise Refused("contact_told is given without a contact", remedy="tick which contact")
    if len(card.itinerary) > ITINERARY_DAYS:
        raise Refused("itinerary has too many days", remedy=f"give {ITINERARY_DAYS}")
    return replace(
        card,
        origin=Origin(
            fields.line("province", origin.province),
            fields.line("city", origin.city),
            fields.line("county", origin.county, least=0),
        ),
        arrival=Arrival(
            came.on,
            came.transport,
            fields.line("number", came.number, least=0),
            fields.line("seat", came.seat, least=0),
        ),
        address=fields.line("address", card.address, most=200, least=0),
        contacts=Contacts(
            card.contacts.risk,
            card.contacts.ill,
            fields.line("contact_told", card.contacts.told, most=200, least=0),
        ),
        symptoms=tuple(sorted({*card.symptoms})),
        itinerary=tuple(fields.line("itinerary", day, most=100, least=0) for day in card.itinerary),
    )


def _daily(daily: Daily) -> Daily:
    measured = daily.temperature_c
    if measured is not None and not COLDEST_C <= measured <= HOTTEST_C:
        raise Refused("temperature_c is out of range", remedy="give 30 to 45 °C, or leave it empty")
    told = fields.line("told", daily.told, most=300, least=0)
    return replace(daily, symptoms=tuple(sorted({*daily.symptoms})), told=told)
