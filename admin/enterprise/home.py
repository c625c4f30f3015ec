"""The enterprise's blueprint and its first page."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from admin.access import own_enterprise, scope
from admin.db import office, passages_since
from admin.forms import fields
from checkpoint.services import authorizing, enrolment
from checkpoint.services import policy as policies

blueprint = Blueprint("enterprise", __name__, url_prefix="/enterprise", template_folder="templates")


@blueprint.get("/")
def today() -> ResponseReturnValue:
    """What happened at one's own gates since midnight."""
    mine = own_enterprise()
    now = office().clock.now()
    counts = passages_since(office(), mine, fields.begin_of(fields.today(now)))
    by_outcome = {
        outcome: sum(n for (o, _direction), n in counts.items() if o == outcome)
        for outcome in ("ADMIT", "REFER", "DENY")
    }
    return render_template(
        "enterprise/today.html",
        enterprise=authorizing.enterprise(office(), mine),
        counts=by_outcome,
        entered=counts["ADMIT", "in"],
        left=counts["ADMIT", "out"],
        places=authorizing.places(office(), mine),
        kiosks=enrolment.kiosks(office(), scope()),
        policy=policies.in_force(office(), mine),
        now=now,
    )
