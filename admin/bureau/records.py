"""The record of an enterprise as the bureau edits it, and other names for its places."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_pgettext
from wtforms import HiddenField

from admin.access import actor
from admin.bureau.home import blueprint
from admin.db import office
from admin.forms.enterprise_record import WholeRecordForm
from admin.forms.fields import Form, line, objections
from checkpoint.errors import NotFound
from checkpoint.services import authorizing, enterprise_record, naming
from checkpoint.services.enterprise_record import ChangeForm
from checkpoint.services.naming import NameForm
from checkpoint.storage.scope import Scope


class RenameForm(Form):
    """Another name; `was` is the one that the person saw."""

    was = HiddenField()
    name = line(lazy_pgettext("of a place", "Name"))


@blueprint.route("/enterprises/<enterprise_id>/record", methods=["GET", "POST"])
def edit_record(enterprise_id: str) -> ResponseReturnValue:
    """Change anything of an enterprise but its id and credit code."""
    authorizing.enterprise(office(), enterprise_id)
    (row,) = authorizing.enterprises(office(), Scope.of(enterprise_id))
    form = WholeRecordForm()
    if form.validate_on_submit():
        with objections(form):
            wanted = ChangeForm(enterprise_id, form.changes(), form.seen())
            enterprise_record.change(office(), actor(), wanted)
            flash(gettext("The record is saved."), "success")
            return _to(enterprise_id)
    elif not form.is_submitted():
        form.show_register(row, enterprise_record.record_of(office(), enterprise_id))
    return render_template(
        "enterprise_record.html",
        form=form,
        name=row.enterprise.name,
        back=url_for("bureau.enterprise", enterprise_id=enterprise_id),
        section="bureau.enterprises",
    )


@blueprint.route("/enterprises/<enterprise_id>/sites/<site_id>/name", methods=["GET", "POST"])
def rename_site(enterprise_id: str, site_id: str) -> ResponseReturnValue:
    """Another name for a site."""
    names = {p.site.site_id: p.site.name for p in authorizing.places(office(), enterprise_id)}
    form = _rename_form(names, site_id)
    if form.validate_on_submit():
        with objections(form):
            wanted = NameForm(enterprise_id, form.was.data, form.name.data)
            naming.rename_site(office(), actor(), site_id, wanted)
            return _renamed(enterprise_id)
    return _rename_page(enterprise_id, form)


@blueprint.route("/enterprises/<enterprise_id>/gates/<gate_id>/name", methods=["GET", "POST"])
def rename_gate(enterprise_id: str, gate_id: str) -> ResponseReturnValue:
    """Another name for a gate."""
    places = authorizing.places(office(), enterprise_id)
    form = _rename_form({g.gate_id: g.name for place in places for g in place.gates}, gate_id)
    if form.validate_on_submit():
        with objections(form):
            wanted = NameForm(enterprise_id, form.was.data, form.name.data)
            naming.rename_gate(office(), actor(), gate_id, wanted)
            return _renamed(enterprise_id)
    return _rename_page(enterprise_id, form)


def _rename_form(names: dict[str, str], place_id: str) -> RenameForm:
    if place_id not in names:
        raise NotFound(f"no place {place_id!r}")
    return RenameForm(was=names[place_id], name=names[place_id])


def _rename_page(enterprise_id: str, form: RenameForm) -> ResponseReturnValue:
    owner = authorizing.enterprise(office(), enterprise_id)
    return render_template("bureau/rename.html", form=form, owner=owner)


def _renamed(enterprise_id: str) -> ResponseReturnValue:
    flash(gettext("The name is changed. Gates show it with their next bundle."), "success")
    return _to(enterprise_id)


def _to(enterprise_id: str) -> ResponseReturnValue:
    return redirect(url_for("bureau.enterprise", enterprise_id=enterprise_id))
