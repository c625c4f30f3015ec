"""The enterprise's blueprint and its first page."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from admin.access import own_enterprise, scope
from admin.db import office
from admin.enterprise import day_charts, policy_news
from admin.forms import fields, policy_words
from checkpoint.services import (
    authorizing,
    enrolment,
    gate_day,
    health_lists,
    lookup,
    notices,
    warrant_terms,
)
from checkpoint.services import policy as policies
from checkpoint.storage.scope import Scope

blueprint = Blueprint("enterprise", __name__, url_prefix="/enterprise", template_folder="templates")


@blueprint.get("/actions")
def actions() -> ResponseReturnValue:
    """Who did what in the own enterprise or about it, when and why."""
    page = lookup.actions(office(), scope(), request.args.get("after"))
    return render_template("actions.html", page=page, area="enterprise")


@blueprint.get("/")
def today() -> ResponseReturnValue:
    """What happened at one's own gates since midnight."""
    mine = own_enterprise()
    now = office().clock.now()
    begin = fields.begin_of(fields.today(now))
    day = gate_day.since(office(), Scope.of(mine), begin)
    bounds = [begin - timedelta(days=days) for days in day_charts.DAYS_AGO]
    declared = health_lists.last_declared(office(), mine, bounds)
    policy = policies.in_force(office(), mine)
    health = health_lists.numbers(office(), mine, begin)
    return render_template(
        "enterprise/today.html",
        enterprise=authorizing.enterprise(office(), mine),
        day=day,
        charts=day_charts.of(day, declared),
        places=authorizing.places(office(), mine),
        kiosks=enrolment.kiosks(office(), scope()),
        policy=policy,
        news=policy_news.news(),
        told=notices.told(office(), mine),
        policy_words=policy_words,
        ending=len(warrant_terms.ending(office(), scope())),
        health=health,
        now=now,
    )
