"""Warrants that end soon, their renewal, and grants to many at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, to_ms
from checkpoint.domain.warrant import Warrant
from checkpoint.errors import NotFound, Refused
from checkpoint.services import authorizing, fields, training
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.forms import WarrantForm
from checkpoint.services.job_runs import Progress
from checkpoint.services.office import Office
from checkpoint.services.rows import WarrantRow
from checkpoint.services.stored import warrant_of
from checkpoint.storage import authority, places, requests, tables
from checkpoint.storage.scope import Page, Scope

REMIND = (30, 14, 7)
"""Days before its end at which a warrant is reminded of, more urgently each time."""
MANY_MOST = 2000
CHUNK = 50
"""Warrants in one transaction: who waits for it meanwhile waits a fraction of a second."""


class LeftOut(StrEnum):
    """Why an inspector gets no warrant among many."""

    SUSPENDED = "suspended"
    NO_ACCOUNT = "no_account"
    UNTRAINED = "untrained"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Ending:
    """A warrant that ends within `REMIND[0]` days: whole days left, and which reminder it is."""

    row: WarrantRow
    days: int
    urgency: int


@dataclass(frozen=True, slots=True)
class Inspector:
    """An account that may inspect, as the accounts know it."""

    account_id: str
    name: str
    enterprise_id: str


@dataclass(frozen=True, slots=True)
class Share:
    """What one inspector would get: from when, and whether it renews; or why nothing."""

    enterprise_id: str
    inspector: Inspector | None
    since: datetime | None = None
    renews: bool = False
    left_out: LeftOut | None = None


@dataclass(frozen=True, slots=True)
class ManyForm:
    """Grants to many: how long, why, and how many were confirmed on the page."""

    valid_until: datetime
    why: str
    count: int


def ending(office: Office, scope: Scope) -> tuple[Ending, ...]:
    """The warrants of a scope that end soon and are not renewed, the first to end first."""
    now = office.clock.now()
    until = to_ms(now + timedelta(days=REMIND[0]))
    with office.db.read() as session:
        rows = requests.ending(session, scope, to_ms(now), until)
        return tuple(_ending(row, now) for row in rows)


def _ending(row: tables.Warrant, now: datetime) -> Ending:
    left = from_ms(row.valid_until) - now
    urgency = sum(left <= timedelta(days=days) for days in REMIND)
    return Ending(row_of(row), left.days, urgency)


def page(
    office: Office, scope: Scope, after: str | None = None, *, ended: bool = False
) -> Page[WarrantRow]:
    """The warrants of a scope that have not ended, or those that have; the last to end first."""
    with office.db.read() as session:
        rows, more = requests.warrants(session, scope, office.now_ms(), after, ended=ended)
        return Page(tuple(row_of(row) for row in rows), more)


def one(office: Office, scope: Scope, warrant_id: str) -> WarrantRow:
    """A warrant of a scope. Raises NotFound."""
    with office.db.read() as session:
        row = session.get(tables.Warrant, warrant_id)
        if row is None or not scope.covers(row.enterprise_id):
            raise NotFound(f"no warrant {warrant_id!r}")
        return row_of(row)


def asked_by(office: Office, warrant_id: str) -> str:
    """The request that led to a warrant, '' where it was granted directly."""
    with office.db.read() as session:
        row = requests.that_granted(session, warrant_id)
        return row.request_id if row else ""


def held_by(office: Office, account_id: str) -> tuple[WarrantRow, ...]:
    """The warrants that an account holds or held, the newest first."""
    with office.db.read() as session:
        return tuple(row_of(row) for row in authority.warrants_of(session, account_id))


def not_ended(office: Office, account_ids: Sequence[str]) -> dict[str, int]:
    """How many warrants would end with each account's role; accounts without one are left out."""
    with office.db.read() as session:
        return authority.count_not_ended(session, account_ids, office.now_ms())


def renew(office: Office, by: Actor, warrant_id: str, valid_until: datetime, why: str) -> Warrant:
    """The same again, from the end of what the inspector holds: without a gap, without an overlap.

    Raises NotFound, Refused for a revoked one or an end that is not later.
    """
    why = fields.reason(why)
    with office.db.write() as session:
        row = authority.warrant(session, warrant_id)
        if row.revoked_at is not None:
            raise Refused(f"warrant {warrant_id!r} is revoked: grant another one")
        now = office.now_ms()
        last = requests.last_of(session, row.enterprise_id, row.account_id, now)
        since = max(now, row.valid_until, last.valid_until if last and row.account_id else 0)
        held = warrant_of(row)
        form = WarrantForm(
            row.enterprise_id,
            row.inspector,
            from_ms(since),
            valid_until,
            held.sites,
            row.account_id,
        )
        made = authorizing.granted(office, session, by, form)
        record(office, session, by, Act("renew_warrant", made.warrant_id, row.enterprise_id, why))
        return made


