"""What the bureau keeps of an enterprise, and how bureau and enterprise change it.

Each change names the version that it was made from; when somebody was faster, nothing is taken
and the second is told who it was. The action record says which fields changed, never their values.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from checkpoint.errors import NotFound, Overtaken, Refused
from checkpoint.services import fields, sealed
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.storage import enterprises as stored
from checkpoint.storage import places, tables

CONTACTS_MOST = 5
STAFF_MOST = 1_000_000
VERB = "change_enterprise"
REGISTER = ("name", "township", "industry", "above_scale")
"""Fields of the enterprise's own line in the register."""
OWN = frozenset(
    {"contacts", "medical", "medical_phone", "isolation", "isolation_where", "address", "staff"}
)
"""Fields that the enterprise changes by itself; the bureau changes all."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A person to be reached: the head 法定代表人/负责人, or a contact 联系人 with a role."""

    name: str
    phone: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class EnterpriseRecord:
    """The record of an enterprise; `version` 0 and empty fields before anything was said.

    `staff` is a count of people, 0 for not known; `isolation` whether there is an isolation room,
    None for not said; `medical` the nearest medical institution to be called.
    """

    version: int = 0
    address: str = ""
    staff: int = 0
    head: Contact | None = None
    contacts: tuple[Contact, ...] = ()
    medical: str = ""
    medical_phone: str = ""
    isolation: bool | None = None
    isolation_where: str = ""


@dataclass(frozen=True, slots=True)
class ChangeForm:
    """Fields of `EnterpriseRecord` and of `REGISTER` by name, with what they are to be.

    `version` is the one that the person saw; None takes what is there, as an import does.
    """

    enterprise_id: str
    changes: Mapping[str, object]
    version: int | None = None


def record_of(office: Office, enterprise_id: str) -> EnterpriseRecord:
    """The record with its persons' names. Raises NotFound."""
    with office.db.read() as session:
        places.enterprise(session, enterprise_id)
        return _unsealed(office, session.get(tables.EnterpriseRecord, enterprise_id))


def change(office: Office, by: Actor, form: ChangeForm) -> tuple[str, ...]:
    """Change an enterprise's record; the names of the fields that are other than before.

    Raises NotFound, Refused naming a wrong field, Overtaken when somebody was faster.
    """
    wanted = checked(form.changes)
    if by.role == "enterprise" and (foreign := sorted(set(wanted) - OWN)):
        raise Refused(f"{foreign[0]} is the bureau's to change", remedy="ask the bureau")
    with office.db.write() as session:
        return changed(office, session, by, replace(form, changes=wanted))


def changed(office: Office, session: Session, by: Actor, form: ChangeForm) -> tuple[str, ...]:
    """The same within a transaction, of fields that `checked` gave."""
    wanted: Mapping[str, Any] = form.changes
    home = places.enterprise(session, form.enterprise_id, lock=True)
    row = session.get(tables.EnterpriseRecord, form.enterprise_id)
    was = values(office, home, row)
    if form.version is not None and form.version != (row.version if row else 0):
        raise _overtaken(session, form.enterprise_id)
    other = tuple(name for name, value in wanted.items() if value != was[name])
    if other:
        _write(office, session, (home, row), {name: wanted[name] for name in other})
        told = ", ".join(other)
        record(office, session, by, Act(VERB, home.enterprise_id, home.enterprise_id, told))
    return other


def values(
    office: Office, home: tables.Enterprise, row: tables.EnterpriseRecord | None
) -> dict[str, Any]:
    """What an enterprise's two lines say, by the names that a change has."""
    held = _unsealed(office, row)
    return {name: getattr(home if name in REGISTER else held, name) for name in _CHECKS}


def checked(changes: Mapping[str, object]) -> dict[str, Any]:
    """The fields in the form that is stored. Raises Refused naming the first wrong one."""
    if strange := sorted(set(changes) - set(_CHECKS)):
        raise Refused(f"{strange[0]} is no field of an enterprise", remedy="leave it out")
    return {name: _CHECKS[name](value) for name, value in changes.items()}


