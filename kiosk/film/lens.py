"""What a cheap camera in poor light does to a picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.drivers import film_layout as layout
from kiosk.film.sprites import Picture

_TILES = 5


@dataclass(frozen=True, slots=True)
class Lens:
    """One scene's light, defocus and noise."""

    light: NDArray[np.uint8]
    defocus: float
    noise: list[NDArray[np.int16]]

    @classmethod
    def chosen(cls, rng: np.random.Generator) -> Lens:
        """Light of 52 to 100 %, falling to one side; defocus 0.6 to 1.4 px; noise to 2.6 levels."""
        level = rng.uniform(0.6, 1.0)
        fall = rng.uniform(0.0, 0.14)
        angle = rng.uniform(0, 2 * np.pi)
        rows, columns = np.mgrid[-1 : 1 : layout.HEIGHT * 1j, -1 : 1 : layout.WIDTH * 1j]
        slope = (columns * np.cos(angle) + rows * np.sin(angle)) / np.sqrt(2)
        gain = level * (1 - fall * (1 + slope) / 2)
        tint = 1 + rng.uniform(-0.03, 0.03, 3)
        light = np.clip(gain[:, :, None] * tint * 255, 0, 255).astype(np.uint8)
        sigma = rng.uniform(0.8, 1.6)
        shape = (layout.HEIGHT // 2, layout.WIDTH // 2)
        noise = [
            cv2.resize(
                rng.normal(0, sigma * 1.6, shape).astype(np.float32), (layout.WIDTH, layout.HEIGHT)
            ).astype(np.int16)
            for _ in range(_TILES)
        ]
        return cls(light, float(rng.uniform(0.6, 1.4)), noise)

    def seen(self, picture: Picture, number: int) -> Picture:
        """The picture as the sensor of the camera gives it."""
        soft = cv2.GaussianBlur(picture, (0, 0), self.defocus)
        lit = cv2.multiply(soft, self.light, scale=1 / 255)
        grain = cv2.merge([self.noise[number % _TILES]] * 3)
        return np.asarray(cv2.add(lit, grain, dtype=cv2.CV_8U), np.uint8)


def moved(sprite: NDArray[np.uint8], pixels: int) -> NDArray[np.uint8]:
    """A sprite smeared downwards by its own movement."""
    if pixels < 2:
        return sprite
    kernel = np.full((pixels, 1), 1 / pixels, np.float32)
    return np.asarray(cv2.filter2D(sprite, -1, kernel), np.uint8)
