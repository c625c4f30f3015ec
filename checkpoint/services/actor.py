"""Who does something: named in every action record."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in account in one role: `bureau`, `enterprise`, `inspector`, or `system`.

    What a role may do is decided before a service is called; a service records who it was.
    """

    account_id: str
    role: str
    name: str


SYSTEM = Actor("system", "system", "system")
"""The server itself: demo data, retention, enrolment by a kiosk."""
PHONE = Actor("phone", "phone", "")
"""The phone of the holder whom the act is about; who that is says the roster alone."""
