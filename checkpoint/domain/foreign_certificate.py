"""A foreign certificate 境外健康证明: what another state says of its holder's health."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

TEST_LASTS = timedelta(hours=72)
"""Council Recommendation (EU) 2022/107: a molecular test counts for 72 hours from its sample."""


class CertificateKind(StrEnum):
    """What a certificate is about. The value is stored and sent, never renamed."""

    TEST = "test"
    VACCINATION = "vaccination"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class Vaccinated:
    """Dose `dose` of a series of `doses`, given on `on`."""

    dose: int
    doses: int
    on: date

    def suffices(self, at: datetime) -> bool:
        """Whether the series is complete."""
        return self.dose >= self.doses and self.on <= at.date()


@dataclass(frozen=True, slots=True)
class Tested:
    """A test; `detected` is None where the result is neither of the two that are known."""

    detected: bool | None
    sampled_at: datetime

    def suffices(self, at: datetime) -> bool:
        """Whether nothing was found, and not long ago."""
        return self.detected is False and timedelta(0) <= at - self.sampled_at <= TEST_LASTS


@dataclass(frozen=True, slots=True)
class Recovered:
    """A recovery, valid from one day to another, both included."""

    valid_from: date
    valid_until: date

    def suffices(self, at: datetime) -> bool:
        """Whether the day is within its term."""
        return self.valid_from <= at.date() <= self.valid_until


Statement = Vaccinated | Tested | Recovered


@dataclass(frozen=True, slots=True)
class ForeignCertificate:
    """A certificate whose signature holds: about whom it is and what it says.

    `certificate_id` and `holder_id` are 16 lower-case hex digits: the beginning of the SHA-256 of
    what was signed, and of the standard name with the date of birth; one person's certificates
    share the holder. `country` is the issuer's, two letters (ISO 3166-1) or an organisation's.
    `name` is empty where it holds nothing that shows.
    `born` is as much of the date of birth as is known: a date, a month, a year or empty.
    """

    certificate_id: str
    holder_id: str
    country: str
    name: str
    born: str
    statement: Statement

    @property
    def kind(self) -> CertificateKind:
        """What it is about."""
        match self.statement:
            case Vaccinated():
                return CertificateKind.VACCINATION
            case Tested():
                return CertificateKind.TEST
            case Recovered():
                return CertificateKind.RECOVERY
