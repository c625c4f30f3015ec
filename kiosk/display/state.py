"""A GateView as JSON for the page: codes and numbers only, the page has the words.

Times are milliseconds since 1970-01-01 UTC, temperatures hundredths of a °C.
"""

from __future__ import annotations

from typing import Any

from checkpoint.clock import to_ms
from checkpoint.domain.decision import Decision, Treasure
from kiosk.ports import (
    Annullable,
    BoardingView,
    Connection,
    Fault,
    GateView,
    Light,
    Opening,
    Overridable,
    ReferenceView,
    Shown,
    Unwalked,
)


def as_json(view: GateView) -> dict[str, Any]:
    """All of a view, and nothing beside it."""
    return {
        "phase": view.phase.value,
        "direction": view.direction.value,
        "at": to_ms(view.at),
        "lights": {
            treasure.value: view.lights.get(treasure, Light.OFF).value for treasure in Treasure
        },
        "asks": view.asks,
        "by_hand": view.by_hand,
        "codeless": view.codeless,
        "shown": _shown(view.shown),
        "temperatures_c": [reading.corrected_c for reading in view.readings],
        "mask": view.mask.value if view.mask else None,
        "plate_read": view.plate_read,
        "decision": _decision(view.decision),
        "second_look": view.second_look,
        "entry": view.entry,
        "inside": view.inside,
        "connection": _connection(view.connection),
        "faults": [_fault(fault) for fault in view.faults],
        "simulated": list(view.simulated),
        "place": view.place,
        "several_codes": view.several_codes,
        "boarding": _boarding(view.boarding),
        "opening": _opening(view.opening),
        "unwalked": _unwalked(view.unwalked),
        "overridable": [_overridable(refusal) for refusal in view.overridable],
        "annullable": [_annullable(admission) for admission in view.annullable],
        "reference": _reference(view.reference),
    }


def _shown(shown: Shown | None) -> dict[str, str] | None:
    if shown is None:
        return None
    return {
        "name": shown.name,
        "id_tail": shown.id_tail,
        "kind": shown.kind.value,
        "plate": shown.plate,
        "country": shown.country,
        "born": shown.born,
        "result": shown.result,
        "says": shown.says,
    }


def _decision(decision: Decision | None) -> dict[str, Any] | None:
    if decision is None:
        return None
    return {
        "outcome": decision.outcome.value,
        "reasons": [reason.value for reason in decision.reasons],
        "policy_version": decision.policy_version,
    }


def _boarding(boarding: BoardingView | None) -> dict[str, Any] | None:
    if boarding is None:
        return None
    return {"plate": boarding.plate, "riders": boarding.riders, "seats": boarding.seats}


def _opening(opening: Opening | None) -> dict[str, Any] | None:
    if opening is None:
        return None
    return {"why": opening.why.value, "shown": _shown(opening.shown)}


def _unwalked(unwalked: Unwalked | None) -> dict[str, Any] | None:
    return {"at": to_ms(unwalked.at), "shown": _shown(unwalked.shown)} if unwalked else None


def _overridable(refusal: Overridable) -> dict[str, Any]:
    return {
        "entry": refusal.entry,
        "at": to_ms(refusal.at),
        "shown": _shown(refusal.shown),
        "reasons": [reason.value for reason in refusal.decision.reasons],
    }


def _annullable(admission: Annullable) -> dict[str, Any]:
    who = admission.who
    named = {"name": who.name, "id_tail": who.id_tail, "plate": who.plate} if who else None
    return {
        "entry": admission.entry,
        "at": to_ms(admission.at),
        "shown": named,
        "direction": admission.direction.value,
    }


def _reference(checked: ReferenceView) -> dict[str, Any]:
    return {
        "phase": checked.phase.value,
        "at": to_ms(checked.at) if checked.at else None,
        "difference_c": checked.difference_c,
        "typed": checked.typed,
    }


def _connection(connection: Connection) -> dict[str, Any]:
    receipt = connection.last_receipt
    return {
        "enrolled": connection.enrolled,
        "online": connection.online,
        "unsent": connection.unsent,
        "trust_age_s": connection.trust_age_s,
        "last_receipt": to_ms(receipt) if receipt else None,
    }


def _fault(fault: Fault) -> dict[str, str]:
    return {
        "code": fault.operator_code.value,
        "device": fault.code,
        "message": fault.message,
        "remedy": fault.remedy,
    }
