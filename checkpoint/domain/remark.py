"""What a person says of an entry afterwards: the entry stays, the remark stands beside it."""

from __future__ import annotations

from enum import StrEnum

WORDS_MOST = 500
"""Characters of a remark."""


class RemarkKind(StrEnum):
    """What a remark 批注 is. Stored, never renamed."""

    NOTE = "note"
    """a late note: something that the entry does not say"""
    CORRECTION = "correction"
    """what is wrong in the entry, and what is right"""
