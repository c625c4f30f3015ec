"""A sensor that measures all the time, minded by a thread; a reading counts once it has settled.

The thread keeps the last samples. A reading is their median, when they lie close together, all
came after the last reading was given, and are those of a person and not of the wall.
"""

from __future__ import annotations

import math
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from statistics import median
from threading import Event, Lock, Thread
from typing import ClassVar, Protocol

from checkpoint.clock import Clock
from checkpoint.domain.observation import Reading
from checkpoint.errors import Ailment, DeviceFault
from kiosk.config import ThermometerSettings
from kiosk.drivers.device import ClosingDevice
from kiosk.drivers.thermometers.correction import skin_c
from kiosk.ports import Glimpse

PERIOD_S = 0.1
"""Seconds between two samples; an MLX90614 has a new one every 0.1 s by its default filter."""
PERSON_C = (30.0, 43.0)
"""°C: below, nobody stands before the sensor; above, it is no person."""
HANGS_S = 1.7
"""Seconds in one call after which a sensor, or its bus, hangs."""
FEWEST = 4
"""Samples that a reading needs at least."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What a sensor says at one moment, in °C; nobody is before it where `object_c` is None.

    `ambient_c` is the temperature of what the object reflects, by what the sensor knows of it.
    """

    object_c: float | None
    ambient_c: float | None = None


class Probe(Protocol):
    """A sensor. Every call answers within a second or raises DeviceFault with a remedy."""

    def sample(self) -> Sample:
        """What it says now; opens the device when it is not open yet."""

    def close(self) -> None:
        """Let go of the device. A second call does nothing."""


class WatchedThermometer(ClosingDevice):
    """Settled readings of a probe. A missing one is a fault until it is there."""

    probe: ClassVar[type]
    """made with the settings, a Probe"""

    def __init__(self, settings: ThermometerSettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._samples: deque[tuple[float, Sample]] = deque()
        self._mutex, self._wake, self._ended = Lock(), Event(), False
        self._fault: DeviceFault | None = None
        self._given = self._steady_since = -math.inf
        self._heard = clock.monotonic()
        self._steady: Sample | None = None
        self._probe: Probe = self.probe(settings)
        self._look()
        self._minder = Thread(target=self._mind, name=f"thermometer {self.name}", daemon=True)
        self._minder.start()

    def measure(self, glimpse: Glimpse) -> Reading | None:
        """A settled reading, None while there is none. Raises DeviceFault as `check` does.

        Another one comes after `again_s` at the earliest, of samples that came meanwhile.
        """
        self.check()
        now, settings = self._clock.monotonic(), self._settings
        with self._mutex:
            begun = max(now - settings.settle_s, self._given + settings.again_s)
            seen = [sample for at, sample in self._samples if at >= begun]
            since = next((at for at, _ in self._samples if at >= begun), now)
        if len(seen) < FEWEST or now - since < settings.settle_s / 2:
            return None
        values = [sample.object_c for sample in seen if sample.object_c is not None]
        if len(values) < len(seen) or max(values) - min(values) > settings.spread_c:
            return None
        if not all(PERSON_C[0] <= value <= PERSON_C[1] for value in values):
            return None
        self._given = now
        return self._reading(values, seen[-1].ambient_c, glimpse)

    def check(self) -> None:
        """Raises DeviceFault while the sensor is silent, or says the very same for too long."""
        now = self._clock.monotonic()
        if not self._ended and now - self._heard > HANGS_S:
            raise DeviceFault(
                f"{self.name} does not answer",
                remedy="plug the sensor in anew; start the gate again if it stays so",
                ailment=Ailment.SILENT,
            )
        if self._fault is not None:
            raise self._fault.again()
        held = now - self._steady_since
        if self._steady is not None and held > self._settings.stuck_s:
            raise DeviceFault(
                f"{self.name} has said the very same for {held:.0f} s",
                remedy="plug the sensor in anew; one that works never stands still",
                ailment=Ailment.STUCK,
            )

    def close(self) -> None:
        """End the thread, then let go of the sensor."""
        if not self._ended:
            self._ended = True
            self._wake.set()
            self._minder.join(2.0)
        self._probe.close()

    def _reading(self, values: list[float], ambient_c: float | None, glimpse: Glimpse) -> Reading:
        raw_c, distance = median(values), self._settings.distance_mm
        corrected = skin_c(raw_c, ambient_c, self._settings)
        ambient = None if ambient_c is None else round(ambient_c * 100)
        return Reading(
            *(round(raw_c * 100), round(corrected * 100), self.name, glimpse.at),
            *(ambient, distance or None),
        )

    def _mind(self) -> None:
        while not self._ended:
            self._look()
            self._wake.wait(PERIOD_S)

    def _look(self) -> None:
        try:
            self._take(self._probe.sample())
            self._fault = None
        except DeviceFault as fault:
            self._fault = fault
            with self._mutex:
                self._samples.clear()
                self._steady = None
            with suppress(DeviceFault):
                self._probe.close()
        self._heard = self._clock.monotonic()

    def _take(self, sample: Sample) -> None:
        values = (sample.object_c or 0.0, sample.ambient_c or 0.0)
        if not all(map(math.isfinite, values)):
            raise DeviceFault(
                f"{self.name} says what is no number",
                remedy="plug the sensor in anew",
                ailment=Ailment.BABBLING,
            )
        now = self._clock.monotonic()
        with self._mutex:
            self._samples.append((now, sample))
            while self._samples[0][0] < now - 2 * self._settings.settle_s:
                self._samples.popleft()
            if sample != self._steady:
                self._steady, self._steady_since = sample, now
