"""What the bureau did lately to an enterprise's key, kiosks or passes, as it is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from checkpoint.clock import from_ms
from checkpoint.services.office import Office
from checkpoint.storage import enterprises, trusted, worth

NEWS = timedelta(days=7)
"""How long such an act is told."""
VERBS = ("withdraw_key", "revoke_kiosk", "revoke_passes")


@dataclass(frozen=True, slots=True)
class Notice:
    """One act: its verb, what it was done to, when and why.

    `passes` is how many passes it revoked, of `revoke_passes`.
    """

    verb: str
    subject: str
    at: datetime
    why: str
    passes: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """The acts, the newest first; `in_need` holders have no pass since a key was withdrawn."""

    notices: tuple[Notice, ...]
    in_need: int


def told(office: Office, enterprise_id: str) -> Told:
    """What an enterprise is to know now. What its own people did is not in it."""
    now = office.clock.now()
    since = now - NEWS
    with office.db.read() as session:
        notices = []
        for act in enterprises.acts_upon(session, enterprise_id, VERBS, since):
            revoked = 0
            if act.verb == "revoke_passes":
                revoked = worth.revoked_for(session, enterprise_id, act.at, act.why)
            subject = act.subject.rpartition("/")[2]
            notices.append(Notice(act.verb, subject, from_ms(act.at), act.why, revoked))
        lost = bool(trusted.withdrawals(session, [enterprise_id]))
        need = worth.count_in_need(session, enterprise_id, office.now_ms()) if lost else 0
        return Told(tuple(notices), need)
