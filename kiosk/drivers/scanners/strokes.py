"""What a scanner types as a keyboard: the kernel's key codes into text.

A keyboard sends places of keys, not characters. The layout is the US one, which scanners have
as they are sold; codes are those of linux/input-event-codes.h.
"""

from __future__ import annotations

import struct

from kiosk.drivers.scanners.texts import SPOILED

EVENT = struct.Struct("@llHHi")
"""`struct input_event`: seconds, microseconds, type, code, value; native sizes."""
SYN, KEY = 0, 1
DROPPED = 3
"""The code of a SYN event after which the kernel has thrown events away."""
UP, DOWN, HELD = 0, 1, 2

_SHIFTS = frozenset({42, 54})
_HOT = frozenset({29, 97, 56, 100, 125, 126})
"""Ctrl, Alt and the logo keys, left and right."""
_CAPS_LOCK = 58
_LOCKS = frozenset({_CAPS_LOCK, 69, 70})
_ENDS = frozenset({15, 28, 96})
"""Tab, Enter, and Enter beside the digits."""
_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (55, "*", "*"),
    (57, " ", " "),
    (71, "789-456+1230.", "789-456+1230."),
    (98, "/", "/"),
)
"""The first key's code, then the keys beside it: plain, and with shift."""
US = {
    first + place: pair
    for first, plain, shifted in _ROWS
    for place, pair in enumerate(zip(plain, shifted, strict=True))
}


class Strokes:
    """Remembers which keys are held down from one event to the next."""

    def __init__(self) -> None:
        self._down: set[int] = set()
        self._caps = False
        self._rest = b""

    def read(self, raw: bytes) -> str:
        """The characters of some events; a line feed where a key ends the text.

        A key without a character, one pressed together with Ctrl, Alt or a logo key, and a loss
        of events spoil the text (`texts.SPOILED`).
        """
        raw = self._rest + raw
        whole = len(raw) - len(raw) % EVENT.size
        self._rest = raw[whole:]
        events = EVENT.iter_unpack(raw[:whole])
        return "".join(self._event(kind, code, value) for _, _, kind, code, value in events)

    def _event(self, kind: int, code: int, value: int) -> str:
        if kind == SYN and code == DROPPED:
            self._down.clear()
            return SPOILED
        if kind != KEY:
            return ""
        if value == UP:
            self._down.discard(code)
        if value != DOWN:
            return ""
        self._down.add(code)
        return self._typed(code)

    def _typed(self, code: int) -> str:
        if code in _SHIFTS or code in _HOT:
            return ""
        if code in _LOCKS:
            self._caps ^= code == _CAPS_LOCK
            return ""
        if self._down & _HOT:
            return SPOILED
        if code in _ENDS:
            return "\n"
        plain, shifted = US.get(code, (SPOILED, SPOILED))
        raised = bool(self._down & _SHIFTS) ^ (self._caps and plain.isalpha())
        return shifted if raised else plain
