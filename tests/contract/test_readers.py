"""Every QR reader of the registry keeps its port's promises."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import qrcode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from kiosk.config import ReaderSettings
from kiosk.drivers import registry
from kiosk.drivers.in_view import FORGET, STEADY
from kiosk.drivers.pictures import open_picture
from kiosk.ports import CodeReader, Image

pytestmark = pytest.mark.port("code reader")

PHOTO = Path(__file__).parents[1] / "assets" / "qr" / "photo.png"

every_reader = pytest.mark.parametrize("name", sorted(registry.READERS))


def _reader(name: str) -> CodeReader:
    reader: CodeReader = registry.load(registry.READERS, name)(ReaderSettings())
    return reader


def symbol(data: str | bytes, module: int = 6) -> Image:
    """A symbol with its quiet zone, black on white."""
    code = qrcode.QRCode(border=4)
    code.add_data(data, optimize=0)
    dark = np.array(code.get_matrix(), dtype=bool)
    gray = np.where(np.kron(dark, np.ones((module, module), dtype=bool)), 0, 255).astype(np.uint8)
    return np.repeat(gray[:, :, None], 3, axis=2)


@every_reader
def test_is_a_device(name: str) -> None:
    reader = _reader(name)
    with reader:
        assert reader.name == name
        assert not reader.simulated
    reader.close()


@every_reader
def test_reads_a_photograph(name: str) -> None:
    with _reader(name) as reader:
        assert reader.read(open_picture(PHOTO)) == "http://google.com/gwt/n?u=bluenile.com"


@every_reader
def test_reads_the_largest_of_two(name: str) -> None:
    large, small = symbol("large", 8), symbol("small", 4)
    page = np.full((large.shape[0] + 40, large.shape[1] + small.shape[1] + 60, 3), 255, np.uint8)
    page[10 : 10 + small.shape[0], 10 : 10 + small.shape[1]] = small
    page[20 : 20 + large.shape[0], small.shape[1] + 40 : small.shape[1] + 40 + large.shape[1]] = (
        large
    )
    with _reader(name) as reader:
        assert reader.read(page) is None, "it might not be steady"
        assert reader.several
        looks = [reader.read(page) for _ in range(STEADY)]
        assert looks[-1] == "large"
        place = reader.place
        assert place is not None
        assert small.shape[1] + 40 < place.x < place.x + place.width < page.shape[1]
        assert 20 < place.y < place.y + place.height < 20 + large.shape[0]
        assert reader.read(page * 0) is None
        assert reader.place is None


@every_reader
def test_of_two_equal_ones_neither_counts_until_one_leaves(name: str) -> None:
    one, two = symbol("one", 6), symbol("two", 6)
    with _reader(name) as reader:
        looks = [reader.read(np.hstack([one, two])) for _ in range(30)]
        assert not any(looks)
        assert reader.several
        alone = [reader.read(np.hstack([np.full_like(one, 255), two])) for _ in range(FORGET + 1)]
        assert alone[-1] == "two"
        assert not reader.several


@every_reader
def test_one_code_alone_counts_at_once(name: str) -> None:
    with _reader(name) as reader:
        assert reader.read(symbol("alone")) == "alone"
        assert not reader.several


@every_reader
def test_an_oversized_text_is_given_for_the_gate_to_refuse(name: str) -> None:
    text = "A" * 2000
    with _reader(name) as reader:
        assert reader.read(symbol(text)) == text


@every_reader
def test_nobody_there(name: str) -> None:
    with _reader(name) as reader:
        for _ in range(5):
            assert reader.read(np.full((240, 320, 3), 128, np.uint8)) is None


@every_reader
@pytest.mark.parametrize("data", [b"\xff\xfe\x00\x81hello", bytes(range(128, 256)), b"\x00"])
def test_bytes_that_are_no_text_never_raise(name: str, data: bytes) -> None:
    with _reader(name) as reader:
        for _ in range(5):
            text = reader.read(symbol(data))
            assert text is None or text.encode("utf-8")


@every_reader
@pytest.mark.parametrize(
    "image",
    [
        np.zeros((0, 0, 3), np.uint8),
        np.zeros((3, 3, 3), np.uint8),
        np.zeros((100, 100), np.uint8),
        np.zeros((100, 100, 1), np.uint8),
        np.zeros((100, 100, 4), np.uint8),
        np.zeros((100, 100, 9), np.uint8),
        np.zeros((100, 100, 3), np.float64),
        np.zeros((22, 9000, 3), np.uint8),
        np.zeros((200, 200, 3), np.uint8)[::2, ::-1],
        None,
    ],
)
def test_what_is_no_picture_is_nobody(name: str, image: Any) -> None:
    with _reader(name) as reader:
        for _ in range(5):
            assert reader.read(image) is None


@every_reader
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    image=arrays(
        np.uint8,
        array_shapes(min_dims=3, max_dims=3, min_side=1, max_side=64),
        elements=st.sampled_from([0, 255]),
    )
)
def test_no_pixels_raise(name: str, image: Image) -> None:
    with _reader(name) as reader:
        reader.read(image)
