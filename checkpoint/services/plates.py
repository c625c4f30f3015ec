"""Licence plates of the mainland (GA 36-2018), as painted, without dot or space.

A province character, a letter, then five characters, or six for new energy: a type letter
(D, F and their successors) first on small vehicles, D or F last on large ones.
"""

from __future__ import annotations

import re
import unicodedata

from checkpoint.errors import Refused

_PROVINCES = "京津沪渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新"
_FORM = re.compile(
    rf"[{_PROVINCES}][A-HJ-NP-Z]"
    r"(?:[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳]|[A-HJK][A-HJ-NP-Z0-9]\d{4}|\d{5}[DF])",
    re.ASCII,
)


def plate(text: str) -> str:
    """The plate in its one form. Raises Refused naming `plate`."""
    painted = re.sub(r"[\s·•.・-]", "", unicodedata.normalize("NFKC", text)).upper()
    if not _FORM.fullmatch(painted):
        raise Refused(
            "plate is not a province character, a letter and 5 or 6 characters",
            remedy="type it as painted, like 京A12345",
        )
    return painted
