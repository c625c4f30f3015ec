"""The digest by which an entry names the text that was shown."""

from __future__ import annotations

import hashlib

LONGEST = 7089
"""Characters of the largest QR code there is (ISO/IEC 18004: 40-L, digits alone)."""


def digest_of(text: str) -> bytes:
    """SHA-256 of the text in UTF-8; empty for one that no QR code holds, which costs nothing."""
    if len(text) > LONGEST:
        return b""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
