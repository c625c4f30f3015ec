"""What inspectors told the enterprise of their cases, and its answers."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.access import actor, own_enterprise
from admin.db import office
from admin.enterprise.home import blueprint
from admin.forms import case_words
from admin.forms.cases import WordsForm, words_form
from admin.forms.fields import objections
from checkpoint.domain.inspection_case import StepKind
from checkpoint.services import case_views, cases

_KINDS = (StepKind.ANSWERED,)


@blueprint.get("/cases")
def case_list() -> ResponseReturnValue:
    """The cases that one was told of."""
    rows = case_views.released(office(), own_enterprise())
    return render_template("enterprise/cases.html", rows=rows, case_words=case_words)


@blueprint.get("/cases/<case_id>")
def case(case_id: str) -> ResponseReturnValue:
    """What one was told, and the answer."""
    return _show(case_id, words_form(_KINDS))


@blueprint.post("/cases/<case_id>")
def answer_case(case_id: str) -> ResponseReturnValue:
    """Answer. What was answered stays."""
    form = words_form(_KINDS)
    if form.validate_on_submit():
        with objections(form):
            cases.answer(office(), actor(), own_enterprise(), form.step(case_id))
            flash(gettext("Your answer was sent to the inspector."), "success")
            return redirect(url_for("enterprise.case", case_id=case_id))
    return _show(case_id, form)


def _show(case_id: str, form: WordsForm) -> ResponseReturnValue:
    return render_template(
        "enterprise/case.html",
        view=case_views.released_view(office(), own_enterprise(), case_id),
        form=form,
        case_words=case_words,
        section="enterprise.case_list",
    )
