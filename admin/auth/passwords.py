"""Which passwords are taken: long ones that nobody guesses. Nothing about signs, no expiry.

After NIST SP 800-63B: a length, a list of what people really choose, and nothing about the account
itself. zxcvbn knows the lists, and counts how many guesses a password would stand.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from zxcvbn import zxcvbn

PASSWORD_MIN = 10
PASSWORD_MAX = 128
_STRONG = 3
"""zxcvbn's "safely unguessable": 10^8 guesses and more."""
_LOOKED_AT = 72
"""Characters that are estimated: the estimate takes time that grows with the length."""
_OURS = (
    *("sibao", "四宝", "healthcode", "admin", "gongchang", "zhongguo", "beijing"),
    *("woaini", "wobuaini", "aini", "1314", "520", "5201314"),
)
"""What people here put into passwords beside what zxcvbn's lists know."""
_one_at_a_time = threading.Lock()


class Weakness(StrEnum):
    """Why a password is not taken."""

    SHORT = "short"
    LONG = "long"
    ABOUT = "about"
    GUESSED = "guessed"


def normal(password: str) -> str:
    """The form that is hashed: two keyboards may send one text in two forms."""
    return unicodedata.normalize("NFKD", password)


def weakness(password: str, about: Iterable[str] = ()) -> Weakness | None:
    """What is wrong with a password, None for a good one; `about` are the account's names."""
    text = normal(password)
    if len(text) < PASSWORD_MIN:
        return Weakness.SHORT
    if len(text) > PASSWORD_MAX:
        return Weakness.LONG
    known = [word for word in map(normal, about) if word]
    low = text.casefold()
    if any(_telling(word) and word.casefold() in low for word in known):
        return Weakness.ABOUT
    with _one_at_a_time:  # zxcvbn keeps the words of its own in one place for all
        guess = zxcvbn(text[:_LOOKED_AT], user_inputs=[*known, *_OURS])
    return Weakness.GUESSED if guess["score"] < _STRONG else None


def _telling(word: str) -> bool:
    """Whether a name is long enough not to be in a password by chance."""
    return len(word) > (2 if word.isascii() else 1)
