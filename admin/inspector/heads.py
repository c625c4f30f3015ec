"""The heads for an inspector to keep: on the screen, as a file of notes, on paper."""

from __future__ import annotations

import io

from flask import render_template, send_file
from flask.typing import ResponseReturnValue

from admin.access import scope
from admin.db import office
from admin.forms.fields import today
from admin.inspector.home import blueprint
from admin.printing import heads_pdf
from admin.printing.qr import svg
from checkpoint.errors import Refused
from checkpoint.services import heads as present_heads


@blueprint.get("/heads")
def heads() -> ResponseReturnValue:
    """What the heads are now, and why one keeps them."""
    mine = scope()
    now = present_heads.present(office(), mine)
    return render_template(
        "inspector/heads.html",
        heads=now,
        code=svg(now.note) if now.note else "",
        warranted=mine.enterprises or mine.sites,
    )


@blueprint.get("/heads/notes")
def head_notes() -> ResponseReturnValue:
    """All signed notes as one file for `checkpoint audit --head`."""
    found = _mine()
    return _file(found.notes().encode(), found, "txt", "text/plain; charset=utf-8")


@blueprint.get("/heads/print")
def print_heads() -> ResponseReturnValue:
    """The A4 page."""
    found = _mine()
    return _file(heads_pdf(found), found, "pdf", "application/pdf")


def _mine() -> present_heads.Heads:
    mine = scope()
    if not (mine.enterprises or mine.sites):
        raise Refused("no warrant is in force", remedy="ask the bureau")
    return present_heads.present(office(), mine)


def _file(
    content: bytes, found: present_heads.Heads, suffix: str, kind: str
) -> ResponseReturnValue:
    name = f"sibao-heads-{today(found.at):%Y%m%d}.{suffix}"
    return send_file(io.BytesIO(content), kind, as_attachment=True, download_name=name)
