"""Opening a picture file that may be anything at all."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps

from checkpoint.errors import DeviceFault
from kiosk.ports import Image

MOST_BYTES = 64 * 1024 * 1024
MOST_PIXELS = 64_000_000
"""About twice what a phone's camera makes; more is a bomb, not a photograph."""


def open_picture(path: Path) -> Image:
    """The picture upright as its camera held it, on white where it is transparent.

    Raises DeviceFault naming the file and what is wrong with it, whatever its bytes are.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _decoded(path)
    except DeviceFault:
        raise
    except OSError as fault:
        raise _fault(path, fault.strerror or "is no picture, or a damaged one") from fault
    except Exception as fault:
        # Decoders of a dozen formats raise what they like on damaged bytes.
        raise _fault(path, "is no picture, or a damaged one") from fault


def _decoded(path: Path) -> Image:
    if path.is_dir():
        raise _fault(path, "is a folder")
    if path.stat().st_size > MOST_BYTES:
        raise _fault(path, f"is larger than {MOST_BYTES >> 20} MiB")
    with Pillow.open(path) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise _fault(path, f"has {opened.width}x{opened.height} pixels, more than is read")
        upright = ImageOps.exif_transpose(opened)
        return _bgr(upright)


def _bgr(picture: Pillow.Image) -> Image:
    if picture.mode.startswith("I"):
        wide = np.asarray(picture, dtype=np.float64)
        top = 65535.0 if wide.max(initial=0) > 255 else 255.0
        gray = (wide.clip(0, top) * (255.0 / top)).astype(np.uint8)
        return np.ascontiguousarray(np.repeat(gray[:, :, None], 3, axis=2))
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        white = Pillow.new("RGBA", layer.size, "white")
        picture = Pillow.alpha_composite(white, layer)
    return np.ascontiguousarray(np.asarray(picture.convert("RGB"), dtype=np.uint8)[:, :, ::-1])


def _fault(path: Path, what: str) -> DeviceFault:
    return DeviceFault(f"{path}: {what}", remedy="give a PNG, JPEG, WebP, BMP, GIF or TIFF picture")
