"""Enterprises, their sites and gates: registered, suspended, restored."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _
from markupsafe import Markup
from wtforms import BooleanField, Field, SelectField, StringField
from wtforms.validators import ValidationError

from admin.access import actor
from admin.auth import roll
from admin.bureau import reopening_charts
from admin.bureau.home import blueprint
from admin.db import office
from admin.forms import refusals
from admin.forms.fields import Form, choices, line, objections
from checkpoint.errors import NotFound, Refused
from checkpoint.services import (
    authorizing,
    enterprise_import,
    enterprise_record,
    identity,
    register,
    reopening,
    warrant_terms,
)
from checkpoint.services.forms import EnterpriseForm
from checkpoint.storage.scope import Scope

_WHETHER = choices(("", _("all")), ("yes", _("yes")), ("no", _("no")))


def _sound(field: Field, check: Callable[[str], object]) -> None:
    """Say what a service would refuse, so that all wrong fields are told at once."""
    try:
        check(field.data)
    except Refused as fault:
        raise ValidationError(refusals.words(fault.message.partition(" ")[2])) from fault


def _slip(code: str) -> str:
    """The commonest slips of a credit code, in words; empty where it is neither."""
    said = []
    if len(code) != identity.CREDIT_LENGTH:
        said.append(gettext("This has %(num)d characters, a code has 18.", num=len(code)))
    if identity.CREDIT_UNUSED & {*code}:
        said.append(
            gettext("No code has the letters I, O, S, V and Z: type the digits 1, 0, 5, 2.")
        )
    return " ".join(said)


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
        optional=True,
        description=_(
            "2 to 32 of a-z, 0-9 and -. It can't be changed later. Where it is empty, it is made"
            " from the initials of the name."
        ),
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )
    township = line(_("Township or street"), optional=True)
    industry = line(_("Industry"), optional=True)
    above_scale = BooleanField(_("Industrial enterprise above the designated scale"))

    def filter_enterprise_id(self, value: str | None) -> str | None:
        """In small letters, as it is kept."""
        return value.lower() if value else value

    def validate_credit_code(self, field: Field) -> None:
        """A possible code, and nobody's yet."""
        if slip := _slip(identity.credit_code_typed(field.data)):
            raise ValidationError(slip)
        _sound(field, identity.credit_code)
        held = register.with_code(office(), identity.credit_code(field.data))
        if held:
            told = gettext("This is registered already.")
            where = url_for("bureau.enterprise", enterprise_id=held.enterprise_id)
            link = Markup('{} <a href="{}">{}</a>').format(told, where, held.name)
            raise ValidationError(link)

    def validate_enterprise_id(self, field: Field) -> None:
        """Of the allowed form."""
        _sound(field, authorizing.short_id_of)


class FindForm(Form):
    """Which enterprises are to be shown."""

    q = StringField(_("Name, id or credit code"))
    township = SelectField(_("Township or street"), validate_choice=False)
    above_scale = SelectField(_("Above scale"), choices=_WHETHER, validate_choice=False)
    suspended = SelectField(_("Suspended"), choices=_WHETHER, validate_choice=False)
    unwarranted = BooleanField(_("Without an inspector in force"))

    def wanted(self) -> register.Wanted:
        """What the filter asks for; what it can't mean is left out."""
        told = {"yes": True, "no": False}
        return register.Wanted(
            (self.q.data or "").strip()[:64],
            (self.township.data or "")[:64],
            told.get(self.above_scale.data or ""),
            told.get(self.suspended.data or ""),
            bool(self.unwarranted.data),
        )


class NameForm(Form):
    """A place to be named."""

    name = line(lazy_pgettext("of a place", "Name"))


@blueprint.get("/enterprises")
def enterprises() -> ResponseReturnValue:
    """The enterprises of the district, or those that a filter leaves, page by page."""
    form = find_form()
    wanted = form.wanted()
    rows, after = register.find(office(), wanted, request.args.get("after", "")[:32])
    found = reopening.now(office())
    return render_template(
        "bureau/enterprises.html",
        rows=rows,
        after=after,
        form=form,
        kept=kept(form),
        filtered=wanted != register.Wanted(),
        reopening=found,
        ending=len(warrant_terms.ending(office(), Scope.whole_district())),
        charts=reopening_charts.of(found) if found.whole.of else (),
    )


@blueprint.route("/enterprises/new", methods=["GET", "POST"])
def register_enterprise() -> ResponseReturnValue:
    """Enter an enterprise into the register."""
    form = RegisterForm()
    if form.validate_on_submit():
        wanted = EnterpriseForm(
            form.enterprise_id.data or enterprise_import.free_short_id(office(), form.name.data),
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
    authorizing.enterprise(office(), enterprise_id)
    (row,) = authorizing.enterprises(office(), Scope.of(enterprise_id))
    return render_template(
        "bureau/enterprise.html",
        row=row,
        record=enterprise_record.record_of(office(), enterprise_id),
        stopped=register.suspension(office(), enterprise_id),
        places=authorizing.places(office(), enterprise_id),
        people=roll.everybody(office(), enterprise_id),
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
    flash(
        gettext("Suspended. Its gates refuse everybody who comes in; people may leave."), "warning"
    )
    return _to(enterprise_id)


@blueprint.post("/enterprises/<enterprise_id>/restore")
def restore(enterprise_id: str) -> ResponseReturnValue:
    """End a suspension."""
    authorizing.restore(office(), actor(), enterprise_id, request.form.get("why", ""))
    flash(gettext("Restored. Its gates admit again as soon as they hear of it."), "success")
    return _to(enterprise_id)


def find_form() -> FindForm:
    """The filter in the address."""
    form = FindForm(request.args, meta={"csrf": False})
    form.township.choices = choices(
        ("", gettext("all")), *((name, name) for name in register.townships(office()))
    )
    return form


def kept(form: FindForm) -> dict[str, str]:
    """What of the filter stands in the address, to be kept in another one."""
    return {one.name: request.args[one.name] for one in form if one.name in request.args}


def _to(enterprise_id: str) -> ResponseReturnValue:
    return redirect(url_for("bureau.enterprise", enterprise_id=enterprise_id))
