"""Health in the whole district: numbers by township and enterprise, and the bureau's own orders."""

from __future__ import annotations

from itertools import groupby

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_babel import ngettext

from admin.access import actor
from admin.bureau.home import blueprint
from admin.db import office
from admin.forms import fields
from admin.forms.fields import line, objections
from admin.forms.health import SetStatusForm
from checkpoint.domain.health_status import HealthStatus
from checkpoint.services import health as statuses
from checkpoint.services import health_lists


class OrderForm(SetStatusForm):
    """A status for a worker whom the bureau knows by ID number. By POST: it is in no address."""

    id_number = line(
        _("ID number"), most=24, render_kw={"autocomplete": "off", "spellcheck": "false"}
    )


@blueprint.route("/health", methods=["GET", "POST"])
def health() -> ResponseReturnValue:
    """How many workers declared today, are yellow and red. No names; an order is by ID number."""
    form = OrderForm(status=HealthStatus.YELLOW.value)
    if form.validate_on_submit():
        with objections(form):
            number, wanted = form.id_number.data, form.wanted("")
            done = statuses.set_by_number(office(), actor(), number, wanted)
            flash(
                ngettext(
                    "Set in %(num)s roster. Its gates hear of it with their next question.",
                    "Set in %(num)s rosters. Their gates hear of it with their next question.",
                    done,
                ),
                "success",
            )
            return redirect(url_for("bureau.health"))
    rows = health_lists.by_enterprise(office(), fields.begin_of(fields.today(office().clock.now())))
    towns = [(town, list(found)) for town, found in groupby(rows, lambda row: row.township)]
    return render_template(
        "bureau/health.html", form=form, towns=towns, rows=rows, section="bureau.enterprises"
    )
