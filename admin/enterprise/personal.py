"""What a holder may ask an enterprise for: their own record, and being erased."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.access import actor, own_enterprise
from admin.db import office
from admin.enterprise.home import blueprint
from admin.forms.erasing import ErasePersonForm
from admin.printing.own_record import record_file
from checkpoint.entrylog.erasure import Ground
from checkpoint.services import erasing, roster
from checkpoint.services import own_record as own_records
from checkpoint.services.erasing import ErasureForm


@blueprint.post("/roster/<holder_id>/record")
def own_record(holder_id: str) -> ResponseReturnValue:
    """Everything that is held of a holder, to be handed to them. Recorded with its reason."""
    wanted = ErasureForm(own_enterprise(), holder_id)
    why = request.form.get("why", "")
    return record_file(own_records.own_record(office(), actor(), wanted, why))


@blueprint.route("/roster/<holder_id>/erase", methods=["GET", "POST"])
def erase_holder(holder_id: str) -> ResponseReturnValue:
    """Erase a holder of one's own: first what that means, then the deed."""
    mine = own_enterprise()
    shown = roster.holder(office(), mine, holder_id)
    form = ErasePersonForm()
    if form.validate_on_submit():
        wanted = ErasureForm(mine, holder_id, Ground(form.ground.data))
        done = erasing.erase_person(office(), actor(), wanted)
        flash(gettext("Erased, with %(num)s entries.", num=done.entries), "success")
        return redirect(url_for("enterprise.holders"))
    return render_template(
        "erase.html",
        form=form,
        shown=shown.plate or shown.name,
        entries=erasing.entries_of(office(), holder_id),
        back=url_for("enterprise.holder", holder_id=holder_id),
        section="enterprise.holders",
    )
