"""What the gate saw of one person or vehicle; None means that a device gave no answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from checkpoint.domain.boarding import CommutingVehicle, Ride
from checkpoint.domain.foreign_certificate import ForeignCertificate
from checkpoint.domain.health_pass import HealthPass
from checkpoint.domain.health_status import KnownHealth
from checkpoint.domain.plate import UNSEEN, PlateCheck
from checkpoint.domain.reason import Reason
from checkpoint.domain.warrant import Warrant


class Direction(StrEnum):
    """Into the site or out of it."""

    IN = "in"
    OUT = "out"


class Mask(StrEnum):
    """How a mask is worn; `incorrect` is with the nose or mouth out."""

    WORN = "worn"
    INCORRECT = "incorrect"
    NONE = "none"


class ClockQuality(StrEnum):
    """How far the kiosk's clock could be trusted when the entry was made."""

    SYNCHRONISED = "synchronised"
    UNSYNCHRONISED = "unsynchronised"
    SUSPECT = "suspect"


class ReferenceState(StrEnum):
    """How the thermometer stands to the reference that it was last held to."""

    FINE = "fine"
    DUE = "due"
    """it was not held to a reference within the time that the policy names"""
    FAILED = "failed"
    """it was too far from the reference the last time"""


@dataclass(frozen=True, slots=True)
class Reading:
    """One temperature: raw as the sensor said and corrected, in hundredths of a °C.

    `ambient_c` is the sensor's own temperature, `distance_mm` how far away the person stood;
    None where the sensor does not know.
    """

    raw_c: int
    corrected_c: int
    sensor: str
    at: datetime
    ambient_c: int | None = None
    distance_mm: int | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """What `credential.verify` found: the pass as far as it could be believed, and why not.

    Valid when there is a pass and no reason. An expired or revoked pass is still named;
    a forged one is not. `digest` is the SHA-256 of the text that was shown, empty for one that no
    QR code holds. `step` is the time step of a living code that the phone's own key signed, None
    for a printed code. `foreign` is whether the text is that of a foreign certificate; there is
    then no pass, and a `certificate` as far as it could be believed.
    """

    health_pass: HealthPass | None
    reasons: tuple[Reason, ...]
    digest: bytes = b""
    step: int | None = None
    foreign: bool = False
    certificate: ForeignCertificate | None = None

    @property
    def living(self) -> bool:
        """Whether a phone showed it that holds the pass's own key: no photo, no print."""
        return self.step is not None

    @property
    def valid(self) -> bool:
        """Whether the credential by itself holds."""
        return (self.health_pass or self.certificate) is not None and not self.reasons

    @property
    def holder_id(self) -> str:
        """Whom it names, empty for nobody."""
        known = self.health_pass or self.certificate
        return known.holder_id if known else ""

    @property
    def credential_id(self) -> str:
        """The pass or certificate that could be believed, empty for none."""
        if self.certificate:
            return self.certificate.certificate_id
        return self.health_pass.pass_id if self.health_pass else ""


@dataclass(frozen=True, slots=True)
class GateState:
    """What the gate knows beside the person: its place, its trust and its clock.

    `warrant` is the one on duty, None when there is none. `trust_age_s` is the age of the
    bundle in seconds, None for a stand-alone gate that has no server. `zone` is the site's.
    """

    kiosk_id: str
    enterprise_id: str
    site_id: str
    gate_id: str
    warrant: Warrant | None
    enterprise_suspended: bool = False
    trust_age_s: int | None = None
    clock_quality: ClockQuality = ClockQuality.UNSYNCHRONISED
    zone: str = "Asia/Shanghai"
    reference: ReferenceState = ReferenceState.FINE


@dataclass(frozen=True, slots=True)
class Observation:
    """One person or vehicle at the gate, complete.

    `verification` is None when no code was shown. `readings` keeps every measurement in
    order, the last one counts. `inside` is whether the holder is inside as far as this gate
    knows, None when it can't know. `mask_source` names who said it: a driver or `gatekeeper`.
    `mask_sensed` is what a sensor said where the gatekeeper answered as well.
    `scanner` names the driver that scanned the code; empty where a camera read it.
    `plate` is about vehicles only.
    `down` names the devices that were broken: camera, thermometer, mask, barrier.
    `health` is what this gate knows of the holder's health, None when it was told of nobody's.
    `vehicle` is what it knows of a commuting vehicle that shows its own pass, None for another;
    `ride` is there for somebody who comes with one.
    `measured` is false when the gate turned the person away before it asked a sensor.
    """

    at: datetime
    direction: Direction
    gate: GateState
    verification: Verification | None
    readings: tuple[Reading, ...] = ()
    mask: Mask | None = None
    mask_source: str = ""
    mask_sensed: str = ""
    scanner: str = ""
    plate: PlateCheck = UNSEEN
    inside: bool | None = None
    health: KnownHealth | None = None
    vehicle: CommutingVehicle | None = None
    ride: Ride | None = None
    measured: bool = True
    down: tuple[str, ...] = ()

    @property
    def health_pass(self) -> HealthPass | None:
        """The pass as far as it could be believed."""
        return self.verification.health_pass if self.verification else None

    @property
    def temperature(self) -> Reading | None:
        """The measurement that counts: the last one."""
        return self.readings[-1] if self.readings else None
