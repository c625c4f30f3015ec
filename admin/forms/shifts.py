"""The shift that a worker's pass is for: two times of the site's own day."""

from __future__ import annotations

from datetime import time
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import TimeField
from wtforms.validators import Optional

from admin.forms.fields import Form


class ShiftForm(Form):
    """From when until when, by the site's clock; both or neither."""

    shift_from = TimeField(_("Shift from"), validators=[Optional()])
    shift_until = TimeField(
        _("Shift to"),
        validators=[Optional()],
        description=_(
            "By the site's clock; it may go past midnight, like 22:00 to 06:00. Empty: any time."
        ),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """As the form does; and a shift has two different ends, or none."""
        valid = super().validate(extra_validators)
        if "shift_from" not in self or self.shift_from.errors or self.shift_until.errors:
            return valid
        begin, end = self.shift_from.data, self.shift_until.data
        if (begin is None) != (end is None):
            field = self.shift_from if begin is None else self.shift_until
            field.errors = [gettext("Give both times of the shift, or neither.")]
        elif begin is not None and begin == end:
            self.shift_until.errors = [gettext("A shift ends at another time than it begins.")]
        return valid and not self.shift_from.errors and not self.shift_until.errors

    def leave_out_shift(self) -> None:
        """For a pass that has none: only workers have a shift."""
        del self.shift_from
        del self.shift_until


def shift_of(form: ShiftForm) -> tuple[int, int] | None:
    """Begin and end in minutes of the day; None where none was given."""
    if "shift_from" not in form or form.shift_from.data is None:
        return None
    return _minutes(form.shift_from.data), _minutes(form.shift_until.data)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
