"""All words of the display in one language, as the page's script and template take them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from checkpoint.domain.decision import Outcome
from kiosk.display.bilingual import Advice, Said
from kiosk.display.fault_words import FAULTS, OTHER_FAULT
from kiosk.display.gate_words import (
    BY_HAND,
    CERTIFICATES,
    DEVICES,
    DIRECTIONS,
    GLYPHS,
    KINDS,
    LIGHTS,
    MASKS,
    OUTCOMES,
    PHASES,
    RESULTS,
    SAYS,
    SEVERAL_CODES,
    TREASURES,
)
from kiosk.display.page_words import ASKS, ERRORS, LABELS, REFERENCE, USUAL_REASONS
from kiosk.display.reason_words import REASONS
from kiosk.display.reference_words import STANDINGS
from kiosk.ports import Phase

LANGUAGES = ("zh", "en")


def page_words(language: str) -> dict[str, Any]:
    """What the template needs: the page's labels and the treasures."""
    return {
        "label": _told(LABELS | ASKS | REFERENCE, language),
        "treasure": _told(TREASURES, language),
        "light": _told(LIGHTS, language),
        "mask": _told(MASKS, language),
        "usual_reason": [said.into(language) for said in USUAL_REASONS],
        "glyph": {treasure.value: glyph for treasure, glyph in GLYPHS.items()},
    }


def words(language: str) -> dict[str, Any]:
    """Everything that the page may have to say, by code.

    What the person at the gate reads (`outcome`, `phase`, `reason`) comes with the other
    language beside it: not everybody who comes to a gate reads the gatekeeper's.
    """
    return page_words(language) | {
        "language": language,
        "error": _told(ERRORS, language),
        "direction": _told(DIRECTIONS, language),
        "device": _told(DEVICES, language),
        "kind": _told(KINDS, language) | _in_both(CERTIFICATES, language),
        "says": _told(SAYS, language),
        "result": _in_both(RESULTS, language),
        "outcome": _advised(OUTCOMES, language),
        "phase": _advised(PHASES, language),
        "by_hand": _advice(BY_HAND, language),
        "reason": _advised(REASONS, language),
        "spoken": spoken(language),
        "several_codes": _advice(SEVERAL_CODES, language),
        "fault": _advised(FAULTS, language),
        "reference": _advised(STANDINGS, language),
        "other_fault": _advice(OTHER_FAULT, language),
    }


def spoken(language: str) -> dict[str, str]:
    """What is said aloud, in the screen's own words. Nobody's name, and no reason."""
    comma = {"zh": "，", "en": ". "}[language]

    def both(advice: Advice) -> str:
        return comma.join((advice.title.into(language), advice.remedy.into(language)))

    verdicts = {outcome.value: both(advice) for outcome, advice in OUTCOMES.items()}
    return verdicts | {
        Outcome.ADMIT.value: OUTCOMES[Outcome.ADMIT].title.into(language),
        Phase.TEMPERATURE.value: PHASES[Phase.TEMPERATURE].remedy.into(language),
        Phase.MASK.value: PHASES[Phase.MASK].remedy.into(language),
        "by_hand": BY_HAND.remedy.into(language),
        "several_codes": SEVERAL_CODES.remedy.into(language),
    }


def _told(table: Mapping[Any, Said], language: str) -> dict[str, str]:
    return {_code(key): said.into(language) for key, said in table.items()}


def _in_both(table: Mapping[Any, Said], language: str) -> dict[str, str]:
    other = LANGUAGES[1 - LANGUAGES.index(language)]
    return {_code(key): f"{said.into(language)} {said.into(other)}" for key, said in table.items()}


def _advised(table: Mapping[Any, Advice], language: str) -> dict[str, dict[str, str]]:
    return {_code(key): _advice(advice, language) for key, advice in table.items()}


def _advice(advice: Advice, language: str) -> dict[str, str]:
    other = LANGUAGES[1 - LANGUAGES.index(language)]
    return {
        "title": advice.title.into(language),
        "remedy": advice.remedy.into(language),
        "title_other": advice.title.into(other),
        "remedy_other": advice.remedy.into(other),
    }


def _code(key: object) -> str:
    return key.value if isinstance(key, StrEnum) else str(key)
