"""The screen at the gate: a local web page, its words, and the buttons beside it."""

from kiosk.display.null import NullDisplay
from kiosk.display.web import WebDisplay

__all__ = ["NullDisplay", "WebDisplay"]
