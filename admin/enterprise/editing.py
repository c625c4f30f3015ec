"""A holder of the roster corrected; one who left, and back again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField
from wtforms.validators import NumberRange, Optional

from admin.access import actor, own_enterprise
from admin.db import office
from admin.enterprise.home import blueprint
from admin.forms.fields import Form, WholeField, line, objections
from admin.forms.holders import (
    PHONE,
    SEATS,
    VersionField,
    days_field,
    days_words,
    offer_sites,
    site_field,
)
from admin.forms.shifts import ShiftForm, shift_of
from admin.printing import shift_words
from checkpoint.services import editing, roster
from checkpoint.services.editing import Conflict
from checkpoint.services.forms import HolderEdit, IdCorrection
from checkpoint.services.rows import HolderKind, HolderRow

_WORKERS = ("job", "shift_from", "shift_until")
_VEHICLES = ("seats", "route", "days")


class EditForm(ShiftForm):
    """A line of the roster, a worker's or a vehicle's."""

    version = VersionField()
    name = line(_("Name"), render_kw={"autocomplete": "off"})
    phone = line(_("Phone"), optional=True, most=24, render_kw=PHONE)
    no_phone = BooleanField(_("Take the phone number out"))
    job = line(_("Job"), optional=True)
    seats = WholeField(_("Seats"), validators=[Optional(), NumberRange(*SEATS)])
    route = line(_("Route"), optional=True)
    site_id = site_field()
    days = days_field()


class CorrectIdForm(Form):
    """The right ID number, typed anew, and what was wrong with the one before."""

    version = VersionField()
    id_number = line(
        _("The right ID number"),
        most=24,
        description=_("18 characters, as on the resident identity card. Kept encrypted."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    why = line(_("Reason"), most=200, description=_("For the action record, without the number."))


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of which the form says one thing and the roster another by now."""

    label: str
    now: str
    yours: str


@blueprint.route("/roster/<holder_id>/edit", methods=["GET", "POST"])
def edit_holder(holder_id: str) -> ResponseReturnValue:
    """Edit a worker or a vehicle."""
    mine = own_enterprise()
    holder = roster.holder(office(), mine, holder_id)
    form = _form(holder)
    sites = offer_sites(form.site_id, mine)
    conflict: Conflict | None = None
    if form.validate_on_submit():
        with objections(form):
            conflict = editing.edit(office(), actor(), mine, holder_id, _wanted(form))
            if conflict is None:
                flash(gettext("Saved."), "success")
                return _to(holder_id)
    return render_template(
        "enterprise/edit.html",
        form=form,
        holder=holder,
        conflict=conflict,
        differences=_differences(form, conflict, sites) if conflict else (),
        section="enterprise.holders",
    )


@blueprint.route("/roster/<holder_id>/id-number", methods=["GET", "POST"])
def correct_id(holder_id: str) -> ResponseReturnValue:
    """Correct a worker's ID number."""
    mine = own_enterprise()
    holder = roster.holder(office(), mine, holder_id)
    form = CorrectIdForm(version=holder.version)
    conflict: Conflict | None = None
    if form.validate_on_submit():
        wanted = IdCorrection(form.version.data, form.id_number.data, form.why.data)
        with objections(form):
            conflict = editing.correct_id(office(), actor(), mine, holder_id, wanted)
            if conflict is not None:
                form.version.data = conflict.now.version
            else:
                flash(gettext("The ID number is corrected."), "success")
                return _to(holder_id)
    return render_template(
        "enterprise/correct_id.html",
        form=form,
        holder=holder,
        conflict=conflict,
        section="enterprise.holders",
    )


@blueprint.post("/roster/<holder_id>/left")
def leave(holder_id: str) -> ResponseReturnValue:
    """Write down that a holder left the enterprise."""
    why = request.form.get("why", "")
    count = editing.leave(office(), actor(), own_enterprise(), holder_id, why)
    flash(
        ngettext(
            "Written down as gone; gates refuse them. %(num)d pass is revoked.",
            "Written down as gone; gates refuse them. %(num)d passes are revoked.",
            count,
        ),
        "warning",
    )
    return _to(holder_id)


@blueprint.post("/roster/<holder_id>/back")
def take_back(holder_id: str) -> ResponseReturnValue:
    """Take back that a holder left."""
    why = request.form.get("why", "")
    editing.take_back(office(), actor(), own_enterprise(), holder_id, why)
    flash(gettext("In the roster again. Passes stay revoked: issue another one."), "success")
    return _to(holder_id)


def _form(holder: HolderRow) -> EditForm:
    begin, end = holder.shift or (None, None)
    form = EditForm(
        version=holder.version,
        name=holder.name,
        job=holder.job,
        seats=holder.seats or None,
        route=holder.route,
        site_id=holder.site_id,
        days=list(holder.days),
        shift_from=_time(begin),
        shift_until=_time(end),
    )
    vehicle = holder.kind is HolderKind.VEHICLE
    for name in _WORKERS if vehicle else _VEHICLES:
        del form[name]
    if vehicle:
        form.name.label.text = _("Driver")
    if holder.phone_tail:
        tail = gettext("Ends in %(tail)s now. Empty: it stays.", tail=holder.phone_tail)
        form.phone.description = tail
    else:
        del form.no_phone
    return form


def _wanted(form: EditForm) -> HolderEdit:
    """What the form says; the fields that it has."""
    said: dict[str, Any] = {
        name: form[name].data or "" for name in ("job", "route") if name in form
    }
    if "seats" in form:
        said |= {"seats": form.seats.data or 0, "days": "".join(form.days.data or ())}
    phone = "" if "no_phone" in form and form.no_phone.data else form.phone.data or None
    site_id = form.site_id.data or ""
    return HolderEdit(
        form.version.data, form.name.data, phone, site_id, shift=shift_of(form), **said
    )


def _differences(form: EditForm, conflict: Conflict, sites: dict[str, str]) -> list[Difference]:
    """Field by field, both values; the form then is made from the line as it is now."""
    now, wanted = conflict.now, _wanted(form)
    pairs = [
        (form.name.label.text, now.name, wanted.name),
        (_("Site"), sites.get(now.site_id, ""), sites.get(wanted.site_id, "")),
    ]
    if wanted.phone is not None:
        pairs.append((_("Phone ends in"), now.phone_tail, wanted.phone[-4:]))
    if now.kind is HolderKind.VEHICLE:
        pairs += [
            (_("Seats"), str(now.seats or ""), str(wanted.seats or "")),
            (_("Route"), now.route, wanted.route),
            (_("Days of the week"), days_words(now.days), days_words(wanted.days)),
        ]
    else:
        shifts = [shift_words(one) if one else "" for one in (now.shift, wanted.shift)]
        pairs += [(_("Job"), now.job, wanted.job), (_("Shift"), *shifts)]
    form.version.data = now.version
    return [Difference(str(label), one, other) for label, one, other in pairs if one != other]


def _time(minutes: int | None) -> time | None:
    return None if minutes is None else time(*divmod(minutes, 60))


def _to(holder_id: str) -> ResponseReturnValue:
    return redirect(url_for("enterprise.holder", holder_id=holder_id))
