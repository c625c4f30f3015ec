"""What people hold up: a printed card, or a phone."""

from __future__ import annotations

import cv2
import numpy as np
import qrcode
from qrcode.constants import ERROR_CORRECT_M

from checkpoint.errors import SettingError
from kiosk.film.sprites import Colour, Picture, Sprite, paste, words

QUIET = 4
"""Light modules around a symbol, as ISO/IEC 18004 asks."""
SYMBOL_SIDE = 312
"""Pixels that a symbol may take with its quiet zone; a 49-module pass gets 5 px a module."""

_INK: Colour = (40, 36, 34)
_PAPER: Colour = (236, 241, 243)
_TEAL: Colour = (110, 96, 28)


def printed(who: str, text: str | None) -> Sprite:
    """A card on white paper."""
    symbol = _symbol(text)
    width, height = 352, symbol.shape[0] + 132
    face = np.full((height, width, 3), _PAPER, np.uint8)
    cv2.rectangle(face, (0, 0), (width, 54), _TEAL, -1)
    _centred(face, words("健康通行证", 30, (250, 250, 250), 1), 27)
    face[66 : 66 + symbol.shape[0], (width - symbol.shape[1]) // 2 :][:, : symbol.shape[1]] = symbol
    _centred(face, words(who, 28, _INK, 1), height - 42)
    return _cut(face, 10)


def phone(who: str, text: str | None) -> Sprite:
    """A phone with a dark bezel; the symbol stands on a white screen."""
    symbol = _symbol(text)
    width, height = 366, symbol.shape[0] + 170
    body = np.full((height, width, 3), (36, 34, 34), np.uint8)
    cv2.rectangle(body, (14, 16), (width - 15, height - 17), (250, 250, 248), -1)
    cv2.rectangle(body, (14, 16), (width - 15, 78), (86, 150, 40), -1)
    cv2.circle(body, (width // 2, 9), 4, (70, 66, 64), -1, cv2.LINE_AA)
    _centred(body, words("通行码", 30, (255, 255, 255), 1), 48)
    top = 92
    left = (width - symbol.shape[1]) // 2
    body[top : top + symbol.shape[0], left : left + symbol.shape[1]] = symbol
    _centred(body, words(who, 30, _INK, 1), top + symbol.shape[0] + 26)
    return _cut(body, 30)


def glare(sprite: Sprite, shift: float) -> Sprite:
    """A faint band of reflected sky across a phone; it wanders with `shift`, 0 to 1."""
    height, width = sprite.shape[:2]
    band = np.zeros((height, width), np.float32)
    x = int((0.1 + 0.8 * shift) * width)
    slant = np.array([(x, 0), (x + 70, 0), (x - 60, height), (x - 130, height)], np.int32)
    cv2.fillPoly(band, [slant], 1.0, cv2.LINE_AA)
    band = cv2.GaussianBlur(band, (0, 0), 14) * 0.3
    out = sprite.copy()
    light = out[:, :, :3] + (255.0 - out[:, :, :3]) * band[:, :, None]
    out[:, :, :3] = light.astype(np.uint8)
    return out


def _symbol(text: str | None) -> Picture:
    if text is None:
        return np.full((SYMBOL_SIDE, SYMBOL_SIDE, 3), _PAPER, np.uint8)
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    try:
        code.add_data(text)
        code.make(fit=True)
    except (ValueError, qrcode.exceptions.DataOverflowError) as fault:
        raise SettingError(
            f"a text of {len(text)} characters fits no QR code", remedy="shorten it"
        ) from fault
    dark = np.array(code.get_matrix(), dtype=bool)
    side = max(2, SYMBOL_SIDE // dark.shape[0])
    big = np.kron(dark, np.ones((side, side), dtype=bool))
    symbol = np.where(big[:, :, None], 26, 248).astype(np.uint8)
    return np.repeat(symbol, 3, axis=2)


def _centred(face: Picture, label: Sprite, y: int) -> None:
    paste(face, label, (face.shape[1] - label.shape[1]) // 2, y - label.shape[0] // 2)


def _cut(face: Picture, radius: int) -> Sprite:
    """The face with rounded corners."""
    height, width = face.shape[:2]
    alpha = np.zeros((height, width), np.uint8)
    cv2.rectangle(alpha, (radius, 0), (width - radius - 1, height), 255, -1)
    cv2.rectangle(alpha, (0, radius), (width, height - radius - 1), 255, -1)
    for x in (radius, width - radius - 1):
        for y in (radius, height - radius - 1):
            cv2.circle(alpha, (x, y), radius, 255, -1, cv2.LINE_AA)
    return np.dstack((face, alpha))