def preview(
    office: Office, chosen: Sequence[str], people: Sequence[Inspector], until: datetime
) -> tuple[Share, ...]:
    """What each inspector of the chosen enterprises would get until a time, and who nothing."""
    with office.db.read() as session:
        return _shares(office, session, chosen, people, until)


def due(
    office: Office, who: tuple[Sequence[str], Sequence[Inspector]], form: ManyForm
) -> tuple[Inspector, ...]:
    """The inspectors who would get one; `who` as in `preview`.

    Raises Refused when it is not the number that was confirmed, or too many or nobody.
    """
    shares = preview(office, *who, form.valid_until)
    found = [share.inspector for share in shares if share.inspector and share.left_out is None]
    if len(found) != form.count:
        raise Refused("count is another one by now", remedy="look at the preview again")
    if not 0 < len(found) <= MANY_MOST:
        raise Refused("count is out of range", remedy=f"choose 1 to {MANY_MOST}")
    return tuple(found)


def grant_many(
    office: Office, by: Actor, people: Sequence[Inspector], form: ManyForm, progress: Progress
) -> dict[str, int]:
    """Grant or renew for each of them who still can get one, for every site; how many of each.

    The keys are `granted`, `renewed` and the reasons of those left out. Durable chunk by chunk:
    begun anew, it leaves out who has got one. Raises Refused for a term that is past.
    """
    why, told = fields.reason(form.why), Counter[str]()
    for begin in range(0, len(people), CHUNK):
        progress(begin, len(people))
        with office.db.write() as session:
            read = requests.readings(session, training.GUIDE)
            for person in people[begin : begin + CHUNK]:
                home = places.enterprise(session, person.enterprise_id, lock=True)
                share = _share(office, session, person, read, form.valid_until)
                if home.suspended_at is not None:
                    told[LeftOut.SUSPENDED.value] += 1
                elif share.left_out is not None:
                    told[share.left_out.value] += 1
                else:
                    _grant(office, session, by, share, (form.valid_until, why))
                    told["renewed" if share.renews else "granted"] += 1
    progress(len(people), len(people))
    return dict(told)


def _grant(
    office: Office, session: Session, by: Actor, share: Share, terms: tuple[datetime, str]
) -> None:
    until, why = terms
    wanted = WarrantForm(
        share.enterprise_id,
        share.inspector.name if share.inspector else "",
        share.since or office.clock.now(),
        until,
        account_id=share.inspector.account_id if share.inspector else "",
    )
    made = authorizing.granted(office, session, by, wanted)
    verb = "renew_warrant" if share.renews else "grant_among_many"
    record(office, session, by, Act(verb, made.warrant_id, share.enterprise_id, why))


def _shares(
    office: Office,
    session: Session,
    chosen: Sequence[str],
    people: Sequence[Inspector],
    until: datetime,
) -> tuple[Share, ...]:
    read = requests.readings(session, training.GUIDE)
    theirs: dict[str, list[Inspector]] = {}
    for person in people:
        theirs.setdefault(person.enterprise_id, []).append(person)
    shares: list[Share] = []
    for enterprise_id in chosen:
        home = places.enterprise(session, enterprise_id)
        if home.suspended_at is not None:
            shares.append(Share(enterprise_id, None, left_out=LeftOut.SUSPENDED))
        elif enterprise_id not in theirs:
            shares.append(Share(enterprise_id, None, left_out=LeftOut.NO_ACCOUNT))
        else:
            shares += [
                _share(office, session, person, read, until) for person in theirs[enterprise_id]
            ]
    return tuple(shares)


def _share(
    office: Office, session: Session, person: Inspector, read: Mapping[str, int], until: datetime
) -> Share:
    now = office.now_ms()
    last = requests.last_of(session, person.enterprise_id, person.account_id, now)
    since = max(now, last.valid_until) if last else now
    share = Share(person.enterprise_id, person, from_ms(since), last is not None)
    if person.account_id not in read:
        return Share(person.enterprise_id, person, left_out=LeftOut.UNTRAINED)
    if since >= to_ms(until):
        return Share(person.enterprise_id, person, left_out=LeftOut.HELD)
    return share


def row_of(row: tables.Warrant) -> WarrantRow:
    """A stored warrant as pages see it."""
    return WarrantRow(warrant_of(row), row.account_id, from_ms(row.granted_at), row.revoked_why)
