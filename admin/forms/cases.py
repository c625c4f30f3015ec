"""The desk at which inspectors, the bureau and enterprises work on cases: forms and their steps."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, NumberRange

from admin.forms import case_words
from admin.forms.fields import Form, WholeField, choices, line, short
from admin.forms.layers import VERDICTS
from checkpoint.domain.inspection_case import TITLE_MOST, WORDS_MOST, CaseState, StepKind
from checkpoint.entrylog.report import Verdict
from checkpoint.errors import NotFound
from checkpoint.services import case_views
from checkpoint.services.case_steps import Step, StepRow
from checkpoint.services.cases import StepForm
from checkpoint.services.rows import EntryPlace

_PLACE = re.compile(r"([\w.-]{1,64})/(\d{1,18})/(\d{1,18})", re.ASCII)
STATES = {"": case_views.LIVE, "closed": (CaseState.CLOSED,), "all": tuple(CaseState)}
"""What a list may be asked for."""


def words_field(label: Any, description: Any = "") -> TextAreaField:
    """Some lines of words."""
    return TextAreaField(
        label,
        description=description,
        validators=[DataRequired(_("Fill this in.")), short(WORDS_MOST)],
        render_kw={"rows": 4, "maxlength": WORDS_MOST, "autocomplete": "off"},
    )


class OpenForm(Form):
    """A case to be opened."""

    case_id = HiddenField()
    title = line(_("Title"), most=TITLE_MOST, render_kw={"autocomplete": "off"})
    kind = SelectField(_("Kind"), choices=choices(*case_words.KINDS.items()))


class WordsForm(Form):
    """A step with words; `kind` and what it is about come with the button."""

    words = words_field(_("Words"))
    kind = SelectField(choices=[])
    detail = HiddenField()
    seen = WholeField(validators=[InputRequired(), NumberRange(0, 1 << 31)])

    def step(self, case_id: str) -> StepForm:
        """As the service takes it."""
        kind = StepKind(self.kind.data)
        detail = (self.detail.data or "") if kind is StepKind.CORRECTION else ""
        return StepForm(case_id, Step(kind, self.words.data, detail), self.seen.data)


def words_form(kinds: Iterable[StepKind]) -> WordsForm:
    """The form of those who may take these steps."""
    form = WordsForm()
    form.kind.choices = choices(*((kind.value, kind.value) for kind in kinds))
    return form


def asked_states() -> tuple[str, tuple[CaseState, ...]]:
    """Which cases a list was asked for. Raises NotFound."""
    name = request.args.get("state", "")
    if name not in STATES:
        raise NotFound("no such list of cases")
    return name, STATES[name]


def chosen_places() -> list[EntryPlace]:
    """The entries that a form names by their places. Raises NotFound for what is no place."""
    found = [_PLACE.fullmatch(text) for text in request.form.getlist("place")]
    if not all(found):
        raise NotFound("no such entries")
    return [EntryPlace(form[1], int(form[2]), int(form[3])) for form in found if form]


def told_of(step: StepRow) -> str:
    """The result of a verification in one sentence; '' for another step."""
    found: dict[str, Any] = case_views.found_in(step)
    if not found:
        return ""
    name, told, _tone = VERDICTS[Verdict[found["verdict"].upper()]]
    counted = gettext(
        "%(shown)s entries shown, %(all)s recomputed",
        shown=found["entries"],
        all=found["recomputed"],
    )
    return f"{name}: {told} {counted}"
