"""How somebody may look for a name: its characters, its pinyin, the initials of its pinyin.

A character has several readings (heteronyms), a surname often one of its own: all of them count,
those of surnames first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import islice, product

from pypinyin import Style, pinyin

PART = 4
"""The longest part that is found in the middle of a text; a beginning is found at any length."""
_SPELLINGS_MOST = 512
_READ_MOST = 8
"""Characters of a name that are spelt: a longer one is found by its characters."""
_BETWEEN = re.compile(r"[\s·•・.\-'’]+")
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_OWN = (
    "单shan 曾zeng 仇qiu 解xie 查zha 区ou 任ren 朴piao 盖ge 尉yu 乐yue 华hua"
    " 万wan 俟qi 秘bi 冼xian 覃qin 翟zhai 缪miao 宓mi 种chong 长zhang 召shao 员yun"
)
_SURNAMES = {own[0]: own[1:] for own in _OWN.split()}


def plain(text: str) -> str:
    """A text as it is compared: composed, small letters, without spaces, dots and dashes."""
    return _BETWEEN.sub("", _small(text)).replace("ü", "v")


def terms(search: str) -> list[str]:
    """The words of a search, each of which must be found, as `plain` gives them."""
    return [word for word in (plain(part) for part in search.split()) if word]


def parts(text: str) -> set[str]:
    """By which parts a text is found: all short ones, and the beginnings of each of its words."""
    whole = plain(text)
    found = {whole[at : at + size] for size in range(1, PART + 1) for at in range(len(whole))}
    at = 0
    for word in filter(None, (plain(word) for word in _BETWEEN.split(_small(text)))):
        found |= _beginnings(whole[at:])
        at += len(word)
    return found


def pinyin_of(name: str) -> set[str]:
    """By which pinyin a name is found: beginnings from every character on, whole or initials."""
    readings = _readings("".join(_HAN.findall(name))[:_READ_MOST])
    found: set[str] = set()
    for start in range(len(readings)):
        tail = readings[start:]
        for spelt in islice(product(*tail), _SPELLINGS_MOST):
            found |= {part for part in _beginnings("".join(spelt)) if len(part) > 1}
        first = (sorted({one[0] for one in each}) for each in tail)
        for initials in islice(product(*first), _SPELLINGS_MOST):
            found |= _beginnings("".join(initials))
    return found


def initials(text: str) -> str:
    """The first letters of a text's pinyin as most read it, with its own letters and digits."""
    kept = "".join(each for each in _small(text) if _HAN.match(each) or each.isalnum())
    first = "".join(each[0] for each in pinyin(kept, style=Style.FIRST_LETTER))
    return "".join(each for each in first if each.isascii())


def _readings(name: str) -> list[Sequence[str]]:
    """Of each character its readings, a surname's own first; without those nobody can read."""
    found = []
    for place, each in enumerate(pinyin(name, style=Style.NORMAL, heteronym=True)):
        known = list(dict.fromkeys(one for reading in each for one in _typed(reading)))
        known = [one for one in known if one.isascii()]
        own = _SURNAMES.get(name[place], "") if place < PART // 2 else ""
        found.append([own, *(one for one in known if one != own)] if own else known)
    return [each for each in found if each]


def _typed(reading: str) -> Iterable[str]:
    """As people type it: nv, nu and nyu for 女."""
    return (reading, reading.replace("v", "u"), reading.replace("v", "yu"))


def _beginnings(text: str) -> set[str]:
    return {text[:end] for end in range(1, len(text) + 1)}


def _small(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()
