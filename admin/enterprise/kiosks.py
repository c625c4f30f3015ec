"""Kiosks: one-time enrolment codes, signs of life, revocation."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.access import actor, own_enterprise, scope
from admin.config import Settings
from admin.db import office
from admin.enterprise.home import blueprint
from admin.forms import code, watch_words
from checkpoint.errors import NotFound
from checkpoint.services import authorizing, enrolment, watching


@blueprint.get("/kiosks")
def kiosks() -> ResponseReturnValue:
    """The kiosks of the enterprise and the gates that may get one."""
    return render_template(
        "enterprise/kiosks.html",
        rows=watching.kiosks(office(), scope()),
        watch_words=watch_words,
        places=authorizing.places(office(), own_enterprise()),
    )


@blueprint.post("/gates/<gate_id>/code")
def make_code(gate_id: str) -> ResponseReturnValue:
    """A one-time code for a kiosk at a gate, shown on this answer and never again."""
    mine = own_enterprise()
    gates = {
        gate.gate_id: (place.site, gate)
        for place in authorizing.places(office(), mine)
        for gate in place.gates
    }
    if gate_id not in gates:
        raise NotFound(f"no gate {gate_id!r}")
    settings: Settings = current_app.config["SIBAO"]
    made = enrolment.make_code(office(), actor(), mine, gate_id, settings.public_url)
    site, gate = gates[gate_id]
    return render_template(
        "enterprise/code.html",
        text=made.text(),
        picture=code.data_url(made.text()),
        site=site,
        gate=gate,
        section="enterprise.kiosks",
    )


@blueprint.post("/kiosks/<kiosk_id>/revoke")
def revoke_kiosk(kiosk_id: str) -> ResponseReturnValue:
    """Trust a kiosk no longer."""
    why = request.form.get("why", "")
    enrolment.revoke_kiosk(office(), actor(), own_enterprise(), kiosk_id, why)
    flash(
        gettext("The kiosk is revoked. It gets no bundle; what it still sends is marked."),
        "warning",
    )
    return redirect(url_for("enterprise.kiosks"))
