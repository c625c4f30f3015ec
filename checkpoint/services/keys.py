"""Keys: listed, rotated without reprinting a pass, withdrawn when they may be stolen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from checkpoint.clock import to_ms
from checkpoint.domain.place import BUREAU
from checkpoint.errors import NotFound, Refused
from checkpoint.keys import Purpose, TrustedKey, Withdrawal
from checkpoint.services import fields
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import SYSTEM, Actor
from checkpoint.services.office import SERVER, Office
from checkpoint.services.proposals import Wanted, note
from checkpoint.services.signatures import Signing, count
from checkpoint.storage import places, tables, trusted
from checkpoint.storage.scope import Scope

RENEW = timedelta(days=30)
"""So long before the end of its term a key is followed by another one by itself."""
_LAST_OF_SECOND = timedelta(microseconds=999_999)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key, whether it signs now, what was withdrawn of it, how many passes it signed."""

    key: TrustedKey
    signs: bool
    withdrawn: tuple[Withdrawal, ...]
    passes: int = 0


@dataclass(frozen=True, slots=True)
class WithdrawalForm:
    """Which key, and which of its passes: those issued from `since` until `until`, or all.

    Passes say their time of issue in whole seconds; a second that is named in part counts whole.
    """

    key_id: str
    why: str
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What a withdrawal did: the key that signs now, and how many passes are worthless."""

    withdrawal: Withdrawal
    signs: TrustedKey
    passes: int


def keys(office: Office) -> tuple[KeyRow, ...]:
    """All keys of the server, the bureau and the enterprises, withdrawn ones too."""
    with office.db.read() as session:
        owners = _owners(session)
        gone = trusted.withdrawals(session, owners)
        signed = trusted.signed_passes(session)
    rows: list[KeyRow] = []
    for owner in owners:
        ring = office.keys.ring(owner).keys
        signs = office.keys.issuer(owner).key_id if office.keys.live(owner).keys else ""
        for key in sorted(ring, key=lambda key: (key.since, key.key_id)):
            mine = tuple(w for w in gone if (w.owner, w.key_id) == (owner, key.key_id))
            count_of = signed.get((owner, key.key_id), 0)
            rows.append(KeyRow(key, key.key_id == signs, mine, count_of))
    return tuple(rows)


def whole(office: Office, key_id: str) -> tuple[KeyRow, int]:
    """A key, and how many passes in force a withdrawal of the whole of it would hit.

    Raises NotFound.
    """
    row = next((row for row in keys(office) if row.key.key_id == key_id), None)
    if row is None:
        raise NotFound(f"no key {key_id!r}", remedy="see `keys list`")
    with office.db.read() as session:
        withdrawal = Withdrawal(row.key.owner, key_id)
        return row, trusted.passes_of(session, withdrawal, office.now_ms())


def rotate(office: Office, by: Actor, owner: str, why: str) -> TrustedKey:
    """Another key signs for the owner from now on; what the others signed stays believed.

    Raises NotFound for an unknown owner, Refused where a key of the owner began in this second,
    KeyFault where the clock is behind the last key's.
    """
    why = fields.reason(why)
    with office.db.write() as session:
        if owner not in _owners(session):
            raise NotFound(f"no keys of {owner!r}", remedy="see `keys list`")
        second = office.clock.now().replace(microsecond=0)
        if any(key.since == second for key in office.keys.live(owner).keys):
            raise Refused("key began just now", remedy="see `keys list`; wait a second for another")
        return _follow(office, session, by, Act("rotate_key", owner, _home(owner), why))


def renew(office: Office, session: Session, owners: tuple[str, ...]) -> None:
    """Rotate the keys that end within a month; part of the caller's transaction."""
    now = office.clock.now()
    for owner in owners:
        key = office.keys.issuer(owner).trusted
        if key.since < now and key.until - now <= RENEW:
            _follow(office, session, SYSTEM, Act("rotate_key", owner, _home(owner), "term"))


