"""Two officers: what one proposes is done when another one confirms it.

1. What is proposed is checked at once, so that nobody confirms the impossible. 2. Another officer
confirms or declines; the maker may take it back. 3. What is confirmed is checked again and done in
the same transaction, with the reason that was given. 4. Where the district has one officer only,
that is said, and the proposal is done at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms
from checkpoint.domain.policy import Policy
from checkpoint.errors import Refused
from checkpoint.services import agreed, fields, policy
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.agreed import Agreed, Kind
from checkpoint.services.office import Office
from checkpoint.services.proposals import ProposalRow, Stand, Wanted, held, just_made, new, row_of
from checkpoint.storage import authority, tables


def propose(office: Office, by: Actor, wanted: Wanted, *, alone: bool = False) -> ProposalRow:
    """Propose something; `alone` does it at once, as there is no other officer.

    The same again within ten seconds is the same proposal: a button that was pressed twice.
    Raises Refused or PolicyError for what can't be done.
    """
    kind = KINDS[wanted.kind]
    with office.db.write() as session:
        office.db.alone(session, "propose")
        kind.check(office, session, wanted.terms)
        row, job_id = new(office, by, wanted), ""
        if known := just_made(session, row):
            return row_of(known, office.now_ms())
        session.add(row)
        record(office, session, by, Act("propose", row.proposal_id, "", row.why))
        if alone:
            _decide(office, row, by, "alone", "")
            row.done_at = row.made_at
            done = Agreed(wanted.terms, row.why, by.account_id, "")
            job_id = kind.carry_out(office, session, by, done)
        return replace(row_of(row, office.now_ms()), job_id=job_id)


def confirm(office: Office, by: Actor, proposal_id: str) -> ProposalRow:
    """Agree: what is proposed is done; what was done at once has been seen.

    Raises NotFound; Refused for one's own and for what does not wait any more; what `propose`
    raises where it can't be done any more.
    """
    with office.db.write() as session:
        row = _another_officers(office, session, by, proposal_id)
        job_id = ""
        _decide(office, row, by, "confirmed", "")
        record(office, session, by, Act("confirm_proposal", proposal_id))
        if row.done_at is None:
            row.done_at = office.now_ms()
            terms = json.loads(row.terms)
            KINDS[row.kind].check(office, session, terms)
            done = Agreed(terms, row.why, row.made_by, by.account_id)
            job_id = KINDS[row.kind].carry_out(office, session, by, done)
        return replace(row_of(row, office.now_ms()), job_id=job_id)


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


def _may_publish(_office: Office, session: Session, terms: Mapping[str, Any]) -> None:
    Policy.of(terms["fields"])
    if terms["newest"] != _newest(session):
        raise Refused(
            "policy was changed since by another publication", remedy="propose it anew from that"
        )


def _publish(office: Office, session: Session, by: Actor, done: Agreed) -> str:
    at, wanted = done.terms["effective_at"], Policy.of(done.terms["fields"])
    # Confirmed after its day it holds from now on.
    effective_at = from_ms(max(at, office.now_ms())) if at else None
    terms = policy.Terms(effective_at, done.why, done.made_by, done.confirmed_by)
    policy.put(office, session, by, wanted, terms)
    return ""


KINDS: dict[str, Kind] = {"publish_policy": Kind(_may_publish, _publish), **agreed.KINDS}
"""What may be proposed. Another kind is one line in `agreed`, its words in `forms.proposal_words`.

Done at once and only to be seen are `suspend` and `withdraw_key`: `proposals.note`."""
