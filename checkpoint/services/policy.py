"""The bureau's numbers and an enterprise's stricter ones, every version kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from checkpoint.clock import to_ms
from checkpoint.domain.policy import DEFAULT_RULES, Policy
from checkpoint.errors import NotFound, PolicyError, Refused
from checkpoint.screening import RULES
from checkpoint.services import fields
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.services.policy_versions import applied, as_of, bureaus, coming
from checkpoint.storage import authority, places, tables

__all__ = ["Terms", "applied", "as_of", "coming", "publish", "tighten"]

AHEAD = timedelta(days=90)
"""How far ahead a policy may be published."""


@dataclass(frozen=True, slots=True)
class Terms:
    """From when a policy holds (None: at once), and why.

    `made_by` wrote it where another officer confirmed it, `confirmed_by` is that one.
    """

    effective_at: datetime | None = None
    why: str = ""
    made_by: str = ""
    confirmed_by: str = ""


def publish(office: Office, by: Actor, policy: Policy, terms: Terms = Terms()) -> Policy:
    """Publish the bureau's policy; the answer bears its new version.

    From its effect on it overtakes every version before it; one that would have come later does
    not come any more. Raises PolicyError for a rule that
    does not exist and for a time that is past or more than 90 days ahead.
    """
    with office.db.write() as session:
        return put(office, session, by, policy, terms)


def put(office: Office, session: Session, by: Actor, policy: Policy, terms: Terms) -> Policy:
    """The same within a transaction."""
    unknown = set(policy.rules) - set(RULES)
    if unknown:
        raise PolicyError(f"no such rules: {sorted(unknown)}", remedy=f"take from {sorted(RULES)}")
    office.db.alone(session, "policy")
    # Read once, and before the effect: a row may not hold from before it was published.
    now = office.now_ms()
    effective_at = effect(office, terms.effective_at)
    for later in authority.coming_policies(session, now):
        if later.effective_at >= effective_at:
            authority.withdraw_policy(session, later, now)
    policy = replace(policy, version=authority.next_version(session))
    row = _row(now, by, policy.version, policy.to_fields())
    row.effective_at = effective_at
    row.account_id, row.confirmed_by = terms.made_by or by.account_id, terms.confirmed_by
    row.why = fields.line("why", terms.why, least=0, most=200)
    _add(office, session, by, row)
    return policy


def effect(office: Office, wanted: datetime | None) -> int:
    """From when a policy that is published now holds, ms. Raises PolicyError for other times."""
    now = office.clock.now()
    if wanted is None:
        return to_ms(now)
    if not now - timedelta(minutes=1) <= wanted <= now + AHEAD:
        raise PolicyError(
            "effective_at is past or more than 90 days ahead", remedy="take a day from today on"
        )
    return to_ms(max(wanted, now))


def call_off(office: Office, by: Actor, version: int, why: str) -> None:
    """A version that is still to come shall not come. Raises NotFound, Refused."""
    why = fields.reason(why)
    with office.db.write() as session:
        office.db.alone(session, "policy")
        row = session.get(tables.Policy, version)
        if row is None or row.enterprise_id is not None:
            raise NotFound(f"no policy of the bureau has version {version}")
        now = office.now_ms()
        if row.withdrawn_at is not None:
            raise Refused("policy was called off already", remedy="reload the page")
        if row.effective_at <= now:
            raise Refused("policy is in force already", remedy="publish another one")
        authority.withdraw_policy(session, row, now)
        record(office, session, by, Act("call_off_policy", str(version), "", why))


def tighten(office: Office, by: Actor, enterprise_id: str, changes: Mapping[str, object]) -> Policy:
    """Replace an enterprise's own changes; the answer is what is then in force there.

    Raises PolicyError naming the field when a change is unknown or looser than the bureau's.
    """
    with office.db.write() as session:
        office.db.alone(session, "policy")
        places.enterprise(session, enterprise_id)
        now = office.now_ms()
        tightened = bureaus(session, now).tightened(**changes)
        version = authority.next_version(session)
        row = _row(now, by, version, dict(changes), enterprise_id)
        _add(office, session, by, row)
        # With each version that the bureau has coming these changes get a version that comes
        # with it: so no number ever names two different policies of the enterprise.
        for number, later in enumerate(authority.coming_policies(session, now), version + 1):
            along = _row(now, by, number, dict(changes), enterprise_id)
            along.effective_at = later.effective_at
            session.add(along)
    return replace(tightened, version=version)


def in_force(office: Office, enterprise_id: str = "") -> Policy:
    """The bureau's policy, tightened by the enterprise where one is given."""
    with office.db.read() as session:
        if enterprise_id:
            places.enterprise(session, enterprise_id)
        return applied(session, enterprise_id, office.now_ms())


def never_on(office: Office) -> frozenset[str]:
    """The rules of the default policy that no policy of the bureau had so far: newer ones.

    Empty before the first publication, as the default policy is in force then. A rule that the
    default policy leaves out is a choice, and no news.
    """
    with office.db.read() as session:
        versions = authority.bureau_policies(session)
    if not versions:
        return frozenset()
    return frozenset(DEFAULT_RULES).difference(
        *(json.loads(row.fields)["rules"] for row in versions)
    )


def own_changes(office: Office, enterprise_id: str) -> dict[str, object]:
    """What the enterprise itself has set, for its form."""
    with office.db.read() as session:
        own = authority.policy_at(session, enterprise_id, office.now_ms())
        return dict(json.loads(own.fields)) if own else {}


def _row(
    now: int,
    by: Actor,
    version: int,
    changes: dict[str, object],
    enterprise_id: str | None = None,
) -> tables.Policy:
    return tables.Policy(
        version=version,
        enterprise_id=enterprise_id,
        fields=json.dumps(changes, sort_keys=True),
        published_at=now,
        effective_at=now,
        withdrawn_at=None,
        account_id=by.account_id,
        confirmed_by="",
        why="",
    )


def _add(office: Office, session: Session, by: Actor, row: tables.Policy) -> None:
    session.add(row)
    verb = "tighten_policy" if row.enterprise_id else "publish_policy"
    act = Act(verb, str(row.version), row.enterprise_id or "", row.why)
    record(office, session, by, act)
