"""A text in both languages: there is none in one only."""

from __future__ import annotations

from typing import NamedTuple


class Said(NamedTuple):
    """The same thing in Chinese and in English."""

    zh: str
    en: str

    def into(self, language: str) -> str:
        """The text in one of the two."""
        return self.en if language == "en" else self.zh


class Advice(NamedTuple):
    """What is the matter, and what the person at the gate can do about it."""

    title: Said
    remedy: Said
