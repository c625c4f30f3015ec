"""The form by which a person is erased: why, and a tick that it is meant."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField
from wtforms.validators import DataRequired

from admin.forms import words
from admin.forms.fields import Form, choices
from checkpoint.entrylog.erasure import Ground

ASKED = (Ground.REQUEST, Ground.CONSENT, Ground.UNLAWFUL)


class ErasePersonForm(Form):
    """No free text: what is erased is not to be named again here."""

    ground = SelectField(
        _("Why"), choices=choices(*((g.value, words.GROUNDS[g.value]) for g in ASKED))
    )
    meant = BooleanField(
        _("I understand that nobody can bring this back."),
        validators=[DataRequired(_("Tick this to go on."))],
    )
