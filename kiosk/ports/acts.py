"""What a gatekeeper can do at the display."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from checkpoint.domain.observation import Direction, Mask
from checkpoint.domain.plate import PlateMatch


@dataclass(frozen=True, slots=True)
class TemperatureTyped:
    """The gatekeeper typed a temperature, hundredths of a °C."""

    value_c: int


@dataclass(frozen=True, slots=True)
class MaskPressed:
    """The gatekeeper pressed a mask button."""

    mask: Mask


@dataclass(frozen=True, slots=True)
class PlatePressed:
    """The gatekeeper compared a vehicle's plate with its pass: `AGREES` or `DIFFERS`."""

    match: PlateMatch


@dataclass(frozen=True, slots=True)
class DirectionChosen:
    """The gatekeeper turned the gate round."""

    direction: Direction


@dataclass(frozen=True, slots=True)
class OverrideGiven:
    """The gatekeeper lets through whom an Overridable is about, and nobody else, with a reason."""

    words: str
    entry: str


@dataclass(frozen=True, slots=True)
class AnnulmentPressed:
    """Nobody walked through by the entry that an Annullable is about."""

    entry: str


@dataclass(frozen=True, slots=True)
class VehicleDone:
    """No more riders of the vehicle that boards: who comes next comes on foot."""


@dataclass(frozen=True, slots=True)
class CodelessBegun:
    """Somebody is there whose code can't be read: what reads codes here is down."""


@dataclass(frozen=True, slots=True)
class EmergencyOpened:
    """The emergency button: opens always, and is an entry."""


class Against(StrEnum):
    """What a thermometer is held to. Stored on the entry, never renamed."""

    SKIN = "skin"
    """a forehead that a clinical thermometer has measured: the corrected value counts"""
    BLACK_BODY = "black_body"
    """a black body of known temperature: the raw value counts"""


@dataclass(frozen=True, slots=True)
class ReferenceShown:
    """Something of known temperature is held before the thermometer, hundredths of a °C.

    `typed_c` is what the thermometer in the gatekeeper's hand says of it, None where the gate's own
    measures. `who` checks.
    """

    against: Against
    reference_c: int
    who: str
    typed_c: int | None = None


Act: TypeAlias = (
    TemperatureTyped
    | MaskPressed
    | PlatePressed
    | DirectionChosen
    | OverrideGiven
    | AnnulmentPressed
    | VehicleDone
    | CodelessBegun
    | EmergencyOpened
    | ReferenceShown
)
"""What a gatekeeper can do at the display."""
