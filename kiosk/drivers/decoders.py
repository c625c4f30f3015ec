"""The native QR decoders behind one guarded form: pixels in, codes out, never an exception.

A symbol whose bytes are not text is not a code here, and no decoder's exception passes: a
passer-by must not be able to end the gate with a code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import zxingcpp
from numpy.typing import NDArray
from pyzbar import pyzbar

from kiosk.drivers.native import cv2
from kiosk.ports import Box

Gray: TypeAlias = NDArray[np.uint8]
"""Height × width, 8 bits."""

SMALLEST_SIDE = 21
"""Pixels: a version 1 symbol has as many modules."""

_LIVE = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCodeModel2])
_STILL = zxingcpp.BarcodeFormats(
    [zxingcpp.BarcodeFormat.QRCodeModel2, zxingcpp.BarcodeFormat.QRCodeModel1]
)


@dataclass(frozen=True, slots=True)
class Code:
    """A decoded text and the corners of its symbol, in pixels."""

    text: str
    corners: tuple[tuple[float, float], ...]

    @property
    def area(self) -> float:
        """Square pixels."""
        outline = np.array(self.corners, dtype=np.float32).reshape(-1, 1, 2)
        return float(cv2.contourArea(cv2.convexHull(outline))) if len(self.corners) > 2 else 0.0

    @property
    def box(self) -> Box:
        """The upright box around it."""
        x, y = zip(*self.corners, strict=True)
        return Box(min(x), min(y), max(x) - min(x), max(y) - min(y))

    def scaled(self, factor: float) -> Code:
        """The same code in a picture of another size."""
        return Code(self.text, tuple((x * factor, y * factor) for x, y in self.corners))

    def covers(self, other: Code) -> bool:
        """Whether the middle of `other` lies within this symbol."""
        outline = np.array(self.corners, dtype=np.float32).reshape(-1, 1, 2)
        x, y = np.mean(np.array(other.corners, dtype=np.float64), axis=0)
        return cv2.pointPolygonTest(cv2.convexHull(outline), (float(x), float(y)), False) >= 0


def to_gray(image: Any) -> Gray | None:
    """The gray picture of a BGR, BGRA or gray one; None for what is no picture."""
    if not isinstance(image, np.ndarray) or image.dtype != np.uint8 or image.ndim not in (2, 3):
        return None
    if min(image.shape[:2]) < SMALLEST_SIDE:
        return None
    try:
        if image.ndim == 2:
            return np.ascontiguousarray(image)
        if image.shape[2] == 1:
            return np.ascontiguousarray(image[:, :, 0])
        kind = cv2.COLOR_BGRA2GRAY if image.shape[2] == 4 else cv2.COLOR_BGR2GRAY
        return np.asarray(cv2.cvtColor(image, kind), dtype=np.uint8)
    except cv2.error:
        return None


def zxing(gray: Gray, *, still: bool = False, even_light: bool = False) -> list[Code]:
    """What zxing-cpp reads. `still` admits the old Model 1; `even_light` thresholds globally."""
    binarizer = (
        zxingcpp.Binarizer.GlobalHistogram if even_light else zxingcpp.Binarizer.LocalAverage
    )
    try:
        found = zxingcpp.read_barcodes(
            gray,
            formats=_STILL if still else _LIVE,
            text_mode=zxingcpp.TextMode.Plain,
            binarizer=binarizer,
        )
        return _sound(_from_zxing(barcode) for barcode in found)
    except Exception:  # noqa: BLE001 - whatever a native reader raises, the gate goes on
        return []


def zbar(gray: Gray) -> list[Code]:
    """What ZBar reads."""
    try:
        found = pyzbar.decode(gray, symbols=[pyzbar.ZBarSymbol.QRCODE])
        return _sound(_from_zbar(symbol) for symbol in found)
    except Exception:  # noqa: BLE001 - whatever a native reader raises, the gate goes on
        return []


def _sound(codes: Iterable[Code | None]) -> list[Code]:
    return [code for code in codes if code is not None]


def _from_zxing(barcode: zxingcpp.Barcode) -> Code | None:
    if barcode.content_type == zxingcpp.ContentType.Binary:
        return None
    place = barcode.position
    ends = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return _code(barcode.text, tuple((float(p.x), float(p.y)) for p in ends))


def _from_zbar(symbol: Any) -> Code | None:
    try:
        text = symbol.data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return _code(text, tuple((float(p.x), float(p.y)) for p in symbol.polygon))


def _code(text: str, corners: tuple[tuple[float, float], ...]) -> Code | None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return None
    return Code(text, corners) if text and corners else None
