"""The inspector's own warrants, with their certificates, and whether the guide is confirmed."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from admin.access import actor
from admin.auth.current import account
from admin.db import office
from admin.forms.papers import warrant_file
from admin.inspector.home import blueprint
from checkpoint.services import authorizing, training, warrant_paper, warrant_terms
from checkpoint.storage.scope import Scope


@blueprint.get("/warrants")
def warrants() -> ResponseReturnValue:
    """What one may inspect, until when."""
    mine = account()
    rows = warrant_terms.held_by(office(), mine.account_id)
    held = [row.warrant for row in rows]
    places = authorizing.places(office(), mine.enterprise_id) if mine.enterprise_id else ()
    now = office().clock.now()
    return render_template(
        "inspector/warrants.html",
        rows=rows,
        names={place.site.site_id: place.site.name for place in places},
        confirmed=training.confirmed(office()).get(mine.account_id),
        holds=any(not w.revoked and w.valid_from <= now < w.valid_until for w in held),
        now=now,
    )


@blueprint.get("/warrants/<warrant_id>/certificate.pdf")
def print_warrant(warrant_id: str) -> ResponseReturnValue:
    """The certificate of an own warrant."""
    mine = account().account_id
    return warrant_file(warrant_paper.paper(office(), actor(), Scope(), warrant_id, mine))
