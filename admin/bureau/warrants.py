"""Warrants 查验授权: granted to an inspector for an enterprise's sites and a term, revocable."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField

from admin.access import actor, scope
from admin.bureau.home import blueprint
from admin.db import office
from admin.forms import warrants as forms
from admin.forms.fields import choices, objections
from admin.forms.warrants import TermForm
from checkpoint.domain.place import Site
from checkpoint.services import authorizing, warrant_requests, warrant_terms


class GrantForm(TermForm):
    """A warrant to be granted without a request."""

    account_id = SelectField(_("Inspector"))


@blueprint.get("/warrants")
def warrants() -> ResponseReturnValue:
    """Requests that wait, warrants that end soon, and the warrants themselves, page by page."""
    ended, after = request.args.get("show") == "ended", request.args.get("after")
    page = warrant_terms.page(office(), scope(), after, ended=ended)
    shown = {row.warrant.enterprise_id for row in page.rows}
    return render_template(
        "bureau/warrants.html",
        page=page,
        ended=ended,
        asked=warrant_requests.some(office(), scope()).rows if not (ended or after) else (),
        ending=warrant_terms.ending(office(), scope()) if not (ended or after) else (),
        sites={site.site_id: site.name for site in _sites(sorted(shown))},
        now=office().clock.now(),
        inspectors=forms.inspectors(),
    )


@blueprint.route("/warrants/new", methods=["GET", "POST"])
def grant_warrant() -> ResponseReturnValue:
    """Authorize an inspector."""
    inspectors = {person.account_id: person for person in forms.inspectors()}
    if one := inspectors.get(request.args.get("account", "")):
        inspectors = {one.account_id: one}
    names = _enterprise_names()
    sites = _sites([key for key in names if not one or key == one.enterprise_id])
    form = GrantForm(account_id=request.args.get("account"), **forms.proposed())
    form.account_id.choices = choices(
        *((key, f"{p.name} · {names.get(p.enterprise_id or '')}") for key, p in inspectors.items())
    )
    form.sites.choices = choices(
        *((site.site_id, f"{names.get(site.enterprise_id)} · {site.name}") for site in sites)
    )
    if form.validate_on_submit():
        person = inspectors[form.account_id.data]
        others = {site.site_id for site in sites if site.enterprise_id != person.enterprise_id}
        if others & set(form.sites.data or ()):
            told = gettext("A site ticked is not of the inspector's enterprise.")
            form.sites.errors = [*form.sites.errors, told]
            return _grant_page(form)
        with objections(form):
            wanted = form.wanted(person.enterprise_id or "", person.account_id, person.name)
            authorizing.grant_warrant(office(), actor(), wanted)
            flash(gettext("%(name)s may inspect now.", name=person.name), "success")
            return redirect(url_for("bureau.warrants"))
    return _grant_page(form)


@blueprint.post("/warrants/<warrant_id>/revoke")
def revoke_warrant(warrant_id: str) -> ResponseReturnValue:
    """End a warrant before its time."""
    authorizing.revoke_warrant(office(), actor(), warrant_id, request.form.get("why", ""))
    flash(gettext("The warrant is revoked."), "warning")
    return redirect(url_for("bureau.warrants"))


def _grant_page(form: GrantForm) -> ResponseReturnValue:
    return render_template("bureau/grant.html", form=form, section="bureau.warrants")


def _enterprise_names() -> dict[str, str]:
    rows = authorizing.enterprises(office(), scope())
    return {row.enterprise.enterprise_id: row.enterprise.name for row in rows}


def _sites(enterprise_ids: Sequence[str]) -> list[Site]:
    return [
        place.site
        for enterprise_id in enterprise_ids
        for place in authorizing.places(office(), enterprise_id)
    ]
