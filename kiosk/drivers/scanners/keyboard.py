"""A USB scanner that is a keyboard to the kernel, held so that no other program hears it.

EVIOCGRAB gives every key press to this process alone: a code that spells a hot-key reaches
neither the browser of the display nor the console.
"""

from __future__ import annotations

import errno
import fcntl
import os
import select

from checkpoint.clock import Clock
from kiosk.config import ScannerSettings
from kiosk.drivers.scanners.listening import WAIT_S, ListeningScanner
from kiosk.drivers.scanners.strokes import EVENT, Strokes

EVIOCGRAB = 0x40044590
"""_IOW('E', 0x90, int) of linux/input.h."""
_EVENTS = 64
_REMEDIES = {
    errno.EACCES: "let this user read it: the udev rule of docs/operations.md",
    errno.EBUSY: "end the other program that holds it",
    errno.ENOTTY: "name an input device: see `ls -l /dev/input/by-id`",
    errno.EINVAL: "name an input device: see `ls -l /dev/input/by-id`",
}


class KeyboardScanner(ListeningScanner):
    """Reads `scanner.keyboard`, in the US layout."""

    name = "keyboard"
    setting = "keyboard"

    def __init__(self, settings: ScannerSettings, clock: Clock) -> None:
        self._device = -1
        super().__init__(settings, clock)

    def _open(self) -> None:
        device = os.open(self._settings.keyboard, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            fcntl.ioctl(device, EVIOCGRAB, 1)
        except OSError:
            os.close(device)
            raise
        self._strokes, self._device = Strokes(), device

    def _characters(self) -> str:
        waiting = select.poll()
        waiting.register(self._device, select.POLLIN)
        if not waiting.poll(WAIT_S * 1000):
            return ""
        raw = os.read(self._device, EVENT.size * _EVENTS)
        if not raw:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
        return self._strokes.read(raw)

    def _shut(self) -> None:
        device, self._device = self._device, -1
        if device >= 0:
            os.close(device)

    def _remedy(self, fault: OSError) -> str:
        return _REMEDIES.get(fault.errno or 0, "plug the scanner in, and name its input device")
