"""The own enterprise's record: shown whole, and changed in what the enterprise knows best."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.access import actor, own_enterprise, scope
from admin.db import office
from admin.enterprise.home import blueprint
from admin.forms.enterprise_record import OwnRecordForm
from admin.forms.fields import objections
from checkpoint.services import authorizing, enterprise_record
from checkpoint.services.enterprise_record import ChangeForm


@blueprint.get("/record")
def record() -> ResponseReturnValue:
    """What the bureau's register says of the own enterprise."""
    (row,) = authorizing.enterprises(office(), scope())
    return render_template(
        "enterprise/record.html",
        row=row,
        record=enterprise_record.record_of(office(), own_enterprise()),
        places=authorizing.places(office(), own_enterprise()),
        section="enterprise.today",
    )


@blueprint.route("/record/edit", methods=["GET", "POST"])
def edit_record() -> ResponseReturnValue:
    """Change the own contacts, address, medical contact and isolation room."""
    mine, form = own_enterprise(), OwnRecordForm()
    if form.validate_on_submit():
        with objections(form):
            wanted = ChangeForm(mine, form.changes(), form.seen())
            enterprise_record.change(office(), actor(), wanted)
            flash(gettext("The record is saved."), "success")
            return redirect(url_for("enterprise.record"))
    elif not form.is_submitted():
        form.show(enterprise_record.record_of(office(), mine))
    return render_template(
        "enterprise_record.html",
        form=form,
        name=authorizing.enterprise(office(), mine).name,
        back=url_for("enterprise.record"),
        section="enterprise.today",
    )
