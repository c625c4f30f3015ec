"""What is shown, verified at a click: the stretch around it, and the result in words."""

from __future__ import annotations

import re

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from admin.access import actor, scope
from admin.db import office
from admin.forms.layers import VERDICTS, meaning
from admin.inspector.filters import places
from admin.inspector.home import blueprint
from checkpoint.services import verifying
from checkpoint.services.rows import EntryPlace

_PLACE = re.compile(r"([\w.-]{1,64})/(\d{1,18})/(\d{1,18})", re.ASCII)


@blueprint.post("/verify")
def verify() -> ResponseReturnValue:
    """The entries that a page names, held to the signed heads and receipts around them."""
    mine = scope()
    done = verifying.verify(office(), actor(), mine, chosen())
    gates = {gate.gate_id: gate.name for place in places(mine) for gate in place.gates}
    return render_template(
        "inspector/verified.html",
        done=done,
        verdict=VERDICTS[done.verdict],
        meaning=meaning,
        gates=gates,
        section="inspector.entries",
    )


def chosen() -> list[EntryPlace]:
    """The places in the form. What is no place is not there."""
    found = [_PLACE.fullmatch(text) for text in request.form.getlist("place")]
    if not all(found):
        abort(404)
    return [EntryPlace(form[1], int(form[2]), int(form[3])) for form in found if form]
