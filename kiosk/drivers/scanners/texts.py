"""What a scanner sends, character by character, as whole texts."""

from __future__ import annotations

import re
from collections import deque

LONGEST = 7089
"""Characters: no QR code holds more (ISO/IEC 18004, version 40-L, digits)."""
FEWEST = 4
"""Characters: less is a stray key, no code that anybody shows at a gate."""
RUBBISH = 64
"""Characters that are no text: so many since the last sound text come from no scanner."""
MOST_A_SECOND = 10
"""Texts: nobody scans faster; a line that does is talking to itself."""
STUCK_S, REPEAT_S = 10.0, 3.0
"""Seconds: the same text so long, with no longer pause between, is a code that lies before it."""
SPOILED = "\ufffd"
"""Stands for what is no character; a text that holds one is dropped whole."""

_ENDS = re.compile(r"[\r\n\t]")


class Babble(ValueError):
    """What comes is not what a scanner sends."""


class Texts:
    """Collects characters; a line's end, a tab or a pause of `pause_s` seconds ends a text."""

    def __init__(self, pause_s: float) -> None:
        self._pause_s = pause_s
        self._heard = ""
        self._rubbish = 0
        self._last = 0.0
        self._whole: deque[float] = deque(maxlen=MOST_A_SECOND)
        self._same, self._since, self._again = "", 0.0, 0.0

    def hear(self, characters: str, now: float) -> list[str]:
        """The texts that are whole now; `now` in seconds. Raises Babble, forgetting all."""
        ended: list[str] = []
        if self._heard and now - self._last >= self._pause_s:
            ended.append(self._heard)
            self._heard = ""
        if characters:
            self._last = now
            *lines, self._heard = _ENDS.split(self._heard + characters)
            ended += lines
        if len(self._heard) > LONGEST:
            raise self._babble(f"more than {LONGEST} characters without an end")
        return [text for text in ended if self._sound(text, now)]

    def stuck(self, now: float) -> bool:
        """Whether the same text has come again and again for too long, and still does."""
        return self._again - self._since >= STUCK_S and now - self._again <= REPEAT_S

    def forget(self) -> None:
        """Begin anew: what was heard so far has lost its rest."""
        self._heard, self._rubbish = "", 0
        self._whole.clear()

    def _sound(self, text: str, now: float) -> bool:
        if not text.isprintable() or SPOILED in text or len(text) > LONGEST:
            self._rubbish += len(text)
            if self._rubbish > RUBBISH:
                raise self._babble("what is no text")
            return False
        if len(text.strip()) < FEWEST:
            return False
        self._rubbish = 0
        if len(self._whole) == MOST_A_SECOND and now - self._whole[0] < 1.0:
            raise self._babble(f"more than {MOST_A_SECOND} texts a second")
        self._whole.append(now)
        if text != self._same or now - self._again > REPEAT_S:
            self._same, self._since = text, now
        self._again = now
        return True

    def _babble(self, what: str) -> Babble:
        self.forget()
        return Babble(what)
