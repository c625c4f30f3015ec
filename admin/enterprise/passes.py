"""Passes: for workers and vehicles of the roster, and for visitors."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField
from wtforms.validators import DataRequired

from admin.access import actor, own_enterprise
from admin.db import office
from admin.enterprise.home import blueprint
from admin.forms import passes as shown
from admin.forms.fields import Form, choices, line, objections, today
from admin.forms.phone_links import PHONE, carrier_field, list_links, show_link, withdraw_link
from admin.forms.terms import TermForm, days, sites_field, sites_of, term_of, zone_of
from checkpoint.domain.health_pass import PassKind
from checkpoint.services import issuing, pass_history, phone, roster
from checkpoint.services.forms import PassForm
from checkpoint.services.rows import HolderKind

_DAY = timedelta(days=1)
_KINDS = {
    HolderKind.WORKER: (PassKind.WORKER, 30 * _DAY),
    HolderKind.VEHICLE: (PassKind.COMMUTING_VEHICLE, 30 * _DAY),
}


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
    sites = sites_field()
    carrier = carrier_field()


class IssueForm(TermForm):
    """The terms of one pass, and whether it takes the place of the holder's others."""

    others = BooleanField(_("Revoke the others"))


@blueprint.get("/passes")
def passes() -> ResponseReturnValue:
    """All passes of the enterprise, the newest first."""
    page = issuing.passes(office(), own_enterprise(), request.args.get("after"))
    return render_template("enterprise/passes.html", page=page, now=office().clock.now())


@blueprint.get("/passes/expiring")
def expiring() -> ResponseReturnValue:
    """Passes of the roster that end soon, the soonest first."""
    return render_template(
        "enterprise/expiring.html",
        rows=issuing.expiring(office(), own_enterprise()),
        most=issuing.EXPIRING_MOST,
        days=issuing.SOON.days,
        now=office().clock.now(),
        section="enterprise.passes",
    )


@blueprint.get("/passes/needed")
def in_need() -> ResponseReturnValue:
    """The holders whose only pass was signed by a withdrawn key."""
    return render_template(
        "enterprise/in_need.html",
        rows=issuing.in_need(office(), own_enterprise()),
        most=issuing.EXPIRING_MOST,
        section="enterprise.passes",
    )


@blueprint.route("/roster/<holder_id>/pass", methods=["GET", "POST"])
def issue_pass(holder_id: str) -> ResponseReturnValue:
    """Issue a pass to a holder of the roster."""
    mine = own_enterprise()
    holder = roster.holder(office(), mine, holder_id)
    kind, life = _KINDS[holder.kind]
    first = today(office().clock.now())
    form = IssueForm(since=first, until=first + life)
    form.sites.choices = choices(*sites_of(mine))
    known = pass_history.standing(office(), mine, holder_id)
    if not known:
        del form.others
    if kind is not PassKind.WORKER:
        form.leave_out_shift()
    if form.validate_on_submit():
        with objections(form):
            wanted = PassForm(kind, holder_id=holder_id, **term_of(form))
            return _issued(wanted, others=bool(known and form.others.data))
    return render_template(
        "enterprise/issue.html",
        form=form,
        holder=holder,
        known=known,
        section="enterprise.holders",
    )


@blueprint.route("/visitors/new", methods=["GET", "POST"])
def issue_visitor() -> ResponseReturnValue:
    """Issue a visitor's pass."""
    mine = own_enterprise()
    form = VisitorForm(day=today(office().clock.now()))
    form.sites.choices = choices(*sites_of(mine))
    if form.validate_on_submit():
        sites = tuple(form.sites.data or ())
        wanted = PassForm(
            PassKind.VISITOR,
            name=form.name.data,
            id_tail=form.id_tail.data or "",
            host=form.host.data,
            sites=sites,
            **days(form.day.data, form.day.data, zone_of(mine, sites)),
        )
        with objections(form):
            if form.carrier.data == PHONE:
                secret = phone.make_link(office(), actor(), mine, wanted)
                back = url_for("enterprise.passes")
                known = pass_history.of_same(office(), mine, wanted)
                return show_link(secret, wanted.name, back, "enterprise.passes", known)
            return _issued(wanted)
    return render_template("enterprise/visitor.html", form=form, section="enterprise.passes")


@blueprint.get("/passes/links")
def phone_links() -> ResponseReturnValue:
    """Links for phones that nobody has used."""
    return list_links(own_enterprise(), "enterprise")


@blueprint.post("/passes/links/<holder_id>/withdraw")
def withdraw_phone_link(holder_id: str) -> ResponseReturnValue:
    """End a link before a phone uses it."""
    return withdraw_link(actor(), own_enterprise(), holder_id, "enterprise")


@blueprint.get("/passes/<pass_id>")
def show_pass(pass_id: str) -> ResponseReturnValue:
    """One pass on the screen."""
    return _show(pass_id, "enterprise/pass.html")


@blueprint.get("/passes/<pass_id>/print")
def print_pass(pass_id: str) -> ResponseReturnValue:
    """One pass on paper."""
    return _show(pass_id, shown.PRINTED)


@blueprint.get("/passes/<pass_id>/code.png")
def pass_code(pass_id: str) -> ResponseReturnValue:
    """One pass's code as a picture."""
    return shown.picture(own_enterprise(), pass_id)


@blueprint.get("/passes/<pass_id>/card.pdf")
def print_card(pass_id: str) -> ResponseReturnValue:
    """One pass as a card to carry."""
    return shown.card(own_enterprise(), pass_id)


@blueprint.get("/passes/<pass_id>/permit.pdf")
def print_permit(pass_id: str) -> ResponseReturnValue:
    """A vehicle's pass for its windscreen."""
    return shown.permit(own_enterprise(), pass_id)


@blueprint.post("/passes/<pass_id>/lost")
def reissue_pass(pass_id: str) -> ResponseReturnValue:
    """The card or phone is lost: revoke its pass, and issue the same once more."""
    return shown.reissue(actor(), own_enterprise(), pass_id, area="enterprise")


@blueprint.post("/passes/<pass_id>/others")
def revoke_others(pass_id: str) -> ResponseReturnValue:
    """Revoke every other pass of this one's holder."""
    return shown.revoke_others(actor(), own_enterprise(), pass_id, area="enterprise")


@blueprint.post("/passes/<pass_id>/revoke")
def revoke_pass(pass_id: str) -> ResponseReturnValue:
    """Make a pass worthless."""
    issuing.revoke_pass(office(), actor(), own_enterprise(), pass_id, request.form.get("why", ""))
    flash(gettext("The pass is revoked. Gates refuse it as soon as they hear of it."), "warning")
    return redirect(url_for("enterprise.show_pass", pass_id=pass_id))


def _show(pass_id: str, template: str) -> ResponseReturnValue:
    mine = own_enterprise()
    names = dict(sites_of(mine))
    return shown.show(
        mine, pass_id, template, area="enterprise", site_names=names, section="enterprise.passes"
    )


def _issued(wanted: PassForm, *, others: bool = False) -> ResponseReturnValue:
    issued = issuing.issue_once(office(), actor(), own_enterprise(), wanted)
    pass_id = issued.health_pass.pass_id
    if others:
        why = gettext("Another pass was issued")
        pass_history.revoke_others(office(), actor(), own_enterprise(), pass_id, why)
    return redirect(url_for("enterprise.show_pass", pass_id=pass_id))
