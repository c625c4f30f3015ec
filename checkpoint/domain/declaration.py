"""Declarations 易登记: what a holder says of their own health, itinerary and contacts.

The returning-worker card 返岗员工信息卡 is given on coming back to work, the daily declaration once
a day. Neither is scored: `Objection` names what in it needs a person's look.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

ITINERARY_DAYS = 14
"""Days of the itinerary, the day of arrival counted: as long as the quarantine of 2020 in China."""


class DeclarationKind(StrEnum):
    """Which declaration it is. Stored, never renamed, like all words of this module."""

    CARD = "card"
    DAILY = "daily"


class DeclaredBy(StrEnum):
    """Whose hand a declaration is in: the holder's own, a clerk's who wrote down their words.

    PHONE: the holder's phone signed it, and nobody typed it for them.
    """

    HOLDER = "holder"
    CLERK = "clerk"
    PHONE = "phone"


class Transport(StrEnum):
    """By what a worker came."""

    TRAIN = "train"
    PLANE = "plane"
    COACH = "coach"
    CAR = "car"
    OTHER = "other"


class Housing(StrEnum):
    """Where a worker lives now."""

    DORMITORY = "dormitory"
    OWN = "own"
    RENTED = "rented"
    ISOLATION = "isolation"


class Symptom(StrEnum):
    """What a person may feel: those of the diagnosis scheme of early 2020 (NHC, 7th edition)."""

    FEVER = "fever"
    COUGH = "cough"
    TIRED = "tired"
    BREATH = "breath"
    THROAT = "throat"
    DIARRHOEA = "diarrhoea"
    SMELL = "smell"


class Objection(StrEnum):
    """What in a declaration needs a person's look: any of them makes the status yellow."""

    SYMPTOMS = "symptoms"
    RISK_CONTACT = "risk_contact"
    ILL_CONTACT = "ill_contact"
    TEMPERATURE = "temperature"


@dataclass(frozen=True, slots=True)
class Origin:
    """From where: province, city and county as the worker says them."""

    province: str
    city: str
    county: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """When a worker came and by what; `number` of the train, flight or car, `seat` in it."""

    on: date
    transport: Transport
    number: str = ""
    seat: str = ""


@dataclass(frozen=True, slots=True)
class Contacts:
    """Contact with persons from risk areas or with ill ones, and what the worker told of it."""

    risk: bool = False
    ill: bool = False
    told: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A returning-worker card 返岗员工信息卡.

    `itinerary` holds where the worker was on the day of arrival and on the days before it, the
    latest first, at most ITINERARY_DAYS; an empty text says the same place as the day after.
    """

    origin: Origin
    arrival: Arrival
    housing: Housing
    address: str
    contacts: Contacts = Contacts()
    symptoms: tuple[Symptom, ...] = ()
    itinerary: tuple[str, ...] = ()

    def objections(self) -> tuple[Objection, ...]:
        """What needs a person's look."""
        told = {
            Objection.SYMPTOMS: bool(self.symptoms),
            Objection.RISK_CONTACT: self.contacts.risk,
            Objection.ILL_CONTACT: self.contacts.ill,
        }
        return tuple(name for name, holds in told.items() if holds)

    def to_fields(self) -> dict[str, Any]:
        """Plain values, as they are stored under seal."""
        told = asdict(self)
        told["arrival"]["on"] = self.arrival.on.isoformat()
        return told | {"symptoms": list(self.symptoms), "itinerary": list(self.itinerary)}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Card:
        """Read back `to_fields`. Raises ValueError, KeyError or TypeError for anything else."""
        came = stored["arrival"]
        return cls(
            Origin(**stored["origin"]),
            Arrival(
                date.fromisoformat(came["on"]),
                Transport(came["transport"]),
                came["number"],
                came["seat"],
            ),
            Housing(stored["housing"]),
            stored["address"],
            Contacts(**stored["contacts"]),
            tuple(Symptom(one) for one in stored["symptoms"]),
            tuple(stored["itinerary"]),
        )


@dataclass(frozen=True, slots=True)
class Daily:
    """A daily declaration: the temperature at home in hundredths of a °C, None if not taken.

    `told` says who asked the worker and on what occasion, where a clerk wrote it down for many.
    """

    temperature_c: int | None = None
    symptoms: tuple[Symptom, ...] = ()
    contact: bool = False
    told: str = ""

    def objections(self, fever_threshold_c: int) -> tuple[Objection, ...]:
        """What needs a person's look, by the fever threshold of the policy."""
        hot = self.temperature_c is not None and self.temperature_c >= fever_threshold_c
        told = {
            Objection.SYMPTOMS: bool(self.symptoms),
            Objection.ILL_CONTACT: self.contact,
            Objection.TEMPERATURE: hot,
        }
        return tuple(name for name, holds in told.items() if holds)

    def to_fields(self) -> dict[str, Any]:
        """Plain values, as they are stored under seal."""
        return asdict(self) | {"symptoms": list(self.symptoms)}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Daily:
        """Read back `to_fields`. Raises ValueError, KeyError or TypeError for anything else."""
        symptoms = tuple(Symptom(one) for one in stored["symptoms"])
        return cls(stored["temperature_c"], symptoms, stored["contact"], stored["told"])
