"""Identifiers of persons and enterprises, 18 characters each.

The resident ID number 公民身份号码 is that of GB 11643-1999, the unified social credit code
统一社会信用代码 that of GB 32100-2015.

The ID number's checksum is ISO 7064 MOD 11-2. Region prefixes are not looked up in a list of
counties: lists lag behind (429004), and residence permits of Hong Kong, Macao and Taiwan (81,
82, 83) and foreign permanent residents (9) have prefixes of their own.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta, timezone

from stdnum.cn import ric, uscc

from checkpoint.errors import Refused

_FORM = re.compile(r"([1-9])(\d)\d{4}(\d{4})(\d{2})(\d{2})\d{3}[\dX]", re.ASCII)
_PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)
# The first character, the registering authority, may be a letter: cooperatives have N2.
CREDIT_LENGTH = 18
CREDIT_UNUSED = frozenset("IOSVZ")
"""Letters that GB 32100-2015 leaves out, since they look like digits or each other."""
_CREDIT_FORM = re.compile(r"[1-9ANY][1-9]\d{6}[0-9A-HJ-NPQRTUWXY]{10}", re.ASCII)
_CHINA = timezone(timedelta(hours=8))
_EARLIEST = 1900


def id_number(text: str, now: datetime) -> str:
    """The number in its one form, X in upper case.

    Raises Refused naming `id_number` and what is wrong, never the number.
    """
    number = unicodedata.normalize("NFKC", text).replace(" ", "").upper()
    form = _FORM.fullmatch(number)
    if form is None:
        raise _refused("is not 17 digits and a check character")
    if form[1] != "9" and form[1] + form[2] not in _PROVINCES:
        raise _refused("begins with no known region")
    try:
        born = date(int(form[3]), int(form[4]), int(form[5]))
    except ValueError:
        raise _refused("holds no possible date of birth") from None
    if born.year < _EARLIEST or born > now.astimezone(_CHINA).date():
        raise _refused("holds no possible date of birth")
    if ric.calc_check_digit(number) != number[-1]:
        raise _refused("has a wrong check character")
    return number


def credit_code_typed(text: str) -> str:
    """What was typed for a credit code as it is judged: narrow capitals without spaces."""
    return unicodedata.normalize("NFKC", text).replace(" ", "").upper()


def credit_code(text: str) -> str:
    """The unified social credit code in its one form. Raises Refused naming the field."""
    code = credit_code_typed(text)
    if not _CREDIT_FORM.fullmatch(code) or uscc.calc_check_digit(code) != code[-1]:
        raise Refused(
            "credit_code is not a unified social credit code", remedy="compare all 18 characters"
        )
    return code


def _refused(what: str) -> Refused:
    return Refused(f"id_number {what}", remedy="compare it with the card; keep it as text in Excel")