def _line(name: str, most: int = 64, least: int = 0) -> Callable[[Any], str]:
    return lambda value: fields.line(name, value, most=most, least=least)


def _staff(value: Any) -> int:
    if not 0 <= value <= STAFF_MOST:
        raise Refused("staff is out of range", remedy=f"give 0 to {STAFF_MOST}")
    return int(value)


def _head(value: Any) -> Contact | None:
    return (
        None if value is None else replace(_contact(("head", "head_phone", "head"), value), role="")
    )


def _contacts(value: Any) -> tuple[Contact, ...]:
    if len(value) > CONTACTS_MOST:
        raise Refused("contacts are too many", remedy=f"give {CONTACTS_MOST} at most")
    return tuple(
        _contact((f"contacts-{at}-name", f"contacts-{at}-phone", f"contacts-{at}-role"), one)
        for at, one in enumerate(value)
    )


def _contact(called: tuple[str, str, str], one: Contact) -> Contact:
    name, phone, role = called
    return Contact(
        fields.line(name, one.name),
        fields.phone(phone, one.phone),
        fields.line(role, one.role, least=0),
    )


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": _line("name", least=1),
    "township": _line("township"),
    "industry": _line("industry"),
    "above_scale": bool,
    "address": _line("address", 128),
    "staff": _staff,
    "head": _head,
    "contacts": _contacts,
    "medical": _line("medical"),
    "medical_phone": lambda value: fields.phone("medical_phone", value),
    "isolation": lambda value: None if value is None else bool(value),
    "isolation_where": _line("isolation_where"),
}


def _write(
    office: Office,
    session: Session,
    rows: tuple[tables.Enterprise, tables.EnterpriseRecord | None],
    changes: dict[str, Any],
) -> None:
    home, row = rows
    if row is None:
        row = _blank(home.enterprise_id)
        session.add(row)
    row.version += 1
    for name, value in changes.items():
        if name in ("head", "contacts"):
            people = ((value,) if value else ()) if name == "head" else value
            setattr(row, f"{name}_sealed", _sealed(office, home.enterprise_id, name, people))
        else:
            setattr(home if name in REGISTER else row, name, value)


def _blank(enterprise_id: str) -> tables.EnterpriseRecord:
    return tables.EnterpriseRecord(
        enterprise_id=enterprise_id,
        version=0,
        address="",
        staff=0,
        medical="",
        medical_phone="",
        isolation=None,
        isolation_where="",
        head_sealed=b"",
        contacts_sealed=b"",
    )


def place(enterprise_id: str, column: str) -> str:
    """What a sealed field is bound to."""
    return f"enterprise_record/{enterprise_id}/{column}"


def _sealed(office: Office, enterprise_id: str, column: str, people: tuple[Contact, ...]) -> bytes:
    if not people:
        return b""
    told = json.dumps([[one.name, one.phone, one.role] for one in people], ensure_ascii=False)
    return sealed.seal(office, told, place(enterprise_id, column))


def _unsealed(office: Office, row: tables.EnterpriseRecord | None) -> EnterpriseRecord:
    if row is None:
        return EnterpriseRecord()

    def people(column: str, blob: bytes) -> tuple[Contact, ...]:
        told = sealed.unseal(office, blob, place(row.enterprise_id, column)) or "[]"
        return tuple(Contact(*one) for one in json.loads(told))

    return EnterpriseRecord(
        version=row.version,
        address=row.address,
        staff=row.staff,
        head=next(iter(people("head", row.head_sealed)), None),
        contacts=people("contacts", row.contacts_sealed),
        medical=row.medical,
        medical_phone=row.medical_phone,
        isolation=row.isolation,
        isolation_where=row.isolation_where,
    )


def _overtaken(session: Session, enterprise_id: str) -> Exception:
    last = stored.last_change(session, enterprise_id, VERB)
    if last is None:
        return NotFound(f"no version of enterprise {enterprise_id!r}")
    return Overtaken(last.name, last.at)
