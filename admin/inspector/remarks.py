"""Saying something of an entry afterwards: typed, shown once more, then added for good."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired

from admin.access import actor, scope
from admin.db import office
from admin.forms import words
from admin.forms.fields import Form, choices, objections, short
from admin.inspector.detail import NUMBERS, entry_at
from admin.inspector.home import blueprint
from checkpoint.domain.remark import WORDS_MOST, RemarkKind
from checkpoint.services import remarks
from checkpoint.services.rows import EntryPlace


def _one_line(value: str | None) -> str:
    return " ".join((value or "").split())


class RemarkForm(Form):
    """What is said, and whether it corrects the entry."""

    kind = SelectField(_("Kind"), choices=choices(*words.REMARK_KINDS.items()))
    words = TextAreaField(
        _("Words"),
        description=_(
            "What is wrong and what is right, or what the entry does not say. No names, no ID"
            " numbers: the entry has the person."
        ),
        validators=[DataRequired(_("Fill this in.")), short(WORDS_MOST)],
        filters=[_one_line],
        render_kw={"rows": 4, "maxlength": WORDS_MOST, "autocomplete": "off"},
    )

    def said_of(self, place: EntryPlace) -> remarks.RemarkForm:
        """As the service takes it."""
        return remarks.RemarkForm(place, RemarkKind(self.kind.data), self.words.data)


@blueprint.route(f"/entries/<kiosk_id>/{NUMBERS}/remark", methods=["GET", "POST"])
def remark(kiosk_id: str, epoch: int, seq: int) -> ResponseReturnValue:
    """A late note or a correction. Nobody can take it back, so it is asked for twice."""
    place = EntryPlace(kiosk_id, epoch, seq)
    shown = entry_at(place).entry
    form, ready = RemarkForm(), False
    if form.validate_on_submit() and "change" not in request.form:
        with objections(form):
            said = form.said_of(place)
            remarks.checked(said)
            if "sure" in request.form:
                remarks.add(office(), actor(), scope(), said)
                flash(gettext("It stands beside the entry now."), "success")
                back = url_for(
                    "inspector.entry", kiosk_id=kiosk_id, epoch=epoch, seq=seq, _anchor="remarks"
                )
                return redirect(back)
            ready = True
    return render_template(
        "inspector/remark.html",
        form=form,
        place=place,
        shown=shown,
        ready=ready,
        section="inspector.entries",
    )
