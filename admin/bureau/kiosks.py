"""The kiosks of the district, the worst first; one that is trusted no longer."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from admin.access import actor, scope
from admin.bureau.home import blueprint
from admin.db import office
from admin.forms import watch_words
from admin.forms.fields import Form, line, objections
from checkpoint.services import enrolment, watching


class RevokeKioskForm(Form):
    """Why a kiosk is trusted no longer."""

    why = line(_("Reason"), most=200, description=_("The enterprise is shown it."))


@blueprint.get("/kiosks", endpoint="kiosks")
def list_kiosks() -> ResponseReturnValue:
    """How every gate of the district is."""
    rows = watching.kiosks(office(), scope())
    return render_template("bureau/kiosks.html", rows=rows, watch_words=watch_words)


@blueprint.route("/kiosks/<kiosk_id>/revoke", methods=["GET", "POST"])
def revoke_kiosk(kiosk_id: str) -> ResponseReturnValue:
    """Trust a kiosk of any enterprise no longer."""
    row = enrolment.kiosk(office(), scope(), kiosk_id)
    form = RevokeKioskForm()
    if form.validate_on_submit():
        with objections(form):
            enrolment.revoke_kiosk(office(), actor(), row.enterprise_id, kiosk_id, form.why.data)
            told = gettext("The kiosk is revoked. The enterprise reads the reason on its pages.")
            flash(told, "warning")
            return redirect(url_for("bureau.kiosks"))
    return render_template("bureau/revoke_kiosk.html", form=form, row=row, section="bureau.kiosks")
