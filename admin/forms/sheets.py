"""Forms of pages that take sheets in and give them out; importing one that was looked at."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, StringField
from wtforms.validators import ValidationError

from admin.db import office
from admin.forms.fields import Form, short
from admin.forms.jobs import begin_job
from checkpoint.errors import NotFound
from checkpoint.services import Actor, jobs
from checkpoint.services.jobs import JobForm

SUFFIXES = ".xlsx,.xls,.ods,.csv"


class FileForm(Form):
    """A file with a sheet."""

    file = FileField(
        _("File"),
        validators=[FileRequired(_("Choose a file."))],
        description=_(".xlsx, .xls, .ods or CSV, up to 50,000 rows and 8 MB."),
        render_kw={"accept": SUFFIXES},
    )

    def validate_file(self, field: Field) -> None:
        """Something in it: a job of nothing would only fail later."""
        if not field.data.stream.read(1):
            raise ValidationError(gettext("The file is empty: choose it again."))
        field.data.stream.seek(0)


class FullForm(Form):
    """A table, and whether numbers of people are wanted in full."""

    full = BooleanField(_("ID numbers and phones in full"))
    why = StringField(
        _("Reason"),
        validators=[short(200)],
        description=_("Needed for full numbers; it stands in the action record."),
    )

    def validate_why(self, field: Field) -> None:
        """A reason, where numbers are wanted in full."""
        if self.full.data and not (field.data or "").strip():
            raise ValidationError(gettext("Give a reason: 1 to 200 characters that can be shown."))


def bring_in(by: Actor, job_id: str, kinds: tuple[str, str], home: str = "") -> ResponseReturnValue:
    """Begin to import the file that a job looked at; `kinds` are of the look and of the import.

    Raises NotFound for a job of another kind.
    """
    looking, importing = kinds
    looked = jobs.job(office(), by, job_id)
    if looked.kind != looking:
        raise NotFound(f"no look {job_id!r}")
    if not looked.has_input:
        return redirect(url_for("own.job", job_id=job_id))
    asked = {"of": job_id, "only_valid": request.form.get("which") == "valid"}
    blob = jobs.input_of(office(), by, job_id)
    return begin_job(by, JobForm(importing, asked, home, blob))
