"""The bureau's numbers and an enterprise's stricter ones, every version kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from checkpoint.domain.policy import Policy
from checkpoint.errors import PolicyError
from checkpoint.screening import RULES
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.storage import authority, places, tables


def publish(office: Office, by: Actor, policy: Policy) -> Policy:
    """Put the bureau's policy in force; the answer bears its new version.

    Raises PolicyError for a rule that does not exist.
    """
    unknown = set(policy.rules) - set(RULES)
    if unknown:
        raise PolicyError(f"no such rules: {sorted(unknown)}", remedy=f"take from {sorted(RULES)}")
    with office.db.write() as session:
        office.db.alone(session, "policy")
        policy = replace(policy, version=authority.next_version(session))
        _add(office, session, by, (policy.version, None, policy.to_fields()))
    return policy


def tighten(office: Office, by: Actor, enterprise_id: str, changes: Mapping[str, object]) -> Policy:
    """Replace an enterprise's own changes; the answer is what is then in force there.

    Raises PolicyError naming the field when a change is unknown or looser than the bureau's.
    """
    with office.db.write() as session:
        office.db.alone(session, "policy")
        places.enterprise(session, enterprise_id)
        tightened = _bureau(session).tightened(**changes)
        version = authority.next_version(session)
        _add(office, session, by, (version, enterprise_id, dict(changes)))
    return replace(tightened, version=version)


def in_force(office: Office, enterprise_id: str = "") -> Policy:
    """The bureau's policy, tightened by the enterprise where one is given."""
    with office.db.read() as session:
        if enterprise_id:
            places.enterprise(session, enterprise_id)
        return applied(session, enterprise_id)


def applied(session: Session, enterprise_id: str) -> Policy:
    """The policy in force, as one transaction sees it.

    A change that a later policy of the bureau has overtaken no longer counts.
    """
    own = authority.latest_policy(session, enterprise_id) if enterprise_id else None
    return _tightened(_bureau(session), own)


def _tightened(policy: Policy, own: tables.Policy | None) -> Policy:
    if own is None:
        return policy
    for name, value in json.loads(own.fields).items():
        try:
            policy = policy.tightened(**{name: value})
        except PolicyError:
            continue
    return replace(policy, version=max(policy.version, own.version))


def as_of(session: Session, enterprise_id: str, version: int) -> Policy | None:
    """The policy that had this version at the enterprise; None when there never was one."""
    bureau = authority.policy_until(session, None, version)
    own = authority.policy_until(session, enterprise_id, version) if enterprise_id else None
    policy = _tightened(_read(bureau), own)
    return policy if policy.version == version else None


def never_on(office: Office) -> frozenset[str]:
    """The rules that no policy of the bureau had so far: newer ones, for the most part.

    Empty before the first publication, as the default policy is in force then.
    """
    with office.db.read() as session:
        versions = authority.bureau_policies(session)
    if not versions:
        return frozenset()
    return frozenset(RULES).difference(*(json.loads(row.fields)["rules"] for row in versions))


def own_changes(office: Office, enterprise_id: str) -> dict[str, object]:
    """What the enterprise itself has set, for its form."""
    with office.db.read() as session:
        own = authority.latest_policy(session, enterprise_id)
        return dict(json.loads(own.fields)) if own else {}


def _bureau(session: Session) -> Policy:
    return _read(authority.latest_policy(session, None))


def _read(row: tables.Policy | None) -> Policy:
    if row is None:
        return Policy()
    return Policy.of(json.loads(row.fields))


def _add(
    office: Office, session: Session, by: Actor, version: tuple[int, str | None, dict[str, object]]
) -> None:
    number, enterprise_id, fields = version
    session.add(
        tables.Policy(
            version=number,
            enterprise_id=enterprise_id,
            fields=json.dumps(fields, sort_keys=True),
            published_at=office.now_ms(),
            account_id=by.account_id,
        )
    )
    verb = "tighten_policy" if enterprise_id else "publish_policy"
    record(office, session, by, Act(verb, str(number), enterprise_id or ""))
