"""A key that is no longer believed, wholly or for the passes of a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from checkpoint.clock import from_ms, to_ms
from checkpoint.errors import KeyFault


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Passes of a key issued from `since` (inclusive) until `until` (exclusive) are refused.

    None is an open end; without both ends every pass of the key is refused.
    """

    owner: str
    key_id: str
    since: datetime | None = None
    until: datetime | None = None

    def covers(self, owner: str, key_id: str, issued_at: datetime) -> bool:
        """Whether what this key is said to have signed at that time is refused."""
        return (
            (self.owner, self.key_id) == (owner, key_id)
            and (self.since is None or issued_at >= self.since)
            and (self.until is None or issued_at < self.until)
        )

    @property
    def is_open(self) -> bool:
        """Whether it reaches into the future: the key can sign nothing more then."""
        return self.until is None

    def to_list(self) -> list[str | int | None]:
        """The form in bundles."""
        ends = (None if at is None else to_ms(at) for at in (self.since, self.until))
        return [self.owner, self.key_id, *ends]

    @classmethod
    def from_list(cls, value: object) -> Withdrawal:
        """Read back `to_list`. Raises KeyFault."""
        match value:
            case [str(owner), str(key_id), int() | None as since, int() | None as until]:
                ends = (None if ms is None else from_ms(ms) for ms in (since, until))
                return cls(owner, key_id, *ends)
        raise KeyFault("a withdrawal has another form", remedy="update the program")
