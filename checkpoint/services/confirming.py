"""Two officers: what one proposes is done when another one confirms it.

1. What is proposed is checked at once, so that nobody confirms the impossible. 2. Another officer
confirms or declines; the maker may take it back. 3. What is confirmed is checked again and done in
the same transaction, with the reason that was given. 4. Where the district has one officer only,
that is said, and the proposal is done at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms
from checkpoint.domain.policy import Policy
from checkpoint.errors import Refused
from checkpoint.services import authorizing, fields, policy
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.services.proposals import ProposalRow, Stand, Wanted, held, new, row_of
from checkpoint.storage import authority, places, tables


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was agreed on: the terms, why, who made it, and who else agreed, empty for nobody."""

    terms: Mapping[str, Any]
    why: str
    made_by: str
    confirmed_by: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of proposal: refuses what can't be done now, and does it in a transaction."""

    check: Callable[[Session, Mapping[str, Any]], None]
    carry_out: Callable[[Office, Session, Actor, Agreed], None]


def propose(office: Office, by: Actor, wanted: Wanted, *, alone: bool = False) -> ProposalRow:
    """Propose something; `alone` does it at once, as there is no other officer.

    Raises Refused or PolicyError for what can't be done.
    """
    kind = KINDS[wanted.kind]
    with office.db.write() as session:
        kind.check(session, wanted.terms)
        row = new(office, by, wanted)
        session.add(row)
        record(office, session, by, Act("propose", row.proposal_id, "", row.why))
        if alone:
            _decide(office, row, by, "alone", "")
            row.done_at = row.made_at
            agreed = Agreed(wanted.terms, row.why, by.account_id, "")
            kind.carry_out(office, session, by, agreed)
        return row_of(row, office.now_ms())


def confirm(office: Office, by: Actor, proposal_id: str) -> ProposalRow:
    """Agree: what is proposed is done; what was done at once has been seen.

    Raises NotFound; Refused for one's own and for what does not wait any more; what `propose`
    raises where it can't be done any more.
    """
    with office.db.write() as session:
        row = _another_officers(office, session, by, proposal_id)
        _decide(office, row, by, "confirmed", "")
        record(office, session, by, Act("confirm_proposal", proposal_id))
        if row.done_at is None:
            row.done_at = office.now_ms()
            terms = json.loads(row.terms)
            KINDS[row.kind].check(session, terms)
            agreed = Agreed(terms, row.why, row.made_by, by.account_id)
            KINDS[row.kind].carry_out(office, session, by, agreed)
        return row_of(row, office.now_ms())


def decline(office: Office, by: Actor, proposal_id: str, why: str) -> ProposalRow:
    """Object: it is not done. What was done at once stays done, with the objection beside it."""
    why = fields.reason(why)
    with office.db.write() as session:
        row = _another_officers(office, session, by, proposal_id)
        _decide(office, row, by, "declined", why)
        record(office, session, by, Act("decline_proposal", proposal_id, "", why))
        return row_of(row, office.now_ms())


def withdraw(office: Office, by: Actor, proposal_id: str, why: str) -> ProposalRow:
    """Take one's own proposal back. Raises Refused for another officer's, and for what is done."""
    why = fields.reason(why)
    with office.db.write() as session:
        row = _waiting(office, session, proposal_id)
        if row.made_by != by.account_id:
            raise Refused("proposal is another officer's", remedy="decline it")
        if row.done_at is not None:
            raise Refused("proposal was carried out already", remedy="undo what it did")
        _decide(office, row, by, "withdrawn", why)
        record(office, session, by, Act("withdraw_proposal", proposal_id, "", why))
        return row_of(row, office.now_ms())


def _another_officers(
    office: Office, session: Session, by: Actor, proposal_id: str
) -> tables.Proposal:
    row = _waiting(office, session, proposal_id)
    if row.made_by == by.account_id:
        raise Refused("proposal is one's own", remedy="another officer decides on it")
    return row


def _waiting(office: Office, session: Session, proposal_id: str) -> tables.Proposal:
    row = held(session, proposal_id, lock=True)
    stand = row_of(row, office.now_ms()).stand
    if stand not in (Stand.OPEN, Stand.UNSEEN):
        raise Refused("proposal does not wait any more", remedy="reload the page")
    return row


def _decide(office: Office, row: tables.Proposal, by: Actor, verdict: str, remark: str) -> None:
    row.verdict, row.decided_at, row.remark = verdict, office.now_ms(), remark
    row.decided_by, row.decided_name = by.account_id, by.name


def policy_terms(
    office: Office, wanted: Policy, effective_at: datetime | None, newest: int
) -> dict[str, Any]:
    """The terms of publishing a policy that was made when `newest` was the last version.

    Raises PolicyError for a time that is past or too far ahead.
    """
    at = None if effective_at is None else policy.effect(office, effective_at)
    return {"fields": wanted.to_fields(), "effective_at": at, "newest": newest}


def newest_version(office: Office) -> int:
    """The last version that the bureau published, coming ones too; 1 before the first."""
    with office.db.read() as session:
        return _newest(session)


def _newest(session: Session) -> int:
    return max((row.version for row in authority.bureau_policies(session)), default=1)


def _may_publish(session: Session, terms: Mapping[str, Any]) -> None:
    Policy.of(terms["fields"])
    if terms["newest"] != _newest(session):
        raise Refused(
            "policy was changed since by another publication", remedy="propose it anew from that"
        )


def _publish(office: Office, session: Session, by: Actor, agreed: Agreed) -> None:
    at, wanted = agreed.terms["effective_at"], Policy.of(agreed.terms["fields"])
    # Confirmed after its day it holds from now on.
    effective_at = from_ms(max(at, office.now_ms())) if at else None
    terms = policy.Terms(effective_at, agreed.why, agreed.made_by, agreed.confirmed_by)
    policy.put(office, session, by, wanted, terms)


def _may_suspend(session: Session, terms: Mapping[str, Any]) -> None:
    for enterprise_id in terms["enterprises"]:
        if places.enterprise(session, enterprise_id).suspended_at is not None:
            raise Refused(f"enterprise {enterprise_id!r} is suspended already")


def _suspend(office: Office, session: Session, by: Actor, agreed: Agreed) -> None:
    for enterprise_id in agreed.terms["enterprises"]:
        act = Act("suspend", enterprise_id, enterprise_id, agreed.why)
        authorizing.set_suspension(office, session, by, act)


KINDS: dict[str, Kind] = {
    "publish_policy": Kind(_may_publish, _publish),
    "suspend_enterprises": Kind(_may_suspend, _suspend),
}
"""What may be proposed. Another kind is one line here, its words in `admin.forms.proposal_words`.

Done at once and only to be seen are `suspend` and `withdraw_key`: `proposals.note`."""
