"""Checks of what a person typed. A refusal names the field, never a personal value."""

from __future__ import annotations

import re
import unicodedata
from zoneinfo import available_timezones

from checkpoint.domain.legible import is_shown, shows_something
from checkpoint.errors import Refused

_ZONES = available_timezones()
_PHONE = re.compile(r"\+?\d{5,15}", re.ASCII)


def line(field: str, value: str, *, most: int = 64, least: int = 1) -> str:
    """One printable line without outer spaces, in Unicode's composed form. Raises Refused."""
    text = unicodedata.normalize("NFC", value).strip()
    if not least <= len(text) <= most:
        raise Refused(
            f"{field} has {len(text)} characters", remedy=f"give {least} to {most} characters"
        )
    if text and not (shows_something(text) and all(map(is_shown, text))):
        raise Refused(f"{field} holds characters that can't be shown", remedy="type it again")
    return text


def reason(value: str) -> str:
    """The why of an act, which must be given. Raises Refused."""
    return line("why", value, most=200)


def zone(value: str) -> str:
    """A time zone's name. Raises Refused."""
    if value not in _ZONES:
        raise Refused("zone is no time zone", remedy="give a name like Asia/Shanghai")
    return value


def phone(field: str, value: str) -> str:
    """A phone number without spaces and dashes, empty for none. Raises Refused.

    Digits and dashes of full width, as a Chinese keyboard writes them, are digits and dashes too.
    """
    number = re.sub(r"[\s\-‐-―()]", "", unicodedata.normalize("NFKC", value))
    if number and not _PHONE.fullmatch(number):
        raise Refused(f"{field} is not 5 to 15 digits", remedy="give digits, with + for abroad")
    return number
