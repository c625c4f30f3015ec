"""The roster 花名册: workers and vehicles; blocking and unblocking a holder."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField
from wtforms.validators import NumberRange, Optional

from admin.access import actor, own_enterprise
from admin.db import office
from admin.enterprise.home import blueprint
from admin.forms.fields import Form, WholeField, choices, line, objections
from admin.forms.holders import (
    PHONE,
    ROSTER_STATES,
    days_field,
    days_words,
    offer_sites,
    site_field,
)
from admin.forms.shifts import ShiftForm, shift_of
from admin.forms.terms import sites_of
from admin.forms.words import HOLDER_KINDS
from checkpoint.services import editing, issuing, manifests, photos, roster
from checkpoint.services.forms import RosterFilter, RosterState, VehicleForm, WorkerForm
from checkpoint.services.rows import HolderKind


class AddWorkerForm(ShiftForm):
    """A worker."""

    name = line(_("Name"), render_kw={"autocomplete": "off"})
    id_number = line(
        _("ID number"),
        most=24,
        description=_(
            "18 characters: of a resident identity card, of a residence permit for people from"
            " Hong Kong, Macao and Taiwan, or of a foreigner's permanent residence card. Kept"
            " encrypted. Whoever has a passport only gets a visitor's pass for the day."
        ),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    phone = line(_("Phone"), optional=True, most=24, render_kw=PHONE)
    job = line(_("Job"), optional=True)
    site_id = site_field()


class AddVehicleForm(Form):
    """A commuting vehicle and its driver."""

    plate = line(
        _("Plate"),
        most=12,
        description=_("As painted, like 京A12345, or 京AD12345 for new energy."),
    )
    driver = line(_("Driver"), render_kw={"autocomplete": "off"})
    seats = WholeField(
        _("Seats"),
        validators=[Optional(), NumberRange(0, 200, _("Between %(min)s and %(max)s."))],
        render_kw={"inputmode": "numeric"},
    )
    route = line(_("Route"), optional=True)
    phone = line(_("Phone"), optional=True, most=24, render_kw=PHONE)
    site_id = site_field()
    days = days_field()


class FilterForm(Form):
    """Which holders; by GET as long as nothing personal is asked for."""

    search = line(_("Search"), optional=True)
    kind = SelectField(
        _("Kind"),
        choices=choices(
            ("", _("Workers and vehicles")),
            *((kind, HOLDER_KINDS[kind]) for kind in ("worker", "vehicle")),
        ),
    )
    site_id = SelectField(_("Site"))
    state = SelectField(_("State"), choices=choices(("", _("Any state")), *ROSTER_STATES.items()))


@blueprint.get("/roster")
def holders() -> ResponseReturnValue:
    """Workers and vehicles, the newest first."""
    return _listed(FilterForm(request.args, meta={"csrf": False}), request.args.get("after"))


@blueprint.post("/roster/search")
def find_holders() -> ResponseReturnValue:
    """Find a holder. By POST, so that a name or number stays out of addresses and logs."""
    return _listed(FilterForm(request.form), request.form.get("after") or None)


def _listed(form: FilterForm, after: str | None) -> ResponseReturnValue:
    mine = own_enterprise()
    sites = dict(sites_of(mine))
    form.site_id.choices = choices(("", gettext("All sites")), *sites.items())
    wanted = RosterFilter(
        (form.search.data or "")[:64],
        HolderKind(form.kind.data) if form.kind.data in ("worker", "vehicle") else None,
        form.site_id.data if form.site_id.data in sites else "",
        RosterState(form.state.data) if form.state.data in set(RosterState) else None,
    )
    # Looking for a word goes through the whole roster, so what it finds is not counted besides.
    counted = not (after or wanted.search)
    return render_template(
        "enterprise/roster.html",
        page=roster.holders(office(), mine, wanted, after),
        total=roster.count(office(), mine, wanted) if counted else None,
        after=after,
        form=form,
        wanted=wanted,
        site_names=sites,
        soon=office().clock.now() + roster.SOON,
        section="enterprise.holders",
    )


@blueprint.route("/roster/workers/new", methods=["GET", "POST"])
def add_worker() -> ResponseReturnValue:
    """A new worker."""
    form = AddWorkerForm()
    offer_sites(form.site_id, own_enterprise())
    if form.validate_on_submit():
        wanted = WorkerForm(
            form.name.data,
            form.id_number.data,
            form.phone.data or "",
            form.job.data or "",
            form.site_id.data or "",
            shift_of(form),
        )
        with objections(form):
            holder_id = roster.add_worker(office(), actor(), own_enterprise(), wanted)
            flash(gettext("%(name)s is in the roster.", name=wanted.name), "success")
            return _to(holder_id)
    return render_template("enterprise/add.html", form=form, vehicle=False)


@blueprint.route("/roster/vehicles/new", methods=["GET", "POST"])
def add_vehicle() -> ResponseReturnValue:
    """A new vehicle."""
    form = AddVehicleForm()
    offer_sites(form.site_id, own_enterprise())
    if form.validate_on_submit():
        wanted = VehicleForm(
            form.plate.data,
            form.driver.data,
            form.seats.data or 0,
            form.route.data or "",
            form.phone.data or "",
            form.site_id.data or "",
            "".join(form.days.data or ()),
        )
        with objections(form):
            holder_id = roster.add_vehicle(office(), actor(), own_enterprise(), wanted)
            flash(gettext("%(name)s is in the roster.", name=wanted.plate), "success")
            return _to(holder_id)
    return render_template("enterprise/add.html", form=form, vehicle=True)


@blueprint.get("/roster/<holder_id>")
def holder(holder_id: str) -> ResponseReturnValue:
    """One holder and their passes."""
    mine = own_enterprise()
    shown = roster.holder(office(), mine, holder_id)
    return render_template(
        "enterprise/holder.html",
        holder=shown,
        page=issuing.passes(office(), mine, request.args.get("after"), holder_id),
        outdated=editing.outdated(office(), mine, holder_id),
        site_names=dict(sites_of(mine)),
        days=days_words(shown.days),
        photo=photos.since(office(), mine, holder_id),
        rides=manifests.vehicles_of(office(), mine, holder_id),
        riders=manifests.count(office(), mine, holder_id),
        now=office().clock.now(),
        section="enterprise.holders",
    )


@blueprint.post("/roster/<holder_id>/block")
def block(holder_id: str) -> ResponseReturnValue:
    """Make all passes of a holder worthless until unblocked."""
    why = request.form.get("why", "")
    issuing.block_holder(office(), actor(), own_enterprise(), holder_id, why)
    flash(
        gettext("Blocked. Gates refuse every pass of this holder as soon as they hear of it."),
        "warning",
    )
    return _to(holder_id)


@blueprint.post("/roster/<holder_id>/unblock")
def unblock(holder_id: str) -> ResponseReturnValue:
    """End a block."""
    why = request.form.get("why", "")
    issuing.unblock_holder(office(), actor(), own_enterprise(), holder_id, why)
    flash(gettext("No longer blocked."), "success")
    return _to(holder_id)


def _to(holder_id: str) -> ResponseReturnValue:
    return redirect(url_for("enterprise.holder", holder_id=holder_id))
