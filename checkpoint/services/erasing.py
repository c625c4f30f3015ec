"""Erasing one person: everything that says who it was, everywhere that it is kept.

1. Alone: the tombstone, by which gates and later uploads know; passes are revoked; links end;
words of cases that are about the person, or name them, go.
2. The personal sides of the person's entries and what was remarked of them, a slice a
transaction, each with its erasure.
3. What was set aside. 4. The roster's line and the passes' texts; sentences that name the
person. 5. Background jobs that ended, whose files may name the person; the files of the database.
A run that was cut short is taken up by the next one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from checkpoint.clock import to_ms
from checkpoint.credential import Trust, verify
from checkpoint.entrylog import Link, decode_personal
from checkpoint.entrylog.erasure import Ground
from checkpoint.errors import EntryError, KeyFault, Refused
from checkpoint.services import case_words, erasures, identity, jobs, phone_links, policy, sealed
from checkpoint.services.actions import Act, record, relink
from checkpoint.services.actor import Actor
from checkpoint.services.ingest import content_of
from checkpoint.services.office import Office
from checkpoint.storage import erasures as stored
from checkpoint.storage import mentions, people, remarks, tables

Progress = Callable[[str, int, int], None]
"""Told what is being done, how far it is, and of how many."""
SLICE = 500
LATE = timedelta(days=30)
"""How much longer than personal data itself a tombstone is kept: gates' clocks may be wrong."""
_ERASED = "erased"


@dataclass(frozen=True, slots=True)
class ErasureForm:
    """Whose data is to be erased and on what ground; `enterprise_id` None for the bureau's."""

    enterprise_id: str | None
    holder_id: str
    ground: Ground = Ground.REQUEST


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased. `scrubbed`: nothing of it is left in the database's files either."""

    entries: int
    passes: int
    scrubbed: bool


def erase_person(
    office: Office, by: Actor, form: ErasureForm, progress: Progress | None = None
) -> Erased:
    """Erase one holder. Raises NotFound for another's; may be repeated after a failure."""
    entries, passes = erase_holder(office, by, form, progress or silent)
    jobs.forget_files(office)  # 5
    return Erased(entries, passes, office.db.scrub(*stored.TOUCHED, whole=True))


def erase_holder(office: Office, by: Actor, form: ErasureForm, tell: Progress) -> tuple[int, int]:
    """Steps 1 to 4; how many entries and passes the holder had."""
    with office.db.write() as session:  # 1
        holder = people.line(session, form.enterprise_id, form.holder_id)
        passes = _end_passes(office, session, by, holder)
        _bury(office, session, holder.holder_id, holder.enterprise_id or "")
        case_words.strike(office, session, form.holder_id, _said(office, session, holder).words)
        act = Act("erase_person", form.holder_id, form.enterprise_id or "", form.ground.value)
        record(office, session, by, act)
    entries = erase_entries(office, by, (form.ground, stored.of_holder(form.holder_id)), tell)  # 2
    with office.db.write() as session:
        _forget_aside(office, session, {form.holder_id})  # 3
        holder = people.line(session, form.enterprise_id, form.holder_id)
        said = _said(office, session, holder)  # 4
        struck = mentions.strike(session, said.ids, said.words)
        mentions.blank(session, form.holder_id)
        if struck:
            relink(office, session)
        if not entries:
            erasures.note(office, session, by, form.ground, ())
    return entries, passes


def holders_of(office: Office, id_number: str) -> tuple[ErasureForm, ...]:
    """The lines of a person with this ID number in all rosters.

    Raises Refused for none, and for what no ID number is: a slip is not an answer.
    """
    number = identity.id_number(id_number, office.clock.now())
    wanted = sealed.indexes(office, "id_number", number)
    with office.db.read() as session:
        found = people.by_id_index(session, wanted)
    if not found:
        raise Refused("id_number is in no roster", remedy="erase by the holder's number")
    return tuple(ErasureForm(row.enterprise_id, row.holder_id) for row in found)


def holder_home(office: Office, holder_id: str) -> ErasureForm:
    """A holder of whichever enterprise. Raises NotFound."""
    with office.db.read() as session:
        row = people.anybody(session, holder_id)
    return ErasureForm(row.enterprise_id, row.holder_id)


def entries_of(office: Office, holder_id: str) -> int:
    """How many entries still say that it was this holder."""
    with office.db.read() as session:
        return stored.personal_entries(session, stored.of_holder(holder_id))


