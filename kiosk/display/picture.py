"""A camera picture as JPEG, small enough to send ten times a second."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image as Pillow

from kiosk.ports import Image

WIDTH = 640
QUALITY = 72


def jpeg(image: Image) -> bytes:
    """BGR pixels as a JPEG at most 640 wide, in their own proportions."""
    height, width = image.shape[:2]
    picture = Pillow.fromarray(np.ascontiguousarray(image[:, :, ::-1]))
    if width > WIDTH:
        size = (WIDTH, max(1, round(height * WIDTH / width)))
        picture = picture.resize(size, Pillow.Resampling.BILINEAR, reducing_gap=1.5)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
