"""Warrants as the enterprise sees them: asked for, answered, renewed, printed."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.access import actor, own_enterprise, scope
from admin.db import office
from admin.enterprise.home import blueprint
from admin.forms import warrants as forms
from admin.forms.fields import choices, objections, today
from admin.forms.papers import warrant_file
from checkpoint.domain.warrant import Warrant
from checkpoint.services import (
    asking,
    authorizing,
    training,
    warrant_paper,
    warrant_requests,
    warrant_terms,
)
from checkpoint.services.warrant_requests import AskForm, WarrantRequestRow


@blueprint.get("/warrants")
def warrants() -> ResponseReturnValue:
    """The own inspectors, what was asked for them, and what ends soon."""
    return render_template(
        "enterprise/warrants.html",
        rows=authorizing.warrants(office(), scope()),
        asked=warrant_requests.some(office(), scope()).rows,
        closed=warrant_requests.some(
            office(), scope(), request.args.get("after"), still_open=False
        ),
        ending=warrant_terms.ending(office(), scope()),
        inspectors=forms.inspectors(own_enterprise()),
        trained=training.confirmed(office()),
        names=_sites(),
        now=office().clock.now(),
    )


@blueprint.route("/warrants/ask", methods=["GET", "POST"])
def ask_warrant() -> ResponseReturnValue:
    """Ask the bureau for a warrant, or for the renewal of one."""
    mine = own_enterprise()
    old = _renewed(request.args.get("renews", ""))
    form = _form(**(_after(old) if old else _for_new()))
    people = {one.account_id: one.name for one in forms.inspectors(mine)}
    if form.validate_on_submit():
        with objections(form):
            wanted = form.wanted(mine, form.account_id.data, people[form.account_id.data])
            asked = AskForm(wanted, form.why.data, old.warrant_id if old else "")
            request_id = warrant_requests.ask(office(), actor(), asked)
            flash(gettext("The bureau has it. You read the answer here."), "success")
            return _to(request_id)
    return render_template(
        "enterprise/ask_warrant.html", form=form, people=people, section="enterprise.warrants"
    )


@blueprint.get("/warrants/requests/<request_id>")
def warrant_request(request_id: str) -> ResponseReturnValue:
    """One request with its timeline."""
    row = warrant_requests.one(office(), scope(), request_id)
    lines = asking.timeline(office(), row.enterprise_id, request_id, row.warrant_id or request_id)
    return render_template(
        "enterprise/warrant_request.html",
        row=row,
        lines=lines,
        names=_sites(),
        section="enterprise.warrants",
    )


@blueprint.route("/warrants/requests/<request_id>/answer", methods=["GET", "POST"])
def answer_warrant(request_id: str) -> ResponseReturnValue:
    """Ask again, changed, after the bureau asked back."""
    mine = own_enterprise()
    row = warrant_requests.one(office(), scope(), request_id)
    form = _form(version=str(row.version), account_id=row.account_id, sites=row.sites, **_term(row))
    form.account_id.choices = choices((row.account_id, row.inspector))
    if form.validate_on_submit():
        with objections(form):
            asked = AskForm(form.wanted(mine, row.account_id, row.inspector), form.why.data)
            warrant_requests.answer(office(), actor(), asked, forms.step(request_id))
            flash(gettext("The bureau has it. You read the answer here."), "success")
            return _to(request_id)
    return render_template(
        "enterprise/ask_warrant.html",
        form=form,
        people=True,
        answered=row,
        section="enterprise.warrants",
    )


@blueprint.post("/warrants/requests/<request_id>/withdraw")
def withdraw_warrant_request(request_id: str) -> ResponseReturnValue:
    """Take a request back."""
    warrant_requests.withdraw(office(), actor(), own_enterprise(), forms.step(request_id))
    flash(gettext("The request is withdrawn."), "warning")
    return _to(request_id)


@blueprint.get("/warrants/<warrant_id>")
def warrant(warrant_id: str) -> ResponseReturnValue:
    """One warrant with its timeline."""
    row = warrant_terms.one(office(), scope(), warrant_id)
    asked = warrant_terms.asked_by(office(), warrant_id)
    return render_template(
        "warrant.html",
        row=row,
        area="enterprise",
        lines=asking.timeline(office(), own_enterprise(), warrant_id, asked or warrant_id),
        request_id=asked,
        names=_sites(),
        now=office().clock.now(),
        section="enterprise.warrants",
    )


@blueprint.get("/warrants/<warrant_id>/certificate.pdf")
def print_warrant(warrant_id: str) -> ResponseReturnValue:
    """The certificate with the signed statement as its code."""
    return warrant_file(warrant_paper.paper(office(), actor(), scope(), warrant_id))


def _form(**shown: object) -> forms.AskForm:
    form = forms.AskForm(**shown)
    form.offer_sites(own_enterprise())
    people = forms.inspectors(own_enterprise())
    form.account_id.choices = choices(*((one.account_id, one.name) for one in people))
    return form


def _for_new() -> dict[str, object]:
    """For the account of an invitation that was just made, where the address names one."""
    return {**forms.proposed(), "account_id": request.args.get("account")}


def _renewed(warrant_id: str) -> Warrant | None:
    """The own warrant that is to be renewed. Raises NotFound for another's."""
    return warrant_terms.one(office(), scope(), warrant_id).warrant if warrant_id else None


def _after(old: Warrant) -> dict[str, object]:
    """The same again from the day after it ends: no gap, no overlap."""
    first = max(today(old.valid_until), today(office().clock.now()))
    last = first + (old.valid_until - old.valid_from) - timedelta(days=1)
    account = next(
        (r.account_id for r in authorizing.warrants(office(), scope()) if r.warrant == old), ""
    )
    return {
        "account_id": account,
        "sites": old.sites,
        "valid_from": first,
        "valid_until": max(first, last),
    }


def _term(row: WarrantRequestRow) -> dict[str, object]:
    last = today(row.valid_until - timedelta(seconds=1))
    return {"valid_from": today(row.valid_from), "valid_until": last}


def _sites() -> dict[str, str]:
    places = authorizing.places(office(), own_enterprise())
    return {place.site.site_id: place.site.name for place in places}


def _to(request_id: str) -> ResponseReturnValue:
    return redirect(url_for("enterprise.warrant_request", request_id=request_id))
