"""The bureau's authorization of an inspector 查验授权."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Warrant:
    """Who may inspect where and until when; cited in every entry made on its duty.

    `sites` empty means every site of the enterprise. `valid_until` is exclusive.
    """

    warrant_id: str
    enterprise_id: str
    inspector: str
    valid_from: datetime
    valid_until: datetime
    sites: tuple[str, ...] = ()
    revoked: bool = False

    def covers(self, site_id: str, at: datetime) -> bool:
        """Whether an entry at `site_id` at time `at` may cite this warrant."""
        in_time = self.valid_from <= at < self.valid_until
        return in_time and not self.revoked and (not self.sites or site_id in self.sites)
