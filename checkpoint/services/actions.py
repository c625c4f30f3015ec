"""The action record: every change with who, what, when and why; linked and signed.

So are lookups and remarks: none can be changed, taken out or put in later without the server's key.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkpoint.keys import Purpose, sign_note
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.services.signatures import Signing, count
from checkpoint.storage import records, tables
from checkpoint.storage.ended_store import Ended, EndedStore
from checkpoint.storage.records import record_text


@dataclass(frozen=True, slots=True)
class Act:
    """What was done to what; ids only, nothing personal."""

    verb: str
    subject: str
    enterprise_id: str = ""
    why: str = ""


ENDS = frozenset(
    {
        *("erase_person", "revoke_pass", "withdraw_phone_link", "block_holder", "unblock_holder"),
        *("leave_holder", "return_holder"),
        *("suspend", "restore", "withdraw_certificate", "restore_certificate", "withdraw_key"),
        *("revoke_warrant", "revoke_kiosk", "revoke_token"),
    }
)
"""What must not be undone by putting a backup back: `services.repeating` does it again."""


def record(office: Office, session: Session, by: Actor, act: Act) -> None:
    """Add the line that stands or falls with the change itself.

    What ends something for good is kept outside of the database as well.
    """
    line = tables.Action(
        at=office.now_ms(),
        account_id=by.account_id,
        role=by.role,
        name=by.name,
        verb=act.verb,
        subject=act.subject,
        enterprise_id=act.enterprise_id,
        why=act.why,
    )
    put(office, session, line)
    if act.verb in ENDS and (act.verb != "restore" or act.enterprise_id):
        ground = act.why if act.verb == "erase_person" else ""
        ended = Ended(line.at, act.verb, act.subject, act.enterprise_id, ground)
        EndedStore(office.heads.folder).add_with(session, ended)


def put(office: Office, session: Session, line: records.Line) -> None:
    """Add a line at the end of its record, and sign the record as it stands then."""
    office.db.alone(session, f"record {line.__tablename__}")
    _sign(office, session, records.add(session, line))


def relink(office: Office, session: Session, which: Iterable[str] = tuple(records.COLUMNS)) -> None:
    """Link and sign records anew, in the transaction that erased something in them."""
    for record_ in which:
        office.db.alone(session, f"record {record_}")
    session.flush()
    session.expire_all()
    records.relink(session.connection(), which)
    heads = select(tables.RecordHead).where(tables.RecordHead.record.in_(which))
    for head in session.scalars(heads):
        _sign(office, session, head)


def sign_records(office: Office) -> None:
    """Sign the records that were linked by an upgrade, which has no keys. May be repeated."""
    with office.db.write() as session:
        for head in session.scalars(select(tables.RecordHead).where(tables.RecordHead.note == "")):
            _sign(office, session, head)


def _sign(office: Office, session: Session, head: tables.RecordHead) -> None:
    key = office.keys.server
    text = record_text(head.record, head.last, head.hash, office.now_ms())
    head.note = sign_note(text, Purpose.RECEIPT, key)
    count(office, session, Signing(key, Purpose.RECEIPT, f"record/{head.record}"))
