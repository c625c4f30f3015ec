"""A picture as a phone or a program wrote it, made into the photo of a worker."""

from __future__ import annotations

import io
import struct

from PIL import Image, ImageOps

from checkpoint.errors import Refused
from checkpoint.services.photos import MOST

SIZE = (300, 400)
"""Pixels of the photo: 3 to 4, as on cards."""
FILE_LIMIT = 10_000_000
"""Bytes of a file that is looked at: phones write about 3 MB, seldom 10."""
PIXELS = 50_000_000
"""The most that is decoded: phones with 48 megapixels write that many."""
LEAST = (150, 200)
"""Pixels of the middle that is cut out, at least: half of `SIZE`, a face can still be told."""
_FORMATS = ("JPEG", "PNG", "WEBP")
_MODES = {"1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr"}
_CLEAR = {"LA", "PA", "RGBA"}
_ORIENTATION = 0x0112
_LYING = (5, 6, 7, 8)
"""Orientations (EXIF 2.32) in which rows of the file are columns of the picture."""
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_QUALITIES = (85, 70, 55, 40, 25, 10)
_FAULTS = (OSError, SyntaxError, ValueError, EOFError, struct.error)
"""What Pillow raises for files that are broken or lie about themselves."""


def made(blob: bytes) -> bytes:
    """The middle of a JPEG, PNG or WebP, upright, as a JPEG of `SIZE` without anything beside it.

    Raises Refused for what is none of these, is broken, moves, or is too large or too small.
    """
    if not blob:
        raise Refused("photo is empty", remedy="choose it again")
    if len(blob) > FILE_LIMIT:
        raise Refused("photo has more than 10 MB", remedy="choose a smaller one")
    try:
        with _opened(blob) as image:
            return _packed(_upright(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large() from None
    except _FAULTS:
        raise _no_picture() from None


def _opened(blob: bytes) -> Image.Image:
    """The picture, not decoded yet: what its head says is judged first."""
    image = Image.open(io.BytesIO(blob), formats=_FORMATS)
    if image.width * image.height > PIXELS:
        raise _too_large()
    # A JPEG of several is a phone's, with a map of depth behind the picture: nothing moves.
    if image.format in ("PNG", "WEBP") and getattr(image, "n_frames", 1) > 1:
        raise Refused("photo moves", remedy="choose a still picture")
    if image.mode not in _MODES:
        raise _no_picture()
    return image


def _upright(image: Image.Image) -> Image.Image:
    """The middle of it, turned as the camera was held, on white where it is transparent."""
    turn = _turn(image)
    lying = turn in _LYING
    wanted, least = (SIZE[::-1], LEAST[::-1]) if lying else (SIZE, LEAST)
    if image.width < least[0] or image.height < least[1]:
        raise Refused("photo is too small", remedy="choose one of 150 by 200 pixels or more")
    image.draft("RGB", (wanted[0] * 4, wanted[1] * 4))
    if image.mode in _CLEAR or "transparency" in image.info:
        image = image.convert("RGBA")
    elif image.mode != "RGB":
        image = image.convert("RGB")
    small = ImageOps.fit(image, wanted, Image.Resampling.LANCZOS)
    fresh = Image.new("RGB", wanted, "white")
    fresh.paste(small, mask=small if small.mode == "RGBA" else None)
    how = _TURNS.get(turn)
    return fresh if how is None else fresh.transpose(how)


def _turn(image: Image.Image) -> int:
    """How the camera was held; upright where its notes are broken."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except (*_FAULTS, TypeError):
        return 1


def _packed(image: Image.Image) -> bytes:
    """As good as fits: at the last quality even noise has a third of `MOST`."""
    files = (_jpeg(image, quality) for quality in _QUALITIES)
    return next(file for file in files if len(file) <= MOST)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality, optimize=True)
    return file.getvalue()


def _too_large() -> Refused:
    return Refused("photo has more than 50 megapixels", remedy="choose a smaller one")


def _no_picture() -> Refused:
    return Refused("photo shows no picture", remedy="save it as a JPEG anew")
