"""The manifest 乘车名单 of a commuting vehicle: who rides it, put on and taken off."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.access import actor, own_enterprise
from admin.db import office
from admin.enterprise.home import blueprint
from admin.forms import refusals
from admin.forms.holders import days_words, version_of
from checkpoint.errors import Refused
from checkpoint.services import Actor, Office, manifests, roster
from checkpoint.services.editing import Conflict
from checkpoint.services.forms import RosterFilter
from checkpoint.services.manifests import ManifestForm
from checkpoint.services.rows import HolderKind
from checkpoint.storage.scope import Page

_LONGEST = 64
Change = Callable[[Office, Actor, str, str, ManifestForm], Conflict | None]


@blueprint.get("/roster/<vehicle_id>/riders")
def riders(vehicle_id: str) -> ResponseReturnValue:
    """Who rides a vehicle, against its seats."""
    return _shown(vehicle_id)


@blueprint.post("/roster/<vehicle_id>/riders/search")
def find_riders(vehicle_id: str) -> ResponseReturnValue:
    """Workers to put on. By POST, so that a name stays out of addresses and logs."""
    search = request.form.get("search", "").strip()[:_LONGEST]
    return _shown(vehicle_id, search, request.form.get("after") or None)


@blueprint.post("/roster/<vehicle_id>/riders/add")
def put_on_manifest(vehicle_id: str) -> ResponseReturnValue:
    """Put on who is ticked."""
    return _changed(vehicle_id, manifests.put_on, gettext("They are on the manifest."))


@blueprint.post("/roster/<vehicle_id>/riders/remove")
def take_off_manifest(vehicle_id: str) -> ResponseReturnValue:
    """Take off who is ticked."""
    return _changed(vehicle_id, manifests.take_off, gettext("They are off the manifest."))


def _changed(vehicle_id: str, change: Change, done: str) -> ResponseReturnValue:
    mine = own_enterprise()
    ticked = tuple(request.form.getlist("holder_id"))
    form = ManifestForm(version_of(request.form.get("version", "")), ticked)
    try:
        conflict = change(office(), actor(), mine, vehicle_id, form)
    except Refused as fault:
        flash(refusals.words(fault.message), "warning")
    else:
        if conflict is not None:
            return _shown(vehicle_id, conflict=conflict)
        flash(done, "success")
    return redirect(url_for("enterprise.riders", vehicle_id=vehicle_id))


def _shown(
    vehicle_id: str,
    search: str | None = None,
    after: str | None = None,
    conflict: Conflict | None = None,
) -> ResponseReturnValue:
    mine = own_enterprise()
    vehicle = roster.holder(office(), mine, vehicle_id)  # first: its version is no newer
    there = manifests.manifest(office(), mine, vehicle_id)
    wanted = RosterFilter(search or "", HolderKind.WORKER)
    found = Page((), None) if search is None else roster.holders(office(), mine, wanted, after)
    return render_template(
        "enterprise/riders.html",
        vehicle=vehicle,
        riders=there,
        days=days_words(vehicle.days),
        search=search,
        found=found,
        aboard={row.holder_id for row in there},
        conflict=conflict,
        section="enterprise.holders",
    )