def erase_entries(
    office: Office, by: Actor, what: tuple[Ground, stored.Which], tell: Progress
) -> int:
    """Destroy personal sides slice by slice, each in a transaction with its erasure; how many.

    What people said of these entries afterwards goes with them.
    """
    ground, which = what
    with office.db.read() as session:
        total = stored.personal_entries(session, which)
    done = 0
    while True:
        tell("entries", done, total)
        with office.db.write() as session:
            places = stored.empty(session, which, SLICE)
            if not places:
                return done
            if remarks.strike_at(session, places):
                relink(office, session, ("remark",))
            erasures.note(office, session, by, ground, places)
        done += len(places)


def _end_passes(office: Office, session: Session, by: Actor, holder: tables.Holder) -> int:
    """Revoke what is in force and end unused links.

    Nobody may come in by a pass of which nothing is known.
    """
    now = office.now_ms()
    passes = people.passes_of(session, holder.holder_id)
    for row in passes:
        if row.revoked_at is None and row.expires_at > now:
            row.revoked_at, row.revoked_why = now, _ERASED
            act = Act("revoke_pass", row.pass_id, holder.enterprise_id or "", _ERASED)
            record(office, session, by, act)
    links = phone_links.ended(holder.holder_id, holder.enterprise_id, _ERASED)
    phone_links.end(office, session, by, links)
    return len(passes)


def is_due(office: Office, holder_id: str) -> bool:
    """Whether anything says who a holder is, or no such holder is known."""
    with office.db.read() as session:
        holder = session.get(tables.Holder, holder_id)
        left = stored.personal_entries(session, stored.of_holder(holder_id))
        return holder is None or bool(holder.name_sealed or left)


def remember(office: Office, holder_id: str, enterprise_id: str) -> None:
    """Keep a reminder of somebody erased who is in no roster here: gates may send the entries."""
    with office.db.write() as session:
        _bury(office, session, holder_id, enterprise_id)


def _bury(office: Office, session: Session, holder_id: str, enterprise_id: str) -> None:
    days = policy.applied(session, "", office.now_ms()).retention.entries_days
    index = sealed.index(office, "tombstone", holder_id)
    session.merge(
        tables.Tombstone(
            holder_index=index,
            holder_sealed=sealed.seal(office, holder_id, f"tombstone/{index.hex()}"),
            enterprise_id=enterprise_id,
            made_at=office.now_ms(),
            expires_at=to_ms(office.clock.now() + timedelta(days=days) + LATE),
        )
    )


def _forget_aside(office: Office, session: Session, holder_ids: set[str]) -> None:
    for row in stored.quarantined(session):
        if _holder_aside(office, row) in holder_ids:
            empty_aside(session, row)


def empty_aside(session: Session, row: tables.Quarantine) -> None:
    """Leave of what was set aside what would have come without the person."""
    link = Link(row.kiosk_id, row.epoch, row.seq, row.hash, row.body)
    stored.empty_quarantined(session, row, content_of(link))


def _holder_aside(office: Office, row: tables.Quarantine) -> str:
    link = Link(row.kiosk_id, row.epoch, row.seq, row.hash, row.body, b"", row.personal)
    try:
        return decode_personal(sealed.personal_side(office, link)[1]).holder_id
    except (EntryError, KeyFault):
        return ""


@dataclass(frozen=True, slots=True)
class _Said:
    """By which ids the records speak of a person, and in which words."""

    ids: tuple[str, ...]
    words: tuple[str, ...]


def _said(office: Office, session: Session, holder: tables.Holder) -> _Said:
    place = f"holder/{holder.holder_id}"
    words = (
        sealed.unseal(office, holder.name_sealed, f"{place}/name"),
        sealed.unseal(office, holder.id_sealed, f"{place}/id"),
        sealed.unseal(office, holder.phone_sealed, f"{place}/phone"),
        holder.plate,
    )
    passes = people.passes_of(session, holder.holder_id)
    ids = (holder.holder_id, *(row.pass_id for row in passes))
    said = dict.fromkeys((*words, *_former(office, passes)))
    return _Said(ids, tuple(word for word in said if len(re.sub(r"\s", "", word)) > 1))


def _former(office: Office, passes: Sequence[tables.IssuedPass]) -> Iterator[str]:
    """By which names passes were issued: the roster's may have been another one then."""
    for row in passes:
        text = sealed.unseal(office, row.text_sealed, f"issued_pass/{row.pass_id}/text")
        said = verify(text, Trust(office.keys.ring(row.issuer)), office.clock.now()).health_pass
        if said is not None:
            yield said.name


def silent(_what: str, _done: int, _of: int) -> None:
    """Tell nobody."""
