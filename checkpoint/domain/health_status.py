"""The health status 健康码 of a holder, and how long what was said of it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class HealthStatus(StrEnum):
    """What was said of a holder's health. Stored and sent, never renamed.

    That nothing was said, or nothing lately, is no status: it is neither red nor green.
    """

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True, slots=True)
class KnownHealth:
    """What is known of one holder's health: `status` None where nothing was ever said.

    The status counts until `until`, None for without an end. `declared_at` is when the holder last
    declared, None for never. Both are cut to the minute where they come out of a bundle.
    """

    status: HealthStatus | None = None
    until: datetime | None = None
    declared_at: datetime | None = None

    def expired(self, at: datetime) -> bool:
        """Whether a status is there that counts no longer."""
        return self.status is not None and self.until is not None and at >= self.until


def counts_until(
    status: HealthStatus | None, ends: tuple[datetime | None, datetime | None], max_age_s: int
) -> datetime | None:
    """When a status counts no longer; None for never.

    `ends` are when it was last said and the end that was given with it. A green one counts
    `max_age_s` seconds from when it was last said, 0 for without limit, and never beyond the end
    that was given. Yellow and red don't wear off by age: they end as was said, or by a person.
    """
    said_at, given = ends
    if status is not HealthStatus.GREEN or not max_age_s or said_at is None:
        return given
    worn = said_at + timedelta(seconds=max_age_s)
    return min(worn, given) if given else worn
