"""Enterprises from a sheet into the register: first what would happen, then all of it at once.

An enterprise is known by its unified social credit code. A cell that is empty leaves what is kept;
nobody is removed, and a short id never changes. What is written stands in one transaction, so the
same file may be imported again and again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from checkpoint.errors import Refused
from checkpoint.services import authorizing, enterprise_record
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.enterprise_record import CONTACTS_MOST, REGISTER, ChangeForm, Contact
from checkpoint.services.enterprise_sheet import LAYOUT, ROWS, EnterpriseLine, line_of
from checkpoint.services.forms import EnterpriseForm
from checkpoint.services.office import Office
from checkpoint.services.sheet_faults import Fault
from checkpoint.services.sheet_import import CHUNK, Hold, Looked, Progress, Verdict, bring_in
from checkpoint.services.sheets import read, table
from checkpoint.services.spelling import initials
from checkpoint.storage import enterprises, places, tables

_TAIL = re.compile(r"(股份|有限|责任|集团|公司|分公司|厂)+$")
_ID_MOST = 12
_UNSPELT = "ent"
"""What a short id begins with where the name has no character that can be spelt."""


@dataclass(frozen=True, slots=True)
class Known:
    """An enterprise of the register; `version` 0 before its record was written."""

    enterprise_id: str
    version: int
    values: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Written:
    """An enterprise to be written: what is to be other than it is; `fresh` is to be registered."""

    enterprise_id: str
    credit_code: str
    changes: Mapping[str, Any] = field(repr=False)
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Plan(Looked):
    """What an import would do: besides the look, what it writes.

    `basis` is the register that it was made from: enterprise id → version.
    """

    writes: tuple[Written, ...] = field(repr=False)
    basis: dict[str, int] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file, and what the action record names. `only_valid` leaves out rows that are wrong."""

    subject: str
    blob: bytes = field(repr=False)
    only_valid: bool = False


def plan(office: Office, blob: bytes, progress: Progress) -> Plan:
    """What importing a file would do now; nothing is changed. Raises Refused for a bad file."""
    found = table(read(blob, ROWS), LAYOUT, ROWS)
    known = _known(office)
    taken = {one.enterprise_id for one in known.values()}
    lines = {row.number: line_of(row) for row in found.rows}
    # An id that a later row names is not given away to an earlier one without.
    named = {line.enterprise_id for line in lines.values() if isinstance(line, EnterpriseLine)}
    first: dict[str, int] = {}
    verdicts, faults, writes = {}, list[Fault](), list[Written]()
    for at, (number, line) in enumerate(lines.items()):
        if at % CHUNK == 0:
            progress(at, len(lines))
        if isinstance(line, EnterpriseLine):
            before = known.get(line.credit_code)
            wrong = _collision(line, before, taken, first)
        else:
            before, wrong = None, line
        if wrong or isinstance(line, list):
            faults += wrong
            verdicts[number] = Verdict.WRONG
            continue
        written = _written(line, before, taken | named)
        taken.add(written.enterprise_id)
        verdicts[number] = _verdict(written)
        if verdicts[number] is not Verdict.SAME:
            writes.append(written)
    progress(len(lines), len(lines))
    basis = {one.enterprise_id: one.version for one in known.values()}
    return Plan(found, verdicts, tuple(faults), tuple(writes), basis)


def carry_out(office: Office, by: Actor, upload: Upload, made: Plan, hold: Hold) -> bool:
    """Write what a plan says, in one transaction, which begins with `hold`.

    False when the register changed since; nothing was written then.
    """
    with office.db.write() as session:
        hold(session)
        office.db.alone(session, "register")
        for enterprise_id in sorted(one.enterprise_id for one in made.writes if not one.fresh):
            places.enterprise(session, enterprise_id, lock=True)
        if _basis(session) != made.basis:
            return False
        for one in made.writes:
            _write(office, session, by, one)
        if made.writes:
            record(office, session, by, Act("import_enterprises", upload.subject))
    return True


def import_enterprises(
    office: Office, by: Actor, upload: Upload, hold: Hold, progress: Progress
) -> Plan:
    """Import a file; what was done. Raises Refused as `sheet_import.bring_in`."""
    return bring_in(
        lambda: plan(office, upload.blob, progress),
        lambda made: carry_out(office, by, upload, made, hold),
        only_valid=upload.only_valid,
    )


