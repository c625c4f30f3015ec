"""Warrants 查验授权: granted to an inspector for an enterprise's sites and a term, revocable."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import DateField, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, ValidationError

from admin.access import actor, scope
from admin.auth import accounts
from admin.auth.account import Account, Role
from admin.bureau.home import blueprint
from admin.db import office
from admin.forms.fields import Form, begin_of, choices, end_of, objections, today
from checkpoint.domain.place import Site
from checkpoint.services import authorizing
from checkpoint.services.forms import WarrantForm


class GrantForm(Form):
    """A warrant to be granted."""

    account_id = SelectField(_("Inspector"))
    sites = SelectMultipleField(
        _("Sites"), description=_("None ticked: every site of the inspector's enterprise.")
    )
    valid_from = DateField(_("From"), validators=[DataRequired(_("Give a date."))])
    valid_until = DateField(
        _("Until"),
        validators=[DataRequired(_("Give a date."))],
        description=_("This day included."),
    )

    def validate_valid_until(self, field: DateField) -> None:
        """The term has at least one day."""
        if field.data and self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError(gettext("The last day is before the first one."))


@blueprint.get("/warrants")
def warrants() -> ResponseReturnValue:
    """All warrants, the newest first."""
    names = {site.site_id: site.name for site in _sites()}
    return render_template(
        "bureau/warrants.html",
        rows=authorizing.warrants(office(), scope()),
        enterprises=_enterprise_names(),
        sites=names,
        now=office().clock.now(),
        inspectors=_inspectors(),
    )


@blueprint.route("/warrants/new", methods=["GET", "POST"])
def grant_warrant() -> ResponseReturnValue:
    """Authorize an inspector."""
    inspectors = {person.account_id: person for person in _inspectors()}
    names = _enterprise_names()
    first = today(office().clock.now())
    sites = _sites()
    form = GrantForm(
        account_id=request.args.get("account"),
        valid_from=first,
        valid_until=first + timedelta(days=90),
    )
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
            authorizing.grant_warrant(office(), actor(), _wanted(form, person))
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


def _wanted(form: GrantForm, person: Account) -> WarrantForm:
    return WarrantForm(
        enterprise_id=person.enterprise_id or "",
        inspector=person.name,
        valid_from=begin_of(form.valid_from.data),
        valid_until=end_of(form.valid_until.data),
        sites=tuple(form.sites.data or ()),
        account_id=person.account_id,
    )


def _inspectors() -> list[Account]:
    return [a for a in accounts.everyone(office()) if a.role == Role.INSPECTOR and a.active]


def _enterprise_names() -> dict[str, str]:
    rows = authorizing.enterprises(office(), scope())
    return {row.enterprise.enterprise_id: row.enterprise.name for row in rows}


def _sites() -> list[Site]:
    rows = authorizing.enterprises(office(), scope())
    return [
        place.site
        for row in rows
        for place in authorizing.places(office(), row.enterprise.enterprise_id)
    ]
