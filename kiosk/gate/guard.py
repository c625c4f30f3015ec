"""The double-read guard: one person holding a code in view is one passing."""

from __future__ import annotations

from datetime import datetime, timedelta


class DoubleRead:
    """Remembers texts for some seconds from when each was last seen."""

    def __init__(self, seconds: float) -> None:
        self._span = timedelta(seconds=seconds)
        self._seen: dict[str, datetime] = {}

    def see(self, text: str, at: datetime) -> bool:
        """Note that the text is in view; whether it was seen within the span before."""
        self._seen = {t: when for t, when in self._seen.items() if abs(at - when) < self._span}
        again = text in self._seen
        self._seen[text] = at
        return again

    def forget(self, text: str) -> None:
        """The next sight of the text counts as the first."""
        self._seen.pop(text, None)

    def clear(self) -> None:
        """Forget every text."""
        self._seen.clear()
