"""QR pictures of passes and enrolment codes."""

from __future__ import annotations

import base64
import io

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.pil import PilImage


def png(text: str, *, box: int = 10) -> bytes:
    """A PNG of a text: level M, a quiet zone of four modules, `box` pixels a module."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, box_size=box, border=4)
    code.add_data(text)
    picture = code.make_image(image_factory=PilImage)
    out = io.BytesIO()
    picture.save(out, format="PNG")
    return out.getvalue()


def data_url(text: str) -> str:
    """The picture inside the page itself, for what has no address because it is shown once."""
    return "data:image/png;base64," + base64.b64encode(png(text, box=6)).decode()
