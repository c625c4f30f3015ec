"""Requests for warrants as the bureau reviews them, and one warrant with what was done with it."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.access import actor, scope
from admin.bureau.home import blueprint
from admin.db import office
from admin.forms import warrants as forms
from admin.forms.fields import end_of, objections, today
from admin.forms.papers import warrant_file
from checkpoint.services import (
    asking,
    authorizing,
    warrant_paper,
    warrant_requests,
    warrant_terms,
)
from checkpoint.services.asking import StepForm
from checkpoint.services.warrant_requests import WarrantRequestRow


@blueprint.route("/warrants/requests/<request_id>", methods=["GET", "POST"])
def warrant_request(request_id: str) -> ResponseReturnValue:
    """One request; the form on it grants another term or other sites."""
    row = warrant_requests.one(office(), scope(), request_id)
    form = _otherwise(row)
    if form.validate_on_submit():
        with objections(form):
            wanted = form.wanted(row.enterprise_id, row.account_id, row.inspector)
            made = warrant_requests.grant(office(), actor(), forms.step(request_id), wanted)
            return _granted(made.warrant_id)
    return render_template(
        "bureau/warrant_request.html",
        row=row,
        form=form,
        lines=asking.timeline(
            office(), row.enterprise_id, request_id, row.warrant_id or request_id
        ),
        names=_sites(row.enterprise_id),
        stopped=authorizing.enterprise(office(), row.enterprise_id).suspended,
        section="bureau.warrants",
    )


@blueprint.post("/warrants/requests/<request_id>/grant")
def grant_as_asked(request_id: str) -> ResponseReturnValue:
    """Grant just what was asked for."""
    seen = forms.step(request_id)
    made = warrant_requests.grant(office(), actor(), StepForm(request_id, seen.version, ""))
    return _granted(made.warrant_id)


@blueprint.post("/warrants/requests/<request_id>/ask-back")
def ask_back(request_id: str) -> ResponseReturnValue:
    """Ask the enterprise for something first."""
    warrant_requests.ask_back(office(), actor(), forms.step(request_id))
    flash(gettext("The enterprise reads your question and answers here."), "success")
    return redirect(url_for("bureau.warrant_request", request_id=request_id))


@blueprint.post("/warrants/requests/<request_id>/refuse")
def refuse_warrant(request_id: str) -> ResponseReturnValue:
    """Refuse it."""
    warrant_requests.refuse(office(), actor(), forms.step(request_id))
    flash(gettext("Refused. The enterprise reads the reason."), "warning")
    return redirect(url_for("bureau.warrant_request", request_id=request_id))


@blueprint.route("/warrants/<warrant_id>", methods=["GET", "POST"])
def warrant(warrant_id: str) -> ResponseReturnValue:
    """One warrant with its timeline; the form on it renews."""
    row = warrant_terms.one(office(), scope(), warrant_id)
    held = row.warrant
    begins = max(held.valid_until, office().clock.now())
    renewal = forms.RenewForm(valid_until=today(begins) + forms.TERM - timedelta(days=1))
    if renewal.validate_on_submit():
        with objections(renewal):
            until = end_of(renewal.valid_until.data)
            made = warrant_terms.renew(office(), actor(), warrant_id, until, renewal.why.data)
            return _granted(made.warrant_id)
    asked = warrant_terms.asked_by(office(), warrant_id)
    return render_template(
        "warrant.html",
        row=row,
        area="bureau",
        lines=asking.timeline(office(), held.enterprise_id, warrant_id, asked or warrant_id),
        request_id=asked,
        renewal=None if held.revoked else renewal,
        names=_sites(held.enterprise_id),
        now=office().clock.now(),
        section="bureau.warrants",
    )


@blueprint.get("/warrants/<warrant_id>/certificate.pdf")
def print_warrant(warrant_id: str) -> ResponseReturnValue:
    """The certificate with the signed statement as its code."""
    return warrant_file(warrant_paper.paper(office(), actor(), scope(), warrant_id))


def _otherwise(row: WarrantRequestRow) -> forms.GrantOtherwiseForm:
    form = forms.GrantOtherwiseForm(
        version=str(row.version),
        sites=row.sites,
        valid_from=today(row.valid_from),
        valid_until=today(row.valid_until - timedelta(seconds=1)),
    )
    form.offer_sites(row.enterprise_id)
    return form


def _granted(warrant_id: str) -> ResponseReturnValue:
    flash(gettext("Granted. Gates cite it with their next bundle."), "success")
    return redirect(url_for("bureau.warrant", warrant_id=warrant_id))


def _sites(enterprise_id: str) -> dict[str, str]:
    places = authorizing.places(office(), enterprise_id)
    return {place.site.site_id: place.site.name for place in places}
