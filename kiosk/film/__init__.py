"""The demonstration film: people coming to a gate, drawn, and read by the real decoder."""

from kiosk.film.render import render

__all__ = ["render"]
