"""The health desk for one worker: what they declared, their status, and who said so."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.access import actor, own_enterprise
from admin.db import office
from admin.enterprise.home import blueprint
from admin.forms import fields, health_words
from admin.forms.fields import objections
from admin.forms.health import CardForm, DailyForm, SetStatusForm
from admin.printing.health_card import card_pdf
from checkpoint.domain.declaration import Card, Daily, DeclarationKind, DeclaredBy
from checkpoint.domain.health_status import HealthStatus
from checkpoint.errors import NotFound
from checkpoint.services import authorizing, declaring, health, roster
from checkpoint.services.health_forms import DeclarationRow, Declared
from checkpoint.services.rows import HolderKind, HolderRow

_SECTION = "enterprise.health"


def _worker(holder_id: str) -> HolderRow:
    """A worker of one's own. Raises NotFound for anything else."""
    holder = roster.holder(office(), own_enterprise(), holder_id)
    if holder.kind is not HolderKind.WORKER:
        raise NotFound("only workers declare", remedy="choose a worker of the roster")
    return holder


def _to(holder_id: str) -> ResponseReturnValue:
    return redirect(url_for("enterprise.holder_health", holder_id=holder_id))


@blueprint.get("/roster/<holder_id>/health")
def holder_health(holder_id: str) -> ResponseReturnValue:
    """What is known of a worker's health, and all that led to it."""
    return render_template(
        "enterprise/holder_health.html",
        holder=_worker(holder_id),
        health=health.health_of(office(), own_enterprise(), holder_id),
        health_words=health_words,
        now=office().clock.now(),
        section=_SECTION,
    )


def _last(holder_id: str, kind: DeclarationKind) -> tuple[DeclarationRow | None, int]:
    row = health.health_of(office(), own_enterprise(), holder_id).last(kind)
    return row, row.version if row else 0


@blueprint.route("/roster/<holder_id>/card", methods=["GET", "POST"])
def declare_card(holder_id: str) -> ResponseReturnValue:
    """Fill in the returning-worker card, or correct it: that is another version."""
    holder = _worker(holder_id)
    last, version = _last(holder_id, DeclarationKind.CARD)
    known = last.what if last and isinstance(last.what, Card) else None
    form = CardForm.of(known, version, fields.today(office().clock.now()))
    if form.validate_on_submit():
        with objections(form):
            _declare(holder_id, form, form.card())
            flash(gettext("The card is kept."), "success")
            return _to(holder_id)
    return render_template(
        "enterprise/declare_card.html",
        form=form,
        days=form.days() if last or form.is_submitted() else (),
        holder=holder,
        last=last,
        section=_SECTION,
    )


@blueprint.route("/roster/<holder_id>/daily", methods=["GET", "POST"])
def declare_daily(holder_id: str) -> ResponseReturnValue:
    """Take down a daily declaration."""
    holder = _worker(holder_id)
    form = DailyForm(version=_last(holder_id, DeclarationKind.DAILY)[1])
    if form.validate_on_submit():
        with objections(form):
            _declare(holder_id, form, form.daily())
            flash(gettext("Declared. The gates hear of it within minutes."), "success")
            return _to(holder_id)
    return render_template(
        "enterprise/declare_daily.html", form=form, holder=holder, section=_SECTION
    )


def _declare(holder_id: str, form: CardForm | DailyForm, what: Card | Daily) -> None:
    by = DeclaredBy(form.declared_by.data)
    wanted = Declared(holder_id, what, form.version.data, by, form.confirmed.data)
    declaring.declare(office(), actor(), own_enterprise(), wanted)


@blueprint.route("/roster/<holder_id>/status", methods=["GET", "POST"])
def set_status(holder_id: str) -> ResponseReturnValue:
    """Set a worker's health status, with a reason."""
    holder = _worker(holder_id)
    said = health.health_of(office(), own_enterprise(), holder_id).statuses
    likely = HealthStatus.GREEN if said and said[0].status != "green" else HealthStatus.YELLOW
    form = SetStatusForm(version=said[0].number if said else 0, status=likely.value)
    if form.validate_on_submit():
        with objections(form):
            health.set_status(office(), actor(), own_enterprise(), form.wanted(holder_id))
            flash(gettext("Set. The gates hear of it with their next question."), "success")
            return _to(holder_id)
    return render_template("enterprise/set_status.html", form=form, holder=holder, section=_SECTION)


@blueprint.get("/roster/<holder_id>/card/<int(max=1000000):number>/print")
def print_health_card(holder_id: str, number: int) -> Response:
    """One version of the card on paper, to be signed."""
    holder = _worker(holder_id)
    rows = health.health_of(office(), own_enterprise(), holder_id).declarations
    found = [r for r in rows if r.kind is DeclarationKind.CARD and r.version == number]
    if not found:
        raise NotFound("no such card here")
    name = authorizing.enterprise(office(), own_enterprise()).name
    blob = card_pdf(holder, found[0], name, office().clock.now())
    headers = {"Content-Disposition": 'inline; filename="card.pdf"', "Cache-Control": "no-store"}
    return Response(blob, mimetype="application/pdf", headers=headers)
