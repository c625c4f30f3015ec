"""Reading the codes of a picture file: no hurry, every repair is tried."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from checkpoint.errors import DeviceFault
from kiosk.drivers import repairs
from kiosk.drivers.decoders import Code, Gray, to_gray, zbar, zxing
from kiosk.drivers.native import cv2
from kiosk.drivers.pictures import open_picture
from kiosk.ports import Image

LARGEST_SIDE = 2400
"""Pixels: repairs of a larger picture begin with a smaller one."""

_REPAIRS: tuple[Callable[[Gray], Gray], ...] = (
    repairs.smoothed,
    repairs.halved,
    repairs.contrast,
    repairs.sharpened,
    repairs.bordered,
    repairs.opened,
    repairs.closed,
    repairs.thresholded,
    lambda gray: repairs.scaled(gray, 2.0),
    lambda gray: repairs.scaled(gray, 0.33),
)


def read_file(path: Path) -> dict[str, Any]:
    """What `python -m kiosk read` prints of one file.

    `{"file", "texts", "ms"}`, the largest code first; `{"file", "error"}` where the file is
    no picture. A picture without a code has no texts, which is no error.
    """
    began = time.perf_counter()
    try:
        image = open_picture(path)
    except DeviceFault as fault:
        return {"file": str(path), "error": fault.message.removeprefix(f"{path}: ")}
    found = texts(image)
    spent = (time.perf_counter() - began) * 1000
    return {"file": str(path), "texts": found, "ms": round(spent, 2)}


def texts(image: Image) -> list[str]:
    """Every text in a still picture, the largest code first."""
    gray = to_gray(image)
    if gray is None:
        return []
    codes = next((found for found in _tries(gray) if found), [])
    return [code.text for code in sorted(codes, key=lambda code: -code.area)]


def _tries(gray: Gray) -> Iterator[list[Code]]:
    yield _together(zxing(gray, still=True), zbar(gray))
    yield zxing(gray, still=True, even_light=True)
    side = max(gray.shape)
    if side > LARGEST_SIDE:
        gray = repairs.scaled(gray, LARGEST_SIDE / side)
        yield _read(gray)
    for repair in _REPAIRS:
        try:
            repaired = repair(gray)
        except cv2.error:
            continue
        yield _read(repaired)


def _read(gray: Gray) -> list[Code]:
    return zxing(gray, still=True) or zxing(gray, still=True, even_light=True) or zbar(gray)


def _together(first: list[Code], second: list[Code]) -> list[Code]:
    """Both, but one text a symbol: decoders may differ on what its bytes mean."""
    return first + [c for c in second if not any(mine.covers(c) for mine in first)]
