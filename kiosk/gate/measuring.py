"""Where a temperature comes from: the gate's thermometer, or the one in the gatekeeper's hand."""

from __future__ import annotations

from datetime import datetime

from checkpoint.domain.observation import Reading
from checkpoint.domain.policy import Policy
from kiosk.gate.decision import plausible
from kiosk.gate.devices import Asked
from kiosk.gate.passing import Passing, measured_again
from kiosk.ports import KEYPAD, Glimpse


def measured(passing: Passing, glimpse: Glimpse, asked: Asked) -> Reading | None:
    """A reading by the gate's thermometer; for a second one, by that in the gatekeeper's hand.

    A typed value goes before the sensor's own where there is an earlier reading to check, and
    stands for it while the thermometer is down.
    """
    by_hand = bool(passing.readings) and asked.thermometer != KEYPAD
    if by_hand and glimpse.typed_c is not None:
        return typed(glimpse.typed_c, glimpse.at)
    reading = asked.reading(glimpse)
    if reading is None and glimpse.typed_c is not None and "thermometer" in asked.down():
        return typed(glimpse.typed_c, glimpse.at)
    return reading


def worth_another(passing: Passing, policy: Policy) -> bool:
    """Whether the last reading is a fever or no body temperature, and the policy allows another."""
    again = measured_again(passing.readings[-1], policy)
    return again and len(passing.readings) <= policy.remeasure


def typed(value_c: int, at: datetime) -> Reading | None:
    """What the gatekeeper read off a thermometer, hundredths of a °C; None for nonsense."""
    reading = Reading(value_c, value_c, KEYPAD, at)
    return reading if plausible(reading) else None
