"""Reading picture files that may be anything."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image as Pillow
from pyzbar import pyzbar

from checkpoint.errors import DeviceFault
from kiosk.config import ReaderSettings
from kiosk.drivers import decoders, pictures
from kiosk.drivers.pictures import open_picture
from kiosk.drivers.readers import ATTEMPTS, CascadeReader
from kiosk.drivers.reading import read_file, texts

ASSETS = Path(__file__).parents[1] / "assets" / "qr"
PHOTO_TEXT = "http://google.com/gwt/n?u=bluenile.com"
HARD_TEXT = "http://www.webtech.co.jp/k/"


def test_a_photograph() -> None:
    result = read_file(ASSETS / "photo.png")
    assert result["texts"] == [PHOTO_TEXT]
    assert result["file"] == str(ASSETS / "photo.png")
    assert result["ms"] > 0


def test_a_code_that_the_first_decoder_misses() -> None:
    assert read_file(ASSETS / "hard.png")["texts"] == [HARD_TEXT]


def test_the_gates_reader_finds_it_within_a_few_frames() -> None:
    image = open_picture(ASSETS / "hard.png")
    reader = CascadeReader(ReaderSettings())
    assert HARD_TEXT in [reader.read(image) for _ in ATTEMPTS]


def test_a_picture_without_a_code_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "wall.png"
    cv2.imwrite(str(path), np.full((300, 400, 3), 140, np.uint8))
    result = read_file(path)
    assert result["texts"] == []
    assert "error" not in result


def test_what_can_not_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    (tmp_path / "words.png").write_text("no picture", encoding="utf-8")
    whole = (ASSETS / "photo.png").read_bytes()
    (tmp_path / "half.png").write_bytes(whole[: len(whole) // 2])
    for name in ("empty.png", "words.png", "half.png", "missing.png", "."):
        result = read_file(tmp_path / name)
        assert result["error"]
        assert "texts" not in result


def test_a_picture_too_large_is_refused_before_it_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.png"
    Pillow.new("1", (400, 300)).save(path)
    monkeypatch.setattr(pictures, "MOST_PIXELS", 100_000)
    with pytest.raises(DeviceFault, match="400x300 pixels"):
        open_picture(path)


def test_a_phones_turned_picture_is_set_upright(tmp_path: Path) -> None:
    path = tmp_path / "turned.jpg"
    exif = Pillow.Exif()
    exif[0x0112] = 6
    Pillow.new("RGB", (40, 20)).save(path, exif=exif)
    assert open_picture(path).shape == (40, 20, 3)


def _bare_symbol() -> NDArray[np.uint8]:
    """A symbol in black and white, without a quiet zone."""
    code = zxingcpp.create_barcode(PHOTO_TEXT, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return np.asarray(code.to_image(scale=6, add_quiet_zones=False), dtype=np.uint8)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_pixel_is_read(mode: str, tmp_path: Path) -> None:
    photo = Pillow.fromarray(_bare_symbol()).convert("RGB")
    path = tmp_path / ("code.tiff" if mode in {"I;16", "CMYK"} else "code.png")
    if mode == "I;16":
        wide = np.asarray(photo.convert("L"), np.uint16) * 257
        Pillow.fromarray(wide).save(path)
    else:
        photo.convert(mode).save(path)
    assert read_file(path)["texts"] == [PHOTO_TEXT]


def test_a_code_on_a_transparent_ground(tmp_path: Path) -> None:
    gray = np.asarray(Pillow.open(ASSETS / "photo.png").convert("L"))
    layer = np.zeros((*gray.shape, 4), np.uint8)
    layer[:, :, 3] = 255 - gray
    path = tmp_path / "transparent.png"
    Pillow.fromarray(layer).save(path)
    assert read_file(path)["texts"] == [PHOTO_TEXT]


def test_a_symbol_cut_off_at_its_edge_and_a_dark_page_around_one() -> None:
    symbol = _bare_symbol()
    bare = np.repeat(symbol[:, :, None], 3, axis=2)
    assert texts(bare) == [PHOTO_TEXT]
    dark = cv2.copyMakeBorder(bare, 60, 60, 60, 60, cv2.BORDER_CONSTANT, value=(30, 30, 30))
    assert texts(np.asarray(dark, np.uint8)) == [PHOTO_TEXT]


def _explode(*_: object, **__: object) -> None:
    raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")


def test_decoders_that_raise_are_survived(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zxingcpp, "read_barcodes", _explode)
    image = open_picture(ASSETS / "photo.png")
    reader = CascadeReader(ReaderSettings())
    assert PHOTO_TEXT in [reader.read(image) for _ in ATTEMPTS]
    monkeypatch.setattr(pyzbar, "decode", _explode)
    assert [reader.read(image) for _ in ATTEMPTS] == [None] * len(ATTEMPTS)
    assert texts(image) == []


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.binary(max_size=400), head=st.sampled_from([0, 8, 60, 2000, 20_000]))
def test_no_bytes_raise(data: bytes, head: int, tmp_path: Path) -> None:
    path = tmp_path / "any.png"
    whole = (ASSETS / "photo.png").read_bytes()
    path.write_bytes(whole[:head] + data + whole[head + len(data) :] if head else data)
    assert read_file(path).keys() in ({"file", "error"}, {"file", "texts", "ms"})


def test_the_place_of_a_code_is_that_in_the_frame_whatever_repair_found_it() -> None:
    drawn = cv2.QRCodeEncoder.create().encode("a place in the frame")
    symbol = cv2.resize(np.asarray(drawn), (240, 240), interpolation=cv2.INTER_NEAREST)
    gray = np.full((720, 1280), 255, np.uint8)
    gray[100:340, 700:940] = symbol
    (plain,) = decoders.zxing(gray)
    assert 700 <= plain.box.x < plain.box.x + plain.box.width <= 940
    for name, attempt in ATTEMPTS.items():
        (code,) = attempt(gray)
        assert np.allclose(code.box.centre, plain.box.centre, atol=4), name
        assert abs(code.box.width - plain.box.width) < 10, name
