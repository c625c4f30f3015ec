"""Which texts a person can read: what shows as nothing, or turns what is beside it, is none."""

from __future__ import annotations

import unicodedata

UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})
"""Unicode's categories of control, format, surrogate, unassigned, private and line ends."""
BLANKS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and signs that Unicode has to show as nothing: Hangul fillers, empty Braille, ..."""
_NOTHING_ALONE = frozenset("MZ")


def is_shown(char: str) -> bool:
    """Whether a character shows as itself and leaves its neighbours as they are."""
    return unicodedata.category(char) not in UNSHOWN and char not in BLANKS


def shows_something(text: str) -> bool:
    """Whether anything of the text is seen: more than blanks, and marks on nothing."""
    return any(
        is_shown(char) and unicodedata.category(char)[0] not in _NOTHING_ALONE for char in text
    )
