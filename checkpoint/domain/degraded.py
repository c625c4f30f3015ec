"""What a gate does while one of its devices is down: the bureau's choice, part of the policy."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum

from checkpoint.errors import PolicyError


class Lane(StrEnum):
    """How a gate goes on without a device. Stored and sent, never renamed."""

    MANUAL = "manual"
    """the gatekeeper does the device's work, and the rules decide on what is said"""
    REFER = "refer"
    """everybody is referred to the gatekeeper until the device is well"""


@dataclass(frozen=True, slots=True)
class Degraded:
    """The lane for each kind of device; each may be given as its text.

    By hand means: `camera`: the gatekeeper begins a passing without a code, which is referred
    for want of one; scanned codes count as ever. `thermometer`: a temperature is typed. `mask`: a
    button is pressed. `barrier`: whoever is admitted is let through by hand.

    Raises PolicyError for any other text.
    """

    camera: Lane = Lane.MANUAL
    thermometer: Lane = Lane.MANUAL
    mask: Lane = Lane.MANUAL
    barrier: Lane = Lane.MANUAL

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            known = [lane for lane in Lane if lane == value]
            if not known:
                raise PolicyError(
                    f"degraded.{field.name} is {value!r}",
                    remedy=f"take one of {', '.join(Lane)}",
                )
            object.__setattr__(self, field.name, known[0])

    def refers(self, device: str) -> bool:
        """Whether everybody is referred while this device is down."""
        return getattr(self, device, Lane.MANUAL) is Lane.REFER

    @property
    def strict(self) -> bool:
        """Whether any device that is down refers everybody."""
        return any(self.refers(field.name) for field in fields(self))

    def to_fields(self) -> dict[str, str]:
        """As it is stored and sent."""
        return {field.name: getattr(self, field.name).value for field in fields(self)}