def short_id_for(name: str, is_taken: Callable[[str], bool]) -> str:
    """A short id from the initials of a name's pinyin, with a number where that one is taken."""
    start = initials(_TAIL.sub("", name.strip()))[:_ID_MOST]
    start = start if len(start) > 1 else f"{_UNSPELT}{start}"
    number, made = 1, start
    while is_taken(made) or not _may_be(made):
        number += 1
        made = f"{start}-{number}"
    return made


def free_short_id(office: Office, name: str) -> str:
    """The short id that an import would make for a new enterprise of this name now."""
    with office.db.read() as session:
        return short_id_for(name, lambda made: session.get(tables.Enterprise, made) is not None)


def _may_be(text: str) -> bool:
    try:
        authorizing.short_id_of(text)
    except Refused:
        return False
    return True


def _written(line: EnterpriseLine, before: Known | None, taken: set[str]) -> Written:
    """What a row writes; no changes where it says what is kept."""
    if before is None:
        short = line.enterprise_id or short_id_for(line.given["name"], taken.__contains__)
        people = (line.contact,) if line.contact else ()
        return Written(short, line.credit_code, line.given | {"contacts": people}, fresh=True)
    was, wanted = before.values, dict(line.given)
    if "head" in wanted and was["head"]:
        wanted["head"] = _same_phone(wanted["head"], was["head"])
    if line.contact:
        wanted["contacts"] = _among(line.contact, was["contacts"])
    other = {name: value for name, value in wanted.items() if value != was[name]}
    return Written(before.enterprise_id, line.credit_code, other)


def _same_phone(said: Contact, was: Contact) -> Contact:
    """The person as said; without a phone the same person keeps the one that is kept."""
    kept = said.phone or (was.phone if was.name == said.name else "")
    return Contact(said.name, kept, was.role if was.name == said.name else "")


def _among(said: Contact, was: tuple[Contact, ...]) -> tuple[Contact, ...]:
    """The contacts with one more, or with that one's new phone."""
    if said.name in [one.name for one in was]:
        return tuple(_same_phone(said, one) if one.name == said.name else one for one in was)
    return (*was, said)


def _verdict(written: Written) -> Verdict:
    if written.fresh:
        return Verdict.NEW
    return Verdict.CHANGED if written.changes else Verdict.SAME


def _collision(
    line: EnterpriseLine, before: Known | None, taken: set[str], first: dict[str, int]
) -> list[Fault]:
    """What is wrong with a row beside others of the file and of the register."""
    other = first.setdefault(line.credit_code, line.row)
    if other != line.row:
        return [Fault(line.row, "credit_code", "twice_code", line.credit_code, other)]
    short = line.enterprise_id
    if before is None and short in taken:
        return [Fault(line.row, "enterprise_id", "short_id_taken", short)]
    if before is not None and short not in ("", before.enterprise_id):
        return [Fault(line.row, "enterprise_id", "short_id_other", short)]
    held = _among(line.contact, before.values["contacts"]) if before and line.contact else ()
    if len(held) > CONTACTS_MOST:
        return [Fault(line.row, "contact", "contacts_full", f"{held[-1].name[:1]}*")]
    return []


def _write(office: Office, session: Session, by: Actor, one: Written) -> None:
    if one.fresh:
        told = {name: one.changes[name] for name in REGISTER if name in one.changes}
        form = EnterpriseForm(one.enterprise_id, credit_code=one.credit_code, **told)
        authorizing.registered(office, session, by, form)
    wanted = enterprise_record.checked(one.changes)
    enterprise_record.changed(office, session, by, ChangeForm(one.enterprise_id, wanted))


def _known(office: Office) -> dict[str, Known]:
    """The enterprises of the register by credit code."""
    with office.db.read() as session:
        return {
            home.credit_code: Known(
                home.enterprise_id,
                0 if line is None else line.version,
                enterprise_record.values(office, home, line),
            )
            for home, line in enterprises.with_records(session)
        }


def _basis(session: Session) -> dict[str, int]:
    found = enterprises.with_records(session)
    return {home.enterprise_id: 0 if line is None else line.version for home, line in found}
