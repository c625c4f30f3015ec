"""A scanner that may speak at any moment, minded by a thread that keeps its newest text."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from threading import Event, Thread

from checkpoint.clock import Clock
from checkpoint.errors import Ailment, DeviceFault
from kiosk.config import ScannerSettings
from kiosk.drivers.device import ClosingDevice
from kiosk.drivers.scanners.texts import Babble, Texts

FRESH_S = 5.0
"""Seconds that a text waits: as long as the verdict on the person before is shown."""
WAIT_S = 0.1
"""Seconds that a driver waits for characters at most."""
_AGAIN_S = 0.8


class ListeningScanner(ClosingDevice, ABC):
    """What all scanners on a wire share. A missing one is a fault until it is there."""

    setting = ""
    """the key of the settings that names the wire"""

    def __init__(self, settings: ScannerSettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._texts = Texts(settings.pause_s)
        self._newest: deque[tuple[float, str]] = deque(maxlen=1)
        self._fault: DeviceFault | None = None
        self._ended, self._gone = Event(), False
        try:
            self._open()
        except OSError as fault:
            self._fault, self._gone = self._lost(fault), True
        self._listener = Thread(target=self._listen, name=f"scanner {self.name}", daemon=True)
        self._listener.start()

    def scanned(self) -> str | None:
        """The newest text of the last seconds, once. Raises DeviceFault as `check` does."""
        self.check()
        if not self._newest:
            return None
        at, text = self._newest.pop()
        return text if self._clock.monotonic() - at <= FRESH_S else None

    def check(self) -> None:
        """Raises DeviceFault while the wire is lost, or carries what is no scanner's."""
        if self._fault is not None:
            raise self._fault.again()

    def close(self) -> None:
        """End the thread, then let go of the wire."""
        self._ended.set()
        self._listener.join(2.0)
        self._shut()

    @property
    def wire(self) -> str:
        """The wire, as the settings name it."""
        return f"scanner.{self.setting} = {getattr(self._settings, self.setting)}"

    @abstractmethod
    def _open(self) -> None:
        """Take hold of the wire, for this process alone. Raises OSError."""

    @abstractmethod
    def _characters(self) -> str:
        """What came; waits for WAIT_S at most. Raises OSError when the wire is gone."""

    @abstractmethod
    def _shut(self) -> None:
        """Let go of the wire. A second call does nothing."""

    @abstractmethod
    def _remedy(self, fault: OSError) -> str:
        """What to do when the wire can't be had."""

    def _listen(self) -> None:
        while not self._ended.is_set():
            try:
                if self._gone:
                    self._open()
                    self._gone = False
                self._fault = self._hear(self._characters())
            except Babble as fault:
                self._fail(
                    DeviceFault(
                        f"{self.wire} carries {fault}",
                        remedy="set the scanner up as docs/operations.md says, or another wire",
                        ailment=Ailment.BABBLING,
                    )
                )
            except OSError as fault:
                self._fail(self._lost(fault))
                self._shut()
                self._gone = True

    def _hear(self, characters: str) -> DeviceFault | None:
        now = self._clock.monotonic()
        self._newest.extend((now, text) for text in self._texts.hear(characters, now))
        if not self._texts.stuck(now):
            return None
        return DeviceFault(
            f"{self.wire} says the very same again and again",
            remedy="take away the code that lies before the scanner, or plug it in anew",
            ailment=Ailment.STUCK,
        )

    def _fail(self, fault: DeviceFault) -> None:
        self._fault = fault
        self._texts.forget()
        self._newest.clear()
        self._ended.wait(_AGAIN_S)

    def _lost(self, fault: OSError) -> DeviceFault:
        return DeviceFault(
            f"{self.wire}: {fault.strerror or fault}",
            remedy=self._remedy(fault),
            ailment=Ailment.LOST,
        )
