"""Keeping the policy's retention: personal data whose time is over is erased, class by class.

Each slice is a transaction of its own; a run that was cut short is taken up by the next one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import timedelta

from sqlalchemy.orm import Session

from checkpoint.clock import to_ms
from checkpoint.domain.retention import Retention
from checkpoint.entrylog.erasure import Ground
from checkpoint.services import erasing, policy, sealed
from checkpoint.services.actions import Act, record, relink
from checkpoint.services.actor import SYSTEM, Actor
from checkpoint.services.erasing import SLICE, ErasureForm, Progress, silent
from checkpoint.services.office import Office
from checkpoint.storage import cases, expired, health, remarks, sunset
from checkpoint.storage import erasures as stored

EVERY = timedelta(hours=20)
"""A day, less what a run may be late."""
CHORE = "retain"
_LINKED = {"lookups": "lookup", "remarks": "remark"}
"""Classes that are lines of a record, which is linked anew."""
_EVER = 1 << 62
"""A time after all others."""


@dataclass(frozen=True, slots=True)
class Retained:
    """How many of each class were erased, or are due.

    `entries` and `quarantined` are personal sides, `holders` lines of rosters, `remarks` words
    that did not go with the person of their entry, `declarations` what holders declared, `statuses`
    health statuses that others have followed, `cases` words of closed cases, `tombstones` reminders
    of earlier erasures, `requests` those for emergency passes.
    """

    entries: int = 0
    quarantined: int = 0
    holders: int = 0
    links: int = 0
    lookups: int = 0
    remarks: int = 0
    declarations: int = 0
    statuses: int = 0
    cases: int = 0
    tombstones: int = 0
    requests: int = 0

    @property
    def total(self) -> int:
        """All together."""
        return sum(asdict(self).values())


def due(office: Office) -> Retained:
    """What is due now; nothing is changed."""
    kept = policy.in_force(office).retention
    with office.db.read() as session:
        rules = _rules(office, kept)
        counts = {name: expired.count(session, rule) for name, rule in rules.items()}
        entries = stored.personal_entries(
            session, stored.older_than(_ago(office, kept.entries_days))
        )
    return Retained(entries=entries, holders=_holders_due(office, kept), **counts)


def retain(office: Office, by: Actor = SYSTEM, progress: Progress | None = None) -> Retained:
    """Erase what is due; how many of each class it was."""
    tell, kept = progress or silent, policy.in_force(office).retention
    old = stored.older_than(_ago(office, kept.entries_days))
    entries = erasing.erase_entries(office, by, (Ground.RETENTION, old), tell)
    holders = _holders(office, by, kept, tell)
    counts = {
        name: _slices(office, rule, (name, tell)) for name, rule in _rules(office, kept).items()
    }
    done = Retained(entries=entries, holders=holders, **counts)
    if done.total:
        with office.db.write() as session:
            record(office, session, by, Act("retain", str(done.total)))
    office.db.scrub(*stored.TOUCHED)
    return done


def retain_daily(office: Office) -> Retained | None:
    """`retain`, if nobody did it today; None if somebody did. Of many processes one does it.

    None too once the deployment is being ended, which erases everything by itself.
    """
    with office.db.write() as session:
        mine = not sunset.held(session) and expired.claim(
            session, CHORE, office.now_ms(), EVERY // timedelta(milliseconds=1)
        )
    return retain(office) if mine else None


def forget_aside(office: Office, tell: Progress) -> int:
    """Erase the personal side of all that was set aside; how many."""
    return _slices(office, expired.quarantined(_EVER), ("quarantined", tell))


def _ago(office: Office, days: int) -> int:
    return to_ms(office.clock.now() - timedelta(days=days))


def _rules(office: Office, kept: Retention) -> dict[str, expired.Rule]:
    return {
        "quarantined": expired.quarantined(_ago(office, kept.entries_days)),
        "links": expired.links(_ago(office, kept.links_days)),
        "requests": expired.requests(_ago(office, kept.roster_days)),
        "lookups": expired.lookups(_ago(office, kept.lookups_days)),
        "remarks": expired.remarks(_ago(office, kept.entries_days)),
        "declarations": expired.declarations(_ago(office, kept.declarations_days)),
        "statuses": expired.statuses(_ago(office, kept.declarations_days)),
        "cases": expired.cases(_ago(office, kept.entries_days)),
        "tombstones": expired.tombstones(office.now_ms()),
    }


def _slices(office: Office, rule: expired.Rule, told: tuple[str, Progress]) -> int:
    name, tell = told
    takes: dict[str, Callable[..., int]] = {
        "quarantined": _empty_aside,
        "remarks": _strike,
        "declarations": _forget_declared,
        "cases": _strike_cases,
    }
    take = takes.get(name, expired.drop)
    with office.db.read() as session:
        total = expired.count(session, rule)
    done = 0
    while True:
        tell(name, done, total)
        with office.db.write() as session:
            taken = take(session, rule, SLICE)
            if taken and name in _LINKED:
                relink(office, session, (_LINKED[name],))
        if not taken:
            return done
        done += taken


def _empty_aside(session: Session, rule: expired.Rule, limit: int) -> int:
    rows = expired.some(session, rule, limit)
    for row in rows:
        erasing.empty_aside(session, row)
    return len(rows)


def _forget_declared(session: Session, rule: expired.Rule, limit: int) -> int:
    rows = expired.some(session, rule, limit)
    return health.forget(session, rows)


def _strike(session: Session, rule: expired.Rule, limit: int) -> int:
    return remarks.strike_some(session, rule[1], limit)


def _strike_cases(session: Session, rule: expired.Rule, limit: int) -> int:
    return cases.strike_some(session, rule[1], limit)


def _holders_due(office: Office, kept: Retention) -> int:
    return len(_forms(office, kept, limit=1 << 31))


def _holders(office: Office, by: Actor, kept: Retention, tell: Progress) -> int:
    """Holders that left, and those whose erasure was begun and not ended."""
    total, done = _holders_due(office, kept), 0
    while forms := _forms(office, kept, SLICE):
        for form in forms:
            tell("holders", done, total)
            erasing.erase_holder(office, by, replace(form, ground=Ground.RETENTION), silent)
            done += 1
    return done


def _forms(office: Office, kept: Retention, limit: int) -> list[ErasureForm]:
    rule = expired.holders(_ago(office, kept.roster_days))
    with office.db.read() as session:
        left = {row.holder_id: row.enterprise_id for row in expired.some(session, rule, limit)}
        for row in stored.all_tombstones(session):
            place = f"tombstone/{row.holder_index.hex()}"
            begun = stored.named(session, sealed.unseal(office, row.holder_sealed, place))
            if begun is not None:
                left[begun.holder_id] = begun.enterprise_id
    return [ErasureForm(home, holder_id) for holder_id, home in left.items()]
