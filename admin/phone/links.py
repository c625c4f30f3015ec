"""An enterprise admin makes the one-time link for a holder's phone."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from admin.access import actor, own_enterprise
from admin.db import office
from admin.forms.fields import choices, objections, today
from admin.forms.phone_links import show_link
from admin.forms.terms import TermForm, sites_of, term_of
from admin.phone.page import blueprint
from checkpoint.domain.health_pass import PassKind
from checkpoint.services import pass_history, phone, roster
from checkpoint.services.forms import PassForm
from checkpoint.services.rows import HolderKind

_LIFE = timedelta(days=30)
_SECTION = "enterprise.holders"


@blueprint.route("/links/<holder_id>", methods=["GET", "POST"])
def make_link(holder_id: str) -> ResponseReturnValue:
    """A link for the phone of one holder of the roster."""
    mine = own_enterprise()
    holder = roster.holder(office(), mine, holder_id)
    worker = holder.kind is HolderKind.WORKER
    kind = PassKind.WORKER if worker else PassKind.COMMUTING_VEHICLE
    first = today(office().clock.now())
    form = TermForm(since=first, until=first + _LIFE)
    form.sites.choices = choices(*sites_of(mine))
    if not worker:
        form.leave_out_shift()
    if form.validate_on_submit():
        wanted = PassForm(kind, holder_id=holder_id, **term_of(form))
        with objections(form):
            secret = phone.make_link(office(), actor(), mine, wanted)
            back = url_for("enterprise.holder", holder_id=holder_id)
            known = pass_history.of_same(office(), mine, wanted)
            return show_link(secret, holder.plate or holder.name, back, _SECTION, known)
    return render_template("phone/link_form.html", form=form, holder=holder, section=_SECTION)
