"""What is shown, verified at a click: the stretch around it, and the result in words."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from admin.access import actor, scope
from admin.db import office
from admin.forms.cases import chosen_places
from admin.forms.layers import VERDICTS, meaning
from admin.inspector.filters import places
from admin.inspector.home import blueprint
from checkpoint.services import verifying


@blueprint.post("/verify")
def verify() -> ResponseReturnValue:
    """The entries that a page names, held to the signed heads and receipts around them."""
    mine = scope()
    done = verifying.verify(office(), actor(), mine, chosen_places())
    gates = {gate.gate_id: gate.name for place in places(mine) for gate in place.gates}
    return render_template(
        "inspector/verified.html",
        done=done,
        verdict=VERDICTS[done.verdict],
        meaning=meaning,
        gates=gates,
        section="inspector.entries",
    )
