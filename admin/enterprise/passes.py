"""Passes: for workers and vehicles of the roster, and for visitors."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import DateField, SelectMultipleField
from wtforms.validators import DataRequired

from admin.access import actor, own_enterprise
from admin.db import office
from admin.enterprise.home import blueprint
from admin.forms import passes as shown
from admin.forms.fields import ZONE, Form, begin_of, choices, end_of, line, objections, today
from checkpoint.domain.health_pass import PassKind
from checkpoint.services import authorizing, issuing, roster
from checkpoint.services.forms import PassForm
from checkpoint.services.rows import HolderKind

_DAY = timedelta(days=1)
_KINDS = {
    HolderKind.WORKER: (PassKind.WORKER, 30 * _DAY),
    HolderKind.VEHICLE: (PassKind.COMMUTING_VEHICLE, 30 * _DAY),
}


def _sites_field() -> SelectMultipleField:
    return SelectMultipleField(
        _("Sites"), description=_("None ticked: every site of the enterprise.")
    )


class TermForm(Form):
    """From when until when, and where."""

    since = DateField(_("Valid from"), validators=[DataRequired(_("Give a date."))])
    until = DateField(
        _("Valid to"),
        validators=[DataRequired(_("Give a date."))],
        description=_("This day included."),
    )
    sites = _sites_field()


class VisitorForm(Form):
    """A visitor, whom they visit, and on which day."""

    name = line(_("Visitor's name"), render_kw={"autocomplete": "off"})
    id_tail = line(
        _("Last four of the ID"),
        optional=True,
        most=4,
        description=_("The gatekeeper compares them with the card."),
        render_kw={"autocomplete": "off"},
    )
    host = line(_("Visits"), description=_("The host's name or department."))
    day = DateField(
        _("Day of the visit"),
        validators=[DataRequired(_("Give a date."))],
        description=_("Valid on this day alone, by the site's clock."),
    )
    sites = _sites_field()


@blueprint.get("/passes")
def passes() -> ResponseReturnValue:
    """All passes of the enterprise, the newest first."""
    page = issuing.passes(office(), own_enterprise(), request.args.get("after"))
    return render_template("enterprise/passes.html", page=page, now=office().clock.now())


@blueprint.route("/roster/<holder_id>/pass", methods=["GET", "POST"])
def issue_pass(holder_id: str) -> ResponseReturnValue:
    """Issue a pass to a holder of the roster."""
    mine = own_enterprise()
    holder = roster.holder(office(), mine, holder_id)
    kind, life = _KINDS[holder.kind]
    first = today(office().clock.now())
    form = TermForm(since=first, until=first + life)
    form.sites.choices = choices(*_sites(mine))
    if form.validate_on_submit():
        with objections(form):
            return _issued(PassForm(kind, holder_id=holder_id, **_term(form)))
    return render_template(
        "enterprise/issue.html", form=form, holder=holder, section="enterprise.holders"
    )


@blueprint.route("/visitors/new", methods=["GET", "POST"])
def issue_visitor() -> ResponseReturnValue:
    """Issue a visitor's pass."""
    mine = own_enterprise()
    form = VisitorForm(day=today(office().clock.now()))
    form.sites.choices = choices(*_sites(mine))
    if form.validate_on_submit():
        sites = tuple(form.sites.data or ())
        wanted = PassForm(
            PassKind.VISITOR,
            name=form.name.data,
            id_tail=form.id_tail.data or "",
            host=form.host.data,
            sites=sites,
            **_days(form.day.data, form.day.data, _zone(mine, sites)),
        )
        with objections(form):
            return _issued(wanted)
    return render_template("enterprise/visitor.html", form=form, section="enterprise.passes")


@blueprint.get("/passes/<pass_id>")
def show_pass(pass_id: str) -> ResponseReturnValue:
    """One pass on the screen."""
    return _show(pass_id, "enterprise/pass.html")


@blueprint.get("/passes/<pass_id>/print")
def print_pass(pass_id: str) -> ResponseReturnValue:
    """One pass on paper."""
    return _show(pass_id, "pass_print.html")


@blueprint.get("/passes/<pass_id>/code.png")
def pass_code(pass_id: str) -> ResponseReturnValue:
    """One pass's code as a picture."""
    return shown.picture(own_enterprise(), pass_id)


@blueprint.post("/passes/<pass_id>/revoke")
def revoke_pass(pass_id: str) -> ResponseReturnValue:
    """Make a pass worthless."""
    issuing.revoke_pass(office(), actor(), own_enterprise(), pass_id, request.form.get("why", ""))
    flash(gettext("The pass is revoked. Gates refuse it as soon as they hear of it."), "warning")
    return redirect(url_for("enterprise.show_pass", pass_id=pass_id))


def _show(pass_id: str, template: str) -> ResponseReturnValue:
    mine = own_enterprise()
    names = dict(_sites(mine))
    return shown.show(
        mine, pass_id, template, area="enterprise", site_names=names, section="enterprise.passes"
    )


def _issued(wanted: PassForm) -> ResponseReturnValue:
    issued = issuing.issue_pass(office(), actor(), own_enterprise(), wanted)
    return redirect(url_for("enterprise.show_pass", pass_id=issued.health_pass.pass_id))


def _term(form: TermForm) -> dict[str, Any]:
    return {
        "sites": tuple(form.sites.data or ()),
        **_days(form.since.data, form.until.data, ZONE),
    }


def _days(first: date, last: date, zone: ZoneInfo) -> dict[str, Any]:
    begins = begin_of(first, zone)
    return {
        "not_before": begins if begins > office().clock.now() else None,
        "expires_at": end_of(last, zone),
    }


def _zone(enterprise_id: str, sites: tuple[str, ...]) -> ZoneInfo:
    """The zone of the first of these sites, of the enterprise's first site where none is named."""
    rows = authorizing.places(office(), enterprise_id)
    zones = [row.site.zone for row in rows if not sites or row.site.site_id in sites]
    return ZoneInfo(zones[0]) if zones else ZONE


def _sites(enterprise_id: str) -> list[tuple[str, str]]:
    rows = authorizing.places(office(), enterprise_id)
    return [(row.site.site_id, row.site.name) for row in rows]
