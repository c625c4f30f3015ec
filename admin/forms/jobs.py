"""From a page to the page of a background job."""

from __future__ import annotations

from dataclasses import replace

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from admin.db import office
from checkpoint.services import Actor, jobs
from checkpoint.services.jobs import JobForm


def begin_job(by: Actor, form: JobForm) -> ResponseReturnValue:
    """Let a job begin, which speaks the person's language; the way to its page.

    Raises Refused when too many of the account wait already.
    """
    asked = {**form.asked, "language": str(get_locale())}
    job_id = jobs.begin(office(), by, replace(form, asked=asked))
    return redirect(url_for("own.job", job_id=job_id))
