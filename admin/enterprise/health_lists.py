"""The health desk for all: who has not declared, who is yellow or red, who comes from where."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from admin.access import actor, own_enterprise
from admin.db import office
from admin.enterprise.home import blueprint
from admin.forms import fields, health_words
from admin.forms.fields import objections
from admin.forms.health import RollCallForm
from checkpoint.domain.health_status import HealthStatus
from checkpoint.services import declaring, health_lists
from checkpoint.services import policy as policies
from checkpoint.services.health_forms import RollForm
from checkpoint.services.health_lists import HealthLine
from checkpoint.storage.scope import Page

_SHIFT = re.compile(r"(\d{1,4})-(\d{1,4})", re.ASCII)
_SHOWN = ("today", "declared", "late", "yellow", "red", "origins")


@blueprint.get("/health")
def health() -> ResponseReturnValue:
    """The numbers of today and one of the lists."""
    shown = request.args.get("show", "today")
    return _page(shown if shown in _SHOWN else "today", RollCallForm())


@blueprint.post("/health/roll")
def declare_roll() -> ResponseReturnValue:
    """Take down that those who are ticked were asked and are well."""
    form, named = RollCallForm(), tuple(request.form.getlist("who"))
    if form.validate_on_submit():
        since = fields.begin_of(fields.today(office().clock.now()))
        wanted = RollForm(named, form.asked_by.data, form.why.data, since)
        with objections(form):
            done = declaring.declare_roll(office(), actor(), own_enterprise(), wanted)
            flash(
                ngettext(
                    "%(num)s person declared as present and well.",
                    "%(num)s persons declared as present and well.",
                    done,
                ),
                "success",
            )
            shift = "-".join(map(str, _shift() or ())) or None
            return redirect(url_for("enterprise.health", shift=shift))
    return _page("today", form, named)


def _page(shown: str, form: RollCallForm, named: tuple[str, ...] = ()) -> ResponseReturnValue:
    mine, now = own_enterprise(), office().clock.now()
    since = fields.begin_of(fields.today(now))
    policy = policies.in_force(office(), mine)
    return render_template(
        "enterprise/health.html",
        shown=shown,
        numbers=health_lists.numbers(office(), mine, since),
        page=_list(shown, policy.declaration_s),
        origins=health_lists.origins(office(), mine) if shown == "origins" else (),
        origin=request.args.get("place", ""),
        shifts=health_lists.shifts(office(), mine) if shown == "today" else [],
        shift=_shift() if shown == "today" else None,
        asked=policy,
        form=form,
        named=named,
        health_words=health_words,
        now=now,
        section="enterprise.health",
    )


def _list(shown: str, declaration_s: int) -> Page[HealthLine]:
    mine, after, now = own_enterprise(), request.args.get("after"), office().clock.now()
    if shown in ("yellow", "red"):
        return health_lists.of_status(office(), mine, HealthStatus(shown), after)
    if shown == "origins":
        return health_lists.of_origin(office(), mine, request.args.get("place", ""), after)
    begin = fields.begin_of(fields.today(now))
    if shown == "declared":
        return health_lists.declared(office(), mine, begin, after)
    if shown == "late":
        begin = now - timedelta(seconds=declaration_s or 86_400)
    shift = _shift() if shown == "today" else None
    return health_lists.undeclared(office(), mine, begin, after, shift)


def _shift() -> tuple[int, int] | None:
    """The shift that the list is of, as its address says; None for all."""
    form = _SHIFT.fullmatch(request.args.get("shift", ""))
    return (int(form[1]), int(form[2])) if form else None
