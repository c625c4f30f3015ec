"""What happens to a picture between a face and the file: turn, light, blur, grain, compression."""

from __future__ import annotations

import cv2
import numpy as np

from training.crops import SIDE, Picture
from training.grafting import Chance

INPUT = 80
"""Pixels: the side of the picture that the network looks at."""


_BORDERS = (cv2.BORDER_REPLICATE, cv2.BORDER_REFLECT, cv2.BORDER_CONSTANT)


def seen_plainly(image: Picture) -> Picture:
    """The crop as the gate would show it to the network."""
    return np.asarray(cv2.resize(image, (INPUT, INPUT), interpolation=cv2.INTER_AREA), np.uint8)


def seen_by_chance(image: Picture, chance: Chance) -> Picture:
    """The crop as some camera might have taken it."""
    seen = _turned(image, chance)
    if chance.random() < 0.35:
        seen = _coarse(seen, chance)
    if chance.random() < 0.25:
        seen = _blurred(seen, chance)
    seen = _lit(seen, chance)
    if chance.random() < 0.2:
        _hidden(seen, chance)
    if chance.random() < 0.3:
        noise = chance.standard_normal(seen.shape, np.float32) * chance.uniform(2, 14)
        seen = (seen + noise).clip(0, 255).astype(np.uint8)
    if chance.random() < 0.3:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(chance.integers(20, 80))]
        packed = cv2.imencode(".jpg", seen, quality)[1]
        seen = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    return seen


def _turned(image: Picture, chance: Chance) -> Picture:
    """Another angle, size and place; the left may become the right."""
    scale = INPUT / SIDE * np.exp(chance.normal(0, 0.1))
    turn = cv2.getRotationMatrix2D((SIDE / 2, SIDE / 2), chance.normal(0, 9), scale)
    shift = chance.normal(0, 0.05, 2).clip(-0.12, 0.12) * INPUT
    turn[:, 2] = turn[:, 2] + (INPUT - SIDE) / 2 + shift
    turn[0, :2] *= np.exp(chance.normal(0, 0.05))
    turn[0, 1] += chance.normal(0, 0.03)
    laid = cv2.warpAffine(
        image, turn, (INPUT, INPUT), flags=cv2.INTER_AREA, borderMode=_border(chance)
    )
    return np.ascontiguousarray(laid[:, ::-1] if chance.random() < 0.5 else laid, np.uint8)


def _border(chance: Chance) -> int:
    return _BORDERS[int(chance.integers(len(_BORDERS)))]


def _coarse(image: Picture, chance: Chance) -> Picture:
    """As from a face that is few pixels wide."""
    side = int(chance.integers(20, 60))
    small = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (INPUT, INPUT), interpolation=cv2.INTER_LINEAR), np.uint8)


def _blurred(image: Picture, chance: Chance) -> Picture:
    """Out of focus, or moved."""
    if chance.random() < 0.5:
        return np.asarray(cv2.GaussianBlur(image, (0, 0), chance.uniform(0.5, 1.8)), np.uint8)
    length = int(chance.integers(3, 8))
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2] = 1 / length
    turn = cv2.getRotationMatrix2D(((length - 1) / 2, (length - 1) / 2), chance.uniform(0, 180), 1)
    turned = np.asarray(cv2.warpAffine(kernel, turn, (length, length)), np.float32)
    return np.asarray(cv2.filter2D(image, -1, turned / (turned.sum() + 1e-6)), np.uint8)


def _lit(image: Picture, chance: Chance) -> Picture:
    """Other light, another camera's colours, no colours, light from one side."""
    tones = np.linspace(0, 1, 256, dtype=np.float32)[:, None] ** np.exp(chance.normal(0, 0.2))
    tones = (tones - 0.5) * np.exp(chance.normal(0, 0.12)) + 0.5 + chance.normal(0, 0.05)
    tones = tones * np.exp(chance.normal(0, 0.08, 3))
    packed = np.asarray(cv2.LUT(image, (tones.clip(0, 1) * 255).astype(np.uint8)[None]), np.uint8)
    if chance.random() < 0.15:
        slope = 1 + np.linspace(-1, 1, INPUT, dtype=np.float32) * chance.uniform(-0.5, 0.5)
        across = slope[None, :, None] if chance.random() < 0.7 else slope[:, None, None]
        packed = (packed * across).clip(0, 255).astype(np.uint8)
    if chance.random() < 0.15:
        return np.asarray(
            cv2.cvtColor(cv2.cvtColor(packed, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
        )
    if chance.random() < 0.3:
        hsv = cv2.cvtColor(packed, cv2.COLOR_BGR2HSV).astype(np.int16)
        turn = 90 if chance.random() < 0.2 else 12
        hsv[:, :, 0] = (hsv[:, :, 0] + chance.integers(-turn, turn + 1)) % 180
        hsv[:, :, 1] = (hsv[:, :, 1] * chance.uniform(0.5, 1.4)).clip(0, 255)
        packed = np.asarray(cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2BGR), np.uint8)
    return packed


def _hidden(image: Picture, chance: Chance) -> None:
    """Something before the picture, too small to hide nose and mouth together."""
    width, height = chance.integers(6, 24, 2)
    x, y = chance.integers(0, INPUT - 6, 2)
    image[y : y + height, x : x + width] = chance.integers(0, 256, 3)
