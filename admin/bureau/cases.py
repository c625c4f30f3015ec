"""The bureau reads the cases of the district's inspectors, and notes in them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.access import actor, scope
from admin.bureau.home import blueprint
from admin.db import office
from admin.forms import case_words
from admin.forms.cases import WordsForm, asked_states, told_of, words_form
from admin.forms.fields import objections
from checkpoint.domain.inspection_case import StepKind
from checkpoint.services import authorizing, case_views, cases

_KINDS = (StepKind.NOTE, StepKind.CORRECTION)


@blueprint.get("/cases")
def case_list() -> ResponseReturnValue:
    """All cases, the newest first."""
    name, states = asked_states()
    page = case_views.listed(office(), scope(), states, request.args.get("after"))
    return render_template(
        "cases.html",
        page=page,
        state=name,
        home="bureau",
        case_words=case_words,
        mine="",
        warranted=True,
    )


@blueprint.get("/cases/<case_id>")
def case(case_id: str) -> ResponseReturnValue:
    """One case, to read."""
    return _show(case_id, words_form(_KINDS))


@blueprint.post("/cases/<case_id>")
def case_note(case_id: str) -> ResponseReturnValue:
    """Add a note, or correct one."""
    form = words_form(_KINDS)
    if form.validate_on_submit():
        with objections(form):
            cases.add_step(office(), actor(), scope(), form.step(case_id))
            flash(gettext("It stands in the case now."), "success")
            return redirect(url_for("bureau.case", case_id=case_id))
    return _show(case_id, form)


def _show(case_id: str, form: WordsForm) -> ResponseReturnValue:
    view = case_views.view(office(), actor(), scope(), case_id)
    inspectors = {
        row.account_id: row.warrant.inspector
        for row in authorizing.warrants(office(), case_views.home_of(view.row))
    }
    return render_template(
        "case.html",
        view=view,
        form=form,
        home="bureau",
        case_words=case_words,
        told_of=told_of,
        inspectors=inspectors,
        own_lookups=(),
        section="bureau.case_list",
    )
