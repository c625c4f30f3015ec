"""What the bureau changed lately, or will change, told to those whom it concerns."""

from __future__ import annotations

from datetime import timedelta

from admin.db import office
from checkpoint.services import policy_versions
from checkpoint.services.policy_versions import Stand, VersionRow

NEWS = timedelta(days=7)
"""How long a new policy of the bureau is told to the enterprises."""


def news() -> list[VersionRow]:
    """What the bureau has coming, and what came lately, with its reason."""
    since = office().clock.now() - NEWS
    return [
        row
        for row in policy_versions.history(office())
        if row.stand is Stand.COMING or (row.stand is Stand.IN_FORCE and row.effective_at > since)
    ]
