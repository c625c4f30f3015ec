"""Enterprises, their sites and gates: registered, suspended, restored."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field
from wtforms.validators import ValidationError

from admin.access import actor, scope
from admin.auth import accounts
from admin.bureau import reopening_charts
from admin.bureau.home import blueprint
from admin.db import office
from admin.forms import refusals
from admin.forms.fields import Form, line, objections
from checkpoint.errors import NotFound, Refused
from checkpoint.services import authorizing, identity, reopening
from checkpoint.services.forms import EnterpriseForm


def _sound(field: Field, check: Callable[[str], object]) -> None:
    """Say what a service would refuse, so that all wrong fields are told at once."""
    try:
        check(field.data)
    except Refused as fault:
        raise ValidationError(refusals.words(fault.message.partition(" ")[2])) from fault


class RegisterForm(Form):
    """An enterprise to be registered."""

    name = line(lazy_pgettext("of a place", "Name"))
    credit_code = line(
        _("Unified social credit code"),
        most=24,
        description=_("18 characters, as on the business licence."),
        render_kw={"autocapitalize": "characters", "spellcheck": "false"},
    )
    enterprise_id = line(
        _("Short id"),
        most=32,
        description=_("2 to 32 of a-z, 0-9 and -. It stands in every pass and can't be changed."),
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )
    township = line(_("Township or street"), optional=True)
    industry = line(_("Industry"), optional=True)
    above_scale = BooleanField(_("Industrial enterprise above the designated scale"))

    def validate_credit_code(self, field: Field) -> None:
        """A possible code."""
        _sound(field, identity.credit_code)

    def validate_enterprise_id(self, field: Field) -> None:
        """Of the allowed form."""
        _sound(field, authorizing.short_id_of)


class NameForm(Form):
    """A place to be named."""

    name = line(lazy_pgettext("of a place", "Name"))


@blueprint.get("/enterprises")
def enterprises() -> ResponseReturnValue:
    """All enterprises of the district."""
    rows = authorizing.enterprises(office(), scope())
    found = reopening.now(office())
    charts = reopening_charts.of(found) if rows else ()
    return render_template("bureau/enterprises.html", rows=rows, reopening=found, charts=charts)


@blueprint.route("/enterprises/new", methods=["GET", "POST"])
def register_enterprise() -> ResponseReturnValue:
    """Enter an enterprise into the register."""
    form = RegisterForm()
    if form.validate_on_submit():
        wanted = EnterpriseForm(
            form.enterprise_id.data,
            form.name.data,
            form.credit_code.data,
            form.township.data or "",
            form.industry.data or "",
            form.above_scale.data,
        )
        with objections(form):
            made = authorizing.register_enterprise(office(), actor(), wanted)
            flash(gettext("%(name)s is registered.", name=made.name), "success")
            return _to(made.enterprise_id)
    return render_template("bureau/register.html", form=form)


@blueprint.get("/enterprises/<enterprise_id>")
def enterprise(enterprise_id: str) -> ResponseReturnValue:
    """One enterprise with its places, people and warrants."""
    rows = {row.enterprise.enterprise_id: row for row in authorizing.enterprises(office(), scope())}
    if enterprise_id not in rows:
        raise NotFound(f"no enterprise {enterprise_id!r}")
    return render_template(
        "bureau/enterprise.html",
        row=rows[enterprise_id],
        places=authorizing.places(office(), enterprise_id),
        people=accounts.everyone(office(), enterprise_id),
        section="bureau.enterprises",
    )


@blueprint.route("/enterprises/<enterprise_id>/sites/new", methods=["GET", "POST"])
def add_site(enterprise_id: str) -> ResponseReturnValue:
    """A new site of an enterprise."""
    owner = authorizing.enterprise(office(), enterprise_id)
    form = NameForm()
    if form.validate_on_submit():
        with objections(form):
            site = authorizing.add_site(office(), actor(), enterprise_id, form.name.data)
            flash(gettext("%(name)s was added.", name=site.name), "success")
            return _to(enterprise_id)
    return render_template("bureau/place.html", form=form, owner=owner, site=None)


@blueprint.route("/enterprises/<enterprise_id>/sites/<site_id>/gates/new", methods=["GET", "POST"])
def add_gate(enterprise_id: str, site_id: str) -> ResponseReturnValue:
    """A new gate of a site."""
    owner = authorizing.enterprise(office(), enterprise_id)
    sites = {row.site.site_id: row.site for row in authorizing.places(office(), enterprise_id)}
    if site_id not in sites:
        raise NotFound(f"no site {site_id!r}")
    form = NameForm()
    if form.validate_on_submit():
        with objections(form):
            gate = authorizing.add_gate(office(), actor(), enterprise_id, site_id, form.name.data)
            flash(gettext("%(name)s was added.", name=gate.name), "success")
            return _to(enterprise_id)
    return render_template("bureau/place.html", form=form, owner=owner, site=sites[site_id])


@blueprint.post("/enterprises/<enterprise_id>/suspend")
def suspend(enterprise_id: str) -> ResponseReturnValue:
    """Stop an enterprise."""
    authorizing.suspend(office(), actor(), enterprise_id, request.form.get("why", ""))
    flash(gettext("Suspended. Its gates refuse everybody as soon as they hear of it."), "warning")
    return _to(enterprise_id)


@blueprint.post("/enterprises/<enterprise_id>/restore")
def restore(enterprise_id: str) -> ResponseReturnValue:
    """End a suspension."""
    authorizing.restore(office(), actor(), enterprise_id, request.form.get("why", ""))
    flash(gettext("Restored. Its gates admit again as soon as they hear of it."), "success")
    return _to(enterprise_id)


def _to(enterprise_id: str) -> ResponseReturnValue:
    return redirect(url_for("bureau.enterprise", enterprise_id=enterprise_id))
