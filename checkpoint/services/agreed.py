"""What two officers agree on, beside a policy: how it is checked, and done in both their names.

What takes long, as warrants and passes do, becomes a background job of whoever agreed last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from checkpoint.errors import Refused
from checkpoint.services import authorizing, jobs, keys, revoking
from checkpoint.services.actions import Act
from checkpoint.services.actor import Actor
from checkpoint.services.jobs import JobForm
from checkpoint.services.keys import WithdrawalForm
from checkpoint.services.office import Office
from checkpoint.services.revoking import Revoking
from checkpoint.storage import places
from checkpoint.storage.worth import Signed, standing_ids

GRANT = "grant_warrants"
"""The kind of the job that grants; its work knows the accounts, so it is the pages'."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was agreed on: the terms, why, who made it, and who else agreed, empty for nobody."""

    terms: Mapping[str, Any]
    why: str
    made_by: str
    confirmed_by: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of proposal: refuses what can't be done now, and does it in a transaction.

    What becomes a job tells its id, the rest ''.
    """

    check: Callable[[Office, Session, Mapping[str, Any]], None]
    carry_out: Callable[[Office, Session, Actor, Agreed], str]


def _may_suspend(_office: Office, session: Session, terms: Mapping[str, Any]) -> None:
    for enterprise_id in terms["enterprises"]:
        if places.enterprise(session, enterprise_id).suspended_at is not None:
            raise Refused(f"enterprise {enterprise_id!r} is suspended already")


def _suspend(office: Office, session: Session, by: Actor, agreed: Agreed) -> str:
    for enterprise_id in agreed.terms["enterprises"]:
        act = Act("suspend", enterprise_id, enterprise_id, agreed.why)
        authorizing.set_suspension(office, session, by, act)
    return ""


def _may_grant(office: Office, session: Session, terms: Mapping[str, Any]) -> None:
    for enterprise_id in terms["enterprises"]:
        places.enterprise(session, enterprise_id)
    if terms["valid_until"] <= office.now_ms():
        raise Refused("valid_until is not after valid_from and now", remedy="correct the term")


def _grant(office: Office, session: Session, by: Actor, agreed: Agreed) -> str:
    return jobs.begun(office, session, by, JobForm(GRANT, {**agreed.terms, "why": agreed.why}))


def _may_revoke(office: Office, session: Session, terms: Mapping[str, Any]) -> None:
    if not standing_ids(session, Signed(**terms), office.now_ms()):
        raise Refused("no pass of these is in force", remedy="count them again")


def _revoke(office: Office, session: Session, by: Actor, agreed: Agreed) -> str:
    return revoking.begun(office, session, by, Revoking(Signed(**agreed.terms), agreed.why))


def _may_retire(office: Office, session: Session, terms: Mapping[str, Any]) -> None:
    keys.possible(office, session, WithdrawalForm(terms["key_id"], ""))


def _retire(office: Office, session: Session, by: Actor, agreed: Agreed) -> str:
    keys.withdrawn(office, session, by, WithdrawalForm(agreed.terms["key_id"], agreed.why))
    return ""


KINDS = {
    "suspend_enterprises": Kind(_may_suspend, _suspend),
    "grant_warrants": Kind(_may_grant, _grant),
    "revoke_passes": Kind(_may_revoke, _revoke),
    "retire_key": Kind(_may_retire, _retire),
}
