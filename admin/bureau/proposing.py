"""What an officer is told after proposing or confirming, and where it goes on."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from checkpoint.services.proposals import ProposalRow, Stand


def proposed(row: ProposalRow) -> ResponseReturnValue:
    """To the job that it became, or to the list of what waits."""
    if row.job_id:
        return redirect(url_for("own.job", job_id=row.job_id))
    if row.stand is Stand.OPEN:
        told = gettext("Proposed as %(id)s. A colleague must confirm it.", id=row.proposal_id)
        flash(told, "warning")
    else:
        flash(gettext("Done, with nobody to confirm it."), "warning")
    return redirect(url_for("bureau.proposals"))