def withdraw(office: Office, by: Actor, form: WithdrawalForm) -> Withdrawn:
    """Refuse a key's passes at every kiosk with the next bundle, for good.

    It waits for nobody; another officer sees it afterwards.
    A withdrawal without an end takes the key out of use, and another one signs from now on.
    Raises NotFound for an unknown key, Refused for what is withdrawn already or ends in the
    future, and for a part of a server's key.
    """
    with office.db.write() as session:
        done = withdrawn(office, session, by, form)
        owner, key_id = done.withdrawal.owner, done.withdrawal.key_id
        terms = {"owner": owner, "key_id": key_id}
        note(office, session, by, Wanted("withdraw_key", terms, form.why, done.passes))
    return done


def withdrawn(office: Office, session: Session, by: Actor, form: WithdrawalForm) -> Withdrawn:
    """The same within a transaction, and not left for another officer to see."""
    why = fields.reason(form.why)
    withdrawal = possible(office, session, form)
    owner = withdrawal.owner
    if withdrawal.is_open:
        if office.keys.issuer(owner).key_id == withdrawal.key_id:
            _follow(office, session, by, Act("rotate_key", owner, _home(owner), why))
        office.keys.retire(owner, withdrawal.key_id)
    passes = trusted.passes_of(session, withdrawal, office.now_ms())
    session.add(_row(office, withdrawal, why))
    act = Act("withdraw_key", f"{owner}/{withdrawal.key_id}", _home(owner), why)
    record(office, session, by, act)
    return Withdrawn(withdrawal, office.keys.issuer(owner).trusted, passes)


def possible(office: Office, session: Session, form: WithdrawalForm) -> Withdrawal:
    """What a form would withdraw. Raises as `withdraw`."""
    owners = _owners(session)
    found = [owner for owner in owners if office.keys.ring(owner).by_id(form.key_id)]
    if not found:
        raise NotFound(f"no key {form.key_id!r}", remedy="see `keys list`")
    now = office.clock.now()
    if form.since and form.until and form.since >= form.until:
        raise Refused("the time ends before it begins", remedy="exchange the two times")
    if (form.until and form.until > now) or (form.since and form.since > now):
        raise Refused("the time is not past yet", remedy="give a past time, or none")
    since = form.since and form.since.replace(microsecond=0)
    until = form.until and (form.until + _LAST_OF_SECOND).replace(microsecond=0)
    wanted = Withdrawal(found[0], form.key_id, since, until)
    if wanted.owner == SERVER and (wanted.since or wanted.until):
        raise Refused("a server's key is withdrawn whole", remedy="give no time")
    gone = trusted.withdrawals(session, owners)
    whole = Withdrawal(wanted.owner, wanted.key_id)
    if wanted in gone or whole in gone:
        raise Refused(f"key {form.key_id!r} is withdrawn already", remedy="see `keys list`")
    return wanted


def _follow(office: Office, session: Session, by: Actor, act: Act) -> TrustedKey:
    """Make the next key; the signature by which a server's key names it is counted."""
    first = not office.keys.live(act.subject).keys
    older = office.keys.issuer(act.subject)
    fresh = older if first else office.keys.add(act.subject)
    if act.subject == SERVER and not first:
        count(office, session, Signing(older, Purpose.BUNDLE, f"handover/{fresh.key_id}"), by)
    record(office, session, by, act)
    return fresh.trusted


def _row(office: Office, withdrawal: Withdrawal, why: str) -> tables.Withdrawal:
    since, until = (
        None if at is None else to_ms(at) for at in (withdrawal.since, withdrawal.until)
    )
    return tables.Withdrawal(
        key_id=withdrawal.key_id,
        owner=withdrawal.owner,
        since=since,
        until=until,
        at=office.now_ms(),
        why=why,
    )


def _owners(session: Session) -> tuple[str, ...]:
    rows = places.enterprises(session, Scope.whole_district())
    return (SERVER, BUREAU, *(row.enterprise_id for row in rows))


def _home(owner: str) -> str:
    return "" if owner in (SERVER, BUREAU) else owner
