"""Personal data in the whole district: a person's own record, erasures and their record."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from admin.access import actor
from admin.bureau.home import blueprint
from admin.db import office
from admin.forms.erasing import ErasePersonForm
from admin.forms.fields import Form, line, objections
from admin.printing.own_record import record_file
from checkpoint.entrylog.erasure import Ground
from checkpoint.errors import NotFound
from checkpoint.services import erasing, erasures, retaining
from checkpoint.services import own_record as own_records
from checkpoint.services import policy as policies


class FindPersonForm(Form):
    """By POST, so that a number stays out of addresses and logs."""

    id_number = line(
        _("ID number"),
        most=24,
        description=_("The whole number, or the holder's own number of 16 characters."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


@blueprint.route("/personal", methods=["GET", "POST"])
def personal() -> ResponseReturnValue:
    """How long what is kept, what was erased, and a person's lines in all rosters."""
    form = FindPersonForm()
    found: tuple[erasing.ErasureForm, ...] = ()
    if form.validate_on_submit():
        with objections(form):
            found = _found(form.id_number.data)
    return render_template(
        "bureau/personal.html",
        form=form,
        found=found,
        retention=policies.in_force(office()).retention,
        due=retaining.due(office()),
        page=erasures.record_of(office(), request.args.get("after")),
    )


@blueprint.post("/personal/<holder_id>/record")
def own_record(holder_id: str) -> ResponseReturnValue:
    """Everything that is held of a holder, to be handed to them. Recorded with its reason."""
    wanted = erasing.holder_home(office(), holder_id)
    why = request.form.get("why", "")
    return record_file(own_records.own_record(office(), actor(), wanted, why))


@blueprint.route("/personal/<holder_id>/erase", methods=["GET", "POST"])
def erase_person(holder_id: str) -> ResponseReturnValue:
    """Erase a holder of whichever enterprise: first what that means, then the deed."""
    known = erasing.holder_home(office(), holder_id)
    form = ErasePersonForm()
    if form.validate_on_submit():
        wanted = replace(known, ground=Ground(form.ground.data))
        done = erasing.erase_person(office(), actor(), wanted)
        flash(gettext("Erased, with %(num)s entries.", num=done.entries), "success")
        return redirect(url_for("bureau.personal"))
    return render_template(
        "erase.html",
        form=form,
        shown=f"{known.enterprise_id or gettext('Bureau')} · {holder_id}",
        entries=erasing.entries_of(office(), holder_id),
        back=url_for("bureau.personal"),
        section="bureau.personal",
    )


def _found(text: str) -> tuple[erasing.ErasureForm, ...]:
    try:
        return (erasing.holder_home(office(), text.strip().lower()),)
    except NotFound:
        return erasing.holders_of(office(), text)
