"""Whom a code names: for the display."""

from __future__ import annotations

from dataclasses import replace

from checkpoint.domain.foreign_certificate import (
    ForeignCertificate,
    Recovered,
    Tested,
    Vaccinated,
)
from checkpoint.domain.observation import Verification
from kiosk.ports import Shown


def shown_of(seen: Verification | None) -> Shown | None:
    """The person on the display; nobody where the code could not be believed."""
    known, foreign = (seen.health_pass, seen.certificate) if seen else (None, None)
    if foreign:
        return _foreign(foreign)
    if known is None:
        return None
    plate = known.vehicle.plate if known.vehicle else ""
    return Shown(known.name, known.id_tail, known.kind, plate)


def _foreign(known: ForeignCertificate) -> Shown:
    shown = Shown(known.name, "", known.kind, country=known.country, born=known.born)
    match known.statement:
        case Vaccinated(dose, doses, on):
            return replace(shown, says=f"{dose}/{doses} · {on.isoformat()}")
        case Tested(detected, sampled_at):
            words = {True: "detected", False: "not_detected", None: "unclear"}
            day = sampled_at.date().isoformat()
            return replace(shown, result=words[detected], says=day)
        case Recovered(since, until):
            return replace(shown, says=f"{since.isoformat()} – {until.isoformat()}")
