"""The QR code of a pass as one vector path."""

from __future__ import annotations

from itertools import groupby

import qrcode
from qrcode.constants import ERROR_CORRECT_M

QUIET = 4
"""Modules of light around the code (ISO/IEC 18004)."""
MASK = 0
"""What a signature fills looks random under any mask; trying all eight takes five times as long."""


def svg(text: str) -> str:
    """A drawing of the code at level M with its quiet zone; black alone, on whatever is white."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=MASK)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    side = len(rows) + 2 * QUIET
    path = "".join(_runs(row, QUIET + y) for y, row in enumerate(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path d="{path}"/></svg>'
    )


def _runs(row: list[bool], y: int) -> str:
    """One rectangle for each run of dark modules."""
    drawn, x = [], QUIET
    for dark, run in groupby(row):
        width = len(list(run))
        if dark:
            drawn.append(f"M{x} {y}h{width}v1h-{width}z")
        x += width
    return "".join(drawn)
