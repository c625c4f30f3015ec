"""What a page sends when the gatekeeper presses something, checked field by field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from checkpoint.domain.observation import Direction, Mask
from checkpoint.domain.plate import PlateMatch
from kiosk.display.board import Posted
from kiosk.ports import (
    Act,
    Against,
    AnnulmentPressed,
    CodelessBegun,
    DirectionChosen,
    EmergencyOpened,
    GateView,
    MaskPressed,
    OverrideGiven,
    Phase,
    PlatePressed,
    ReferenceShown,
    TemperatureTyped,
    VehicleDone,
)

LOWEST_C, HIGHEST_C = 3000, 4500
SHORTEST_WORDS, LONGEST_WORDS = 4, 200
LONGEST_NAME = 64


class RefusedAct(ValueError):
    """An act that is not taken: a code that the page has words for, and a detail."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def act_of(body: object, posted: Posted) -> Act:
    """The act in a JSON body.

    A measurement is for the person whom the page was showing, an override or annulment for the
    entry cited.

    Raises RefusedAct for any field that is missing, unknown or out of range, for an act that
    the gate does not ask for now, and for one meant for somebody who has gone.
    """
    if not isinstance(body, dict):
        raise RefusedAct("bad_field", "the body must be a JSON object")
    parse = _ACTS.get(body["act"]) if isinstance(body.get("act"), str) else None
    if parse is None:
        raise RefusedAct("bad_field", f"act must be one of {sorted(_ACTS)}")
    fields, read = parse
    unknown = body.keys() - fields - {"act"}
    missing = fields - body.keys()
    if unknown or missing:
        raise RefusedAct("bad_field", f"fields must be act and {sorted(fields)}")
    if "turn" in fields and body["turn"] != posted.turn:
        raise RefusedAct("moved_on", "another person is at the gate now")
    return read(body, posted.view)


def _temperature(body: dict[str, Any], view: GateView | None) -> Act:
    _asked(view, Phase.TEMPERATURE)
    value = body["value_c"]
    if isinstance(value, bool) or not isinstance(value, int):
        raise RefusedAct("bad_temperature", "value_c must be hundredths of a °C, a whole number")
    if not LOWEST_C <= value <= HIGHEST_C:
        raise RefusedAct("bad_temperature", f"value_c must be {LOWEST_C} to {HIGHEST_C}")
    return TemperatureTyped(value)


def _mask(body: dict[str, Any], view: GateView | None) -> Act:
    _asked(view, Phase.MASK)
    return MaskPressed(_one_of(Mask, body["mask"], "mask"))


def _plate(body: dict[str, Any], view: GateView | None) -> Act:
    _asked(view, Phase.PLATE)
    match = _one_of(PlateMatch, body["plate"], "plate")
    if match is PlateMatch.UNKNOWN:
        raise RefusedAct("bad_field", "a gatekeeper says agrees or differs")
    return PlatePressed(match)


def _direction(body: dict[str, Any], _view: GateView | None) -> Act:
    return DirectionChosen(_one_of(Direction, body["direction"], "direction"))


def _override(body: dict[str, Any], view: GateView | None) -> Act:
    entry = body["entry"]
    if not isinstance(entry, str):
        raise RefusedAct("bad_field", "entry must be text")
    if view is None or entry not in {refusal.entry for refusal in view.overridable}:
        raise RefusedAct("too_late", "the entry can't be decided over, or not any more")
    words = body["words"]
    if not isinstance(words, str):
        raise RefusedAct("bad_words", "words must be text")
    words = " ".join(words.split())
    if not SHORTEST_WORDS <= len(words) <= LONGEST_WORDS or not words.isprintable():
        raise RefusedAct(
            "bad_words", f"words must be {SHORTEST_WORDS} to {LONGEST_WORDS} characters"
        )
    return OverrideGiven(words, entry)


def _annul(body: dict[str, Any], view: GateView | None) -> Act:
    entry = body["entry"]
    if not isinstance(entry, str):
        raise RefusedAct("bad_field", "entry must be text")
    if view is None or entry not in {admission.entry for admission in view.annullable}:
        raise RefusedAct("too_late_to_annul", "the entry can't be annulled, or not any more")
    return AnnulmentPressed(entry)


def _reference(body: dict[str, Any], view: GateView | None) -> Act:
    reference, said = body["reference_c"], body["value_c"]
    by_hand = view is not None and view.reference.typed
    for name, value in (("reference_c", reference), ("value_c", said)):
        if value is None and name == "value_c" and not by_hand:
            continue
        if type(value) is not int or not LOWEST_C <= value <= HIGHEST_C:
            raise RefusedAct("bad_temperature", f"{name} must be {LOWEST_C} to {HIGHEST_C}")
    who = body["who"]
    who = " ".join(who.split()) if isinstance(who, str) else ""
    if not 1 <= len(who) <= LONGEST_NAME or not who.isprintable():
        raise RefusedAct("bad_name", f"who must be 1 to {LONGEST_NAME} characters")
    against: Against = _one_of(Against, body["against"], "against")
    return ReferenceShown(against, reference, who, said if by_hand else None)


def _codeless(_body: dict[str, Any], view: GateView | None) -> Act:
    if view is None or not view.codeless:
        raise RefusedAct("not_asked", "codes can be read, or somebody is at the gate")
    return CodelessBegun()


def _vehicle_done(_body: dict[str, Any], view: GateView | None) -> Act:
    if view is None or view.boarding is None:
        raise RefusedAct("not_asked", "no vehicle's riders are at the gate")
    return VehicleDone()


def _emergency(_body: dict[str, Any], _view: GateView | None) -> Act:
    return EmergencyOpened()


def _asked(view: GateView | None, phase: Phase) -> None:
    if view is None or view.phase is not phase or not view.asks:
        raise RefusedAct("not_asked", f"the gate does not ask for a {phase.value} now")


def _one_of(kind: type[Any], value: object, field: str) -> Any:
    allowed = [member.value for member in kind]
    if value not in allowed:
        raise RefusedAct("bad_field", f"{field} must be one of {allowed}")
    return kind(value)


_Read = Callable[[dict[str, Any], GateView | None], Act]
_ACTS: dict[str, tuple[frozenset[str], _Read]] = {
    "temperature": (frozenset({"value_c", "turn"}), _temperature),
    "mask": (frozenset({"mask", "turn"}), _mask),
    "plate": (frozenset({"plate", "turn"}), _plate),
    "direction": (frozenset({"direction"}), _direction),
    "override": (frozenset({"words", "entry"}), _override),
    "annul": (frozenset({"entry"}), _annul),
    "codeless": (frozenset(), _codeless),
    "vehicle_done": (frozenset(), _vehicle_done),
    "emergency": (frozenset(), _emergency),
    "reference": (frozenset({"against", "reference_c", "value_c", "who"}), _reference),
}
