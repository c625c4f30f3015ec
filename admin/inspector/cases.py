"""An inspector's cases: opened from entries or a verification, noted on, closed, printed."""

from __future__ import annotations

import secrets

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.access import actor, scope
from admin.auth.current import account
from admin.db import lookups_of, office
from admin.forms import case_words
from admin.forms.cases import (
    OpenForm,
    WordsForm,
    asked_states,
    chosen_places,
    told_of,
    words_form,
)
from admin.forms.fields import objections
from admin.inspector.home import blueprint
from checkpoint.domain.inspection_case import CaseKind, StepKind
from checkpoint.errors import NotFound
from checkpoint.services import authorizing, case_views, cases, verifying
from checkpoint.services.case_steps import Step

_KINDS = (
    StepKind.NOTE,
    StepKind.CORRECTION,
    StepKind.WAITING,
    StepKind.REOPENED,
    StepKind.RELEASED,
    StepKind.CLOSED,
)


@blueprint.get("/cases")
def case_list() -> ResponseReturnValue:
    """The cases of one's warrants, the newest first."""
    mine = scope()
    name, states = asked_states()
    page = case_views.listed(office(), mine, states, request.args.get("after"))
    return render_template(
        "cases.html",
        page=page,
        state=name,
        home="inspector",
        case_words=case_words,
        mine=account().account_id,
        warranted=mine.enterprises or mine.sites,
    )


@blueprint.post("/cases/new")
def open_case() -> ResponseReturnValue:
    """Ask for title and kind of a case about the entries that a page names, then open it."""
    form, found = OpenForm(), None
    places = chosen_places()
    if not places:
        raise NotFound("no entries were named")
    if "title" not in request.form:
        form = OpenForm(formdata=None, case_id=secrets.token_hex(8))
        form.kind.data = "verification" if "verified" in request.form else "conduct"
    elif form.validate():
        if "verified" in request.form:
            found = verifying.verify(office(), actor(), scope(), places)
        wanted = cases.CaseForm(
            form.case_id.data, CaseKind(form.kind.data), form.title.data, tuple(places), found
        )
        with objections(form):
            case_id = cases.open_case(office(), actor(), scope(), wanted)
            return redirect(url_for("inspector.case", case_id=case_id))
    return render_template(
        "inspector/case_new.html",
        form=form,
        places=places,
        verified="verified" in request.form,
        section="inspector.case_list",
    )


@blueprint.get("/cases/<case_id>")
def case(case_id: str) -> ResponseReturnValue:
    """One case: what it is about, what was done, what may be done next."""
    return _show(case_id, words_form(_KINDS))


@blueprint.post("/cases/<case_id>")
def case_step(case_id: str) -> ResponseReturnValue:
    """Note, correct, let wait, open again, tell the enterprise, close."""
    form = words_form(_KINDS)
    if form.validate_on_submit():
        with objections(form):
            cases.add_step(office(), actor(), scope(), form.step(case_id))
            flash(gettext("It stands in the case now."), "success")
            return _back(case_id)
    return _show(case_id, form)


@blueprint.post("/cases/<case_id>/assign")
def assign_case(case_id: str) -> ResponseReturnValue:
    """Give the case to another inspector of the same warrants."""
    form = WordsForm()
    to = request.form.get("to", "")
    row = case_views.row(office(), scope(), case_id)
    if to not in inspectors_of(row):
        raise NotFound("no such inspector")
    seen = request.form.get("seen", "")
    with objections(form):
        wanted = Step(StepKind.ASSIGNED, detail=to)
        number = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
        cases.assign(office(), actor(), scope(), cases.StepForm(case_id, wanted, number))
    if form.form_errors:
        return _show(case_id, form)
    return _back(case_id)


@blueprint.post("/cases/<case_id>/entries")
def link_entries(case_id: str) -> ResponseReturnValue:
    """Link the entries that a page names."""
    cases.link_entries(office(), actor(), scope(), case_id, chosen_places())
    return _back(case_id)


@blueprint.post("/cases/add")
def add_to_case() -> ResponseReturnValue:
    """Link the entries that a page names to a case that is chosen there."""
    case_id = request.form.get("case", "")
    cases.link_entries(office(), actor(), scope(), case_id, chosen_places())
    flash(gettext("It stands in the case now."), "success")
    return _back(case_id)


@blueprint.post("/cases/<case_id>/lookups")
def link_lookup(case_id: str) -> ResponseReturnValue:
    """Link one of one's own lookups."""
    number = request.form.get("lookup", "")
    if not number.isdecimal() or len(number) > 18:
        raise NotFound("no such lookup")
    cases.link_lookup(office(), actor(), scope(), case_id, int(number))
    return _back(case_id)


@blueprint.post("/cases/<case_id>/verify")
def verify_case(case_id: str) -> ResponseReturnValue:
    """Verify the entries of the case, the first where they are many, and keep the result."""
    places = case_views.places(office(), scope(), case_id)[: verifying.MOST]
    found = verifying.verify(office(), actor(), scope(), places)
    cases.verified(office(), actor(), scope(), case_id, found)
    return _back(case_id)


def inspectors_of(row: case_views.CaseRow) -> dict[str, str]:
    """Those with a warrant in force that covers the case, by account."""
    now = office().clock.now()
    return {
        held.account_id: held.warrant.inspector
        for held in authorizing.warrants(office(), case_views.home_of(row))
        if held.account_id
        and held.warrant.valid_from <= now < held.warrant.valid_until
        and not held.warrant.revoked
        and (not held.warrant.sites or row.site_id in held.warrant.sites)
    }


def _show(case_id: str, form: WordsForm) -> ResponseReturnValue:
    view = case_views.view(office(), actor(), scope(), case_id)
    return render_template(
        "case.html",
        view=view,
        form=form,
        home="inspector",
        case_words=case_words,
        told_of=told_of,
        inspectors=inspectors_of(view.row),
        own_lookups=lookups_of(office(), account().account_id, None).rows[:20],
        section="inspector.case_list",
    )


def _back(case_id: str) -> ResponseReturnValue:
    return redirect(url_for("inspector.case", case_id=case_id))
