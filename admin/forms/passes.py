"""Showing one pass, the bureau's or an enterprise's: on the screen, as a picture, on paper."""

from __future__ import annotations

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from admin.db import office
from admin.forms import code
from checkpoint.services import issuing


def show(issuer: str, pass_id: str, template: str, **more: object) -> ResponseReturnValue:
    """The pass on the screen. Raises NotFound outside the issuer's passes."""
    issued = issuing.text_of(office(), issuer, pass_id)
    return render_template(
        template, issued=issued, health_pass=issued.health_pass, now=office().clock.now(), **more
    )


def picture(issuer: str, pass_id: str) -> Response:
    """The pass's QR code. The file is named by the pass, not by the person."""
    issued = issuing.text_of(office(), issuer, pass_id)
    response = Response(code.png(issued.text), mimetype="image/png")
    response.headers["Content-Disposition"] = f'inline; filename="pass-{pass_id}.png"'
    return response
