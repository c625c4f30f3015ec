"""What becomes of a picture from a phone: upright, 3 to 4, small, and nothing beside it."""

from __future__ import annotations

import io
import os
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from admin.forms import photo
from checkpoint.errors import Refused
from checkpoint.services.photos import MOST

RED, GREEN, BLUE, GREY = (200, 30, 30), (30, 180, 30), (30, 30, 200), (128, 128, 128)
COUNTRY = b"\x00\x00GPS 116.39"


def picture(size: tuple[int, int] = (600, 800), mode: str = "RGB") -> Image.Image:
    """Grey, with a red corner top left and a green one top right, blue below."""
    image = Image.new("RGB", size, GREY)
    wide, high = size[0] // 4, size[1] // 4
    image.paste(RED, (0, 0, wide, high))
    image.paste(GREEN, (size[0] - wide, 0, size[0], high))
    image.paste(BLUE, (0, size[1] - high, size[0], size[1]))
    return image.convert(mode)


def saved(image: Image.Image, kind: str = "JPEG", **more: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **more)
    return file.getvalue()


def opened(blob: bytes) -> Image.Image:
    assert len(blob) <= MOST
    image = Image.open(io.BytesIO(blob))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", photo.SIZE)
    return image


def near(image: Image.Image, at: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    found = image.getpixel(at)
    assert isinstance(found, tuple)
    return all(abs(one - other) < 40 for one, other in zip(found, colour, strict=True))


def upright(image: Image.Image) -> bool:
    corners = (((20, 20), RED), ((280, 20), GREEN), ((150, 390), BLUE))
    return all(near(image, at, colour) for at, colour in corners)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_each_format_becomes_a_small_jpeg(kind: str, mode: str) -> None:
    image = opened(photo.made(saved(picture(mode=mode), kind)))
    assert mode == "L" or upright(image)


@pytest.mark.parametrize("mode", ["CMYK", "L", "YCbCr"])
def test_print_colours_and_greys_are_converted(mode: str) -> None:
    image = opened(photo.made(saved(picture(mode=mode))))
    assert mode == "L" or upright(image)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_phone_may_be_held_any_way(orientation: int) -> None:
    """What each orientation of EXIF does to a picture is undone."""
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    image = picture((1200, 1600))
    lying = image.transpose(back[orientation]) if orientation in back else image
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert upright(opened(photo.made(saved(lying, exif=exif))))


def test_a_broken_note_of_the_camera_does_not_matter() -> None:
    assert upright(opened(photo.made(saved(picture(), exif=b"Exif\x00\x00II*\x00\xff\xff"))))


def test_nothing_of_the_file_but_the_picture_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = COUNTRY.decode("latin-1")
    blob = saved(picture(), exif=exif, comment=COUNTRY, icc_profile=COUNTRY)
    assert blob.count(COUNTRY[2:]) == 3
    made = photo.made(blob)
    assert COUNTRY[2:] not in made
    assert opened(made).getexif() == {}
    assert {"comment", "icc_profile", "exif"}.isdisjoint(opened(made).info)


@pytest.mark.parametrize("size", [(1600, 800), (300, 1600)])
def test_the_middle_is_what_stays(size: tuple[int, int]) -> None:
    marked = Image.new("RGB", size, RED)
    wide, high = size[0] // 2, size[1] // 2
    marked.paste(GREEN, (wide - 40, high - 40, wide + 40, high + 40))
    made = opened(photo.made(saved(marked)))
    assert near(made, (150, 200), GREEN)
    assert near(made, (10, 10), RED)


def test_what_is_clear_becomes_white() -> None:
    image = picture(mode="RGBA")
    image.paste((0, 0, 0, 0), (200, 300, 400, 500))
    made = opened(photo.made(saved(image, "PNG")))
    assert near(made, (150, 200), (255, 255, 255))
    assert upright(made)


def test_a_phones_picture_with_a_map_of_depth_is_a_picture() -> None:
    depth = Image.new("L", (60, 80))
    blob = saved(picture(), "MPO", save_all=True, append_images=[depth])
    assert Image.open(io.BytesIO(blob)).format == "MPO"
    assert upright(opened(photo.made(blob)))


def test_noise_is_small_too() -> None:
    noise = Image.frombytes("RGB", (300, 400), os.urandom(360_000))
    opened(photo.made(saved(noise, "PNG")))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_moves_is_refused(kind: str) -> None:
    other = Image.new("RGB", (600, 800), RED)
    blob = saved(picture(), kind, save_all=True, append_images=[other])
    with pytest.raises(Refused, match="moves"):
        photo.made(blob)


@pytest.mark.parametrize(
    "blob",
    [
        b"not a picture, renamed.jpg",
        b'<svg xmlns="http://www.w3.org/2000/svg" width="3" height="4"/>',
        b"%PDF-1.7",
        saved(picture(), "GIF"),
        saved(picture(), "BMP"),
        saved(picture(), "TIFF"),
        saved(picture())[:3000],
        saved(picture(), "PNG")[:400],
    ],
)
def test_what_is_no_picture_is_refused(blob: bytes) -> None:
    with pytest.raises(Refused, match="no picture"):
        photo.made(blob)


def test_an_empty_and_a_huge_file_are_refused() -> None:
    with pytest.raises(Refused, match="empty"):
        photo.made(b"")
    with pytest.raises(Refused, match="10 MB"):
        photo.made(saved(picture()) + bytes(photo.FILE_LIMIT))


@pytest.mark.parametrize("side", [7_072, 12_000, 60_000])
def test_a_bomb_is_refused_by_its_head(side: int) -> None:
    """A PNG of a few bytes that says it has this many pixels a side."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    parts = (
        struct.pack(">I", len(what)) + name + what + struct.pack(">I", zlib.crc32(name + what))
        for name, what in chunks
    )
    with pytest.raises(Refused, match="megapixels"):
        photo.made(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


@given(st.data())
def test_a_damaged_file_is_refused_or_a_photo(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["JPEG", "PNG", "WEBP"]))
    blob = bytearray(saved(picture(photo.LEAST), kind))
    for at in data.draw(st.lists(st.integers(0, len(blob) - 1), min_size=1, max_size=8)):
        blob[at] = data.draw(st.integers(0, 255))
    try:
        made = photo.made(bytes(blob[: data.draw(st.integers(0, len(blob)))]))
    except Refused:
        return
    opened(made)


@pytest.mark.parametrize("size", [(1, 1), (9000, 10), (10, 9000), (149, 200), (150, 199)])
def test_a_picture_too_small_to_tell_a_face_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(Refused, match="too small"):
        photo.made(saved(Image.new("RGB", size, GREY)))


def test_the_least_picture_is_measured_as_the_camera_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    across, down = photo.LEAST
    opened(photo.made(saved(Image.new("RGB", (down, across), GREY), exif=exif)))
    with pytest.raises(Refused, match="too small"):
        photo.made(saved(Image.new("RGB", (across, down), GREY), exif=exif))
