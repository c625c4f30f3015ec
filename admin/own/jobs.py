"""One's own background jobs: how far they are, what they found, and the files they made."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.access import actor
from admin.db import office
from admin.forms import job_words, refusals
from admin.own.home import blueprint
from checkpoint.services import jobs as services
from checkpoint.services.jobs import JobRow

_REST_CONTENT = 286
"""The status at which htmx asks no more."""


@blueprint.get("/own/jobs")
def jobs() -> ResponseReturnValue:
    """The account's jobs, the newest first."""
    page = services.mine(office(), actor(), request.args.get("after"))
    return render_template("own/jobs.html", page=page, job_words=job_words)


@blueprint.get("/own/jobs/<job_id>")
def job(job_id: str) -> ResponseReturnValue:
    """One job: a bar while it runs, then what it found."""
    return _shown("own/job.html", services.job(office(), actor(), job_id))


@blueprint.get("/own/jobs/<job_id>/progress")
def job_progress(job_id: str) -> ResponseReturnValue:
    """The bar alone; once the job has ended, the word to load the page anew."""
    row = services.job(office(), actor(), job_id)
    if row.open:
        return _shown("own/job_bar.html", row)
    return "", _REST_CONTENT, {"HX-Refresh": "true"}


@blueprint.get("/own/jobs/<job_id>/file")
def job_file(job_id: str) -> ResponseReturnValue:
    """The file that the job made."""
    row, pieces = services.result(office(), actor(), job_id)
    answer = Response(pieces, mimetype=row.media_type)
    named = {"filename*": f"UTF-8''{quote(row.file, safe='')}"}
    answer.headers.set("Content-Disposition", "attachment", **named)
    answer.content_length = row.size
    return answer


@blueprint.post("/own/jobs/<job_id>/cancel")
def cancel_job(job_id: str) -> ResponseReturnValue:
    """Stop a job."""
    services.cancel(office(), actor(), job_id)
    return redirect(url_for("own.job", job_id=job_id))


@blueprint.post("/own/jobs/<job_id>/forget")
def forget_job(job_id: str) -> ResponseReturnValue:
    """Remove a job and its file before their time."""
    services.forget(office(), actor(), job_id)
    flash(gettext("The job and its file are gone."), "success")
    return redirect(url_for("own.jobs"))


def _shown(template: str, row: JobRow) -> str:
    refused = refusals.words(row.refused) if row.refused else ""
    return render_template(template, row=row, refused=refused, job_words=job_words)
