"""The shape of a certificate's content, after the DCC schema (versions 1.0.0 to 1.3.0).

A light check of our own: the fields that the schema requires are there, with its types and
lengths, and countries are countries. It doesn't look into the value sets (products,
manufacturers, test devices, results): the schema names them without requiring them, they
changed by the month, and what such a certificate is worth is a matter of policy.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from checkpoint.credential.foreign.countries import ALPHA_2
from checkpoint.domain.foreign_certificate import CertificateKind
from checkpoint.domain.legible import BLANKS

GROUPS = {
    "v": CertificateKind.VACCINATION,
    "t": CertificateKind.TEST,
    "r": CertificateKind.RECOVERY,
}
TEXT_LIMIT = 80
"""Characters, the schema's `maxLength` since version 1.3.0; 50 before."""

_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
# The year alone or empty where more is not known; a time behind it is what version 1.0.0 let by.
_BIRTH = re.compile(r"((19|20)[0-9]{2}(-[0-9]{2}){0,2}(T[0-9:.,+Z-]{0,40})?)?")
_STANDARD_NAME = re.compile(r"[A-Z<]*")
# "where possible" an ISO code, says the schema: organisations have longer ones.
_ORGANISATION = re.compile(r"[A-Z]{3,10}")
_DIRECTIONS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
_MARKS = frozenset("\u200e\u200f\u061c")

Test = Callable[[Any], bool]


def entry_of(content: Mapping[Any, Any]) -> tuple[CertificateKind, Mapping[Any, Any]] | None:
    """The one event that the certificate is about and its kind; None unless it is just one.

    A group that is null or empty counts as absent.
    """
    groups = [(usage, content[key]) for key, usage in GROUPS.items() if content.get(key)]
    match groups:
        case [(usage, [Mapping() as entry])]:
            return usage, entry
    return None


def faults(content: Mapping[Any, Any]) -> tuple[str, ...]:
    """What is wrong with the content: names of fields, never what they hold."""
    return tuple(_faults(content))


def _faults(content: Mapping[Any, Any]) -> Iterator[str]:
    if not _matches(_VERSION, content.get("ver")):
        yield "ver"
    if not _matches(_BIRTH, content.get("dob")) and not isinstance(content.get("dob"), date):
        yield "dob"
    name = content.get("nam")
    if not isinstance(name, Mapping) or not _matches(_STANDARD_NAME, name.get("fnt")):
        yield "nam.fnt"
    elif not all(_is_name(name.get(key, "")) for key in ("fn", "gn", "fnt", "gnt")):
        yield "nam"
    one = entry_of(content)
    if one is None:
        yield "one of v, t, r, with one entry"
        return
    usage, entry = one
    for field, test in (_COMMON | _BY_USAGE[usage]).items():
        if not test(entry.get(field)):
            yield f"{usage.value}.{field}"


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= TEXT_LIMIT


def _is_name(value: Any) -> bool:
    """A text that shows as what it is: no control characters, no blank ones, none that turn it.

    What joins letters or parts them is let by: some scripts are not written without it.
    """
    return _is_text(value) and not any(
        unicodedata.category(char) in {"Cc", "Co", "Cs", "Zl", "Zp"}
        or char in BLANKS
        or unicodedata.bidirectional(char) in _DIRECTIONS
        or char in _MARKS
        for char in value
    )


def _is_optional_text(value: Any) -> bool:
    return value is None or _is_text(value)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _is_country(value: Any) -> bool:
    return isinstance(value, str) and (value in ALPHA_2 or _matches(_ORGANISATION, value))


def _is_date(value: Any) -> bool:
    """A date; a time behind it is let by, as the schema's `format` only annotates."""
    try:
        return isinstance(value, date) or bool(date.fromisoformat(_head(value)))
    except ValueError:
        return False


def _is_time(value: Any) -> bool:
    try:
        return isinstance(value, date) or (_is_text(value) and bool(datetime.fromisoformat(value)))
    except ValueError:
        return False


def _head(value: Any) -> str:
    day, _, _ = value.partition("T") if isinstance(value, str) else ("", "", "")
    return day


_COMMON: dict[str, Test] = {"tg": _is_text, "co": _is_country, "is": _is_text, "ci": _is_text}
_BY_USAGE: dict[CertificateKind, dict[str, Test]] = {
    CertificateKind.VACCINATION: {
        "vp": _is_text,
        "mp": _is_text,
        "ma": _is_text,
        "dn": _is_count,
        "sd": _is_count,
        "dt": _is_date,
    },
    CertificateKind.TEST: {
        "tt": _is_text,
        "sc": _is_time,
        "tr": _is_text,
        "tc": _is_optional_text,
        "nm": _is_optional_text,
        "ma": _is_optional_text,
    },
    CertificateKind.RECOVERY: {"fr": _is_date, "df": _is_date, "du": _is_date},
}
