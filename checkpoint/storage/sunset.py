"""Everybody's personal data at once: how much there is, and leaving none of it."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ColumnElement, delete, func, inspect, select, true, update
from sqlalchemy import table as named
from sqlalchemy.orm import Session

from checkpoint.entrylog.erasure import Ground
from checkpoint.storage import cases, remarks
from checkpoint.storage.database import Database
from checkpoint.storage.mentions import BLANK, STRUCK
from checkpoint.storage.tables import (
    AccessToken,
    Action,
    AskedOnce,
    Bundle,
    CaseStep,
    Declaration,
    Delivery,
    EmergencyRequest,
    EnrolmentCode,
    Enterprise,
    EnterpriseRecord,
    Entry,
    Erasure,
    Head,
    Holder,
    HolderHealth,
    HolderPhoto,
    InspectionCase,
    IssuedPass,
    Job,
    Kiosk,
    Lookup,
    PhoneLink,
    Quarantine,
    Receipt,
    Remark,
    Restoration,
    Rider,
    SaidStatus,
    SavedView,
    SignerCertificate,
    Sunset,
    Tombstone,
    UsedStep,
    Warrant,
    WarrantRequest,
    Webhook,
    Withdrawal,
)

EVERYBODY: ColumnElement[bool] = Entry.personal != b""
"""The entries that say who it was."""
ACCOUNTS = (
    *("recovery_code", "second_factor", "account_challenges", "account_invitations"),
    *("account_sign_ins", "account_attempts", "accounts"),
)
"""The tables of accounts, in the order in which they can be emptied."""

_PERSONAL: dict[str, tuple[Any, ColumnElement[bool]]] = {
    "entries": (Entry, EVERYBODY),
    "quarantined": (Quarantine, Quarantine.personal != b""),
    "holders": (Holder, Holder.name_sealed != b""),
    "photos": (HolderPhoto, true()),
    "passes": (IssuedPass, IssuedPass.text_sealed != b""),
    "requests": (EmergencyRequest, true()),
    "links": (PhoneLink, true()),
    "contacts": (
        EnterpriseRecord,
        (EnterpriseRecord.head_sealed != b"") | (EnterpriseRecord.contacts_sealed != b""),
    ),
    "tombstones": (Tombstone, true()),
    "lookups": (Lookup, true()),
    "remarks": (Remark, Remark.words != STRUCK),
    "jobs": (Job, true()),
    "declarations": (Declaration, true()),
    "statuses": (SaidStatus, true()),
    "cases": (CaseStep, CaseStep.words_sealed != b""),
    "accounts": (named("accounts"), true()),
}
_LASTING = {
    "entries": Entry,
    "heads": Head,
    "receipts": Receipt,
    "erasures": Erasure,
    "actions": Action,
    "remarks": Remark,
    "cases": InspectionCase,
    "enterprises": Enterprise,
    "kiosks": Kiosk,
}
_SENTENCES: tuple[tuple[Any, str], ...] = (
    (Holder, "blocked_why"),
    (Holder, "left_why"),
    (IssuedPass, "revoked_why"),
    (Warrant, "revoked_why"),
    (Withdrawal, "why"),
    (WarrantRequest, "why"),
    (Kiosk, "revoked_why"),
    (SignerCertificate, "withdrawn_why"),
    (Restoration, "why"),
)
_BY_PROGRAM = ("enrol_kiosk", "erase_person", "sunset")
"""Actions whose reason an audit compares, is a ground, or stands in the certificate."""


def held(session: Session) -> Sunset | None:
    """How far the end is; None before it has begun."""
    return session.get(Sunset, 1)


def note(session: Session, step: str, facts: dict[str, object]) -> None:
    """Keep that a step is behind ('' for none yet) and what it found."""
    row = session.get_one(Sunset, 1, with_for_update=True)
    if step and step not in row.done.split():
        row.done = f"{row.done} {step}".strip()
    row.facts = json.dumps(json.loads(row.facts) | facts, sort_keys=True)


def personal(session: Session) -> dict[str, int]:
    """How much personal data there is, class by class."""
    return {name: _count(session, *rule) for name, rule in _PERSONAL.items()}


def lasting(session: Session) -> dict[str, int]:
    """How much there is of what stays."""
    return {name: _count(session, table, true()) for name, table in _LASTING.items()}


def erased(session: Session) -> int | None:
    """How many personal sides were erased as the deployment ended; None before any."""
    return session.scalar(
        select(func.sum(Erasure.entries)).where(Erasure.ground == Ground.SUNSET.value)
    )


def forget(session: Session) -> None:
    """Leave nobody's name, number, account or words; entries and what was set aside are apart.

    All records are to be linked anew afterwards. Empty lines of rosters stay, with the numbers of
    their passes.
    """
    for table in (
        PhoneLink,
        Tombstone,
        UsedStep,
        AskedOnce,
        AccessToken,
        Delivery,
        Webhook,
        EnrolmentCode,
        Bundle,
        Lookup,
        Job,
        Declaration,
        SaidStatus,
        HolderHealth,
        EmergencyRequest,
        SavedView,
        HolderPhoto,
        Rider,
    ):
        session.execute(delete(table))
    for name in ACCOUNTS:
        session.execute(delete(named(name)))
    session.execute(update(Holder).values(**BLANK))
    session.execute(update(IssuedPass).values(text_sealed=b""))
    session.execute(update(EnterpriseRecord).values(head_sealed=b"", contacts_sealed=b""))
    session.execute(update(Warrant).values(inspector=STRUCK))
    session.execute(update(WarrantRequest).values(inspector=STRUCK))
    for table, column in _SENTENCES:
        field = getattr(table, column)
        session.execute(update(table).where(field != "").values({column: STRUCK}))
    people = update(Action).where(Action.role != "system", Action.name != STRUCK)
    session.execute(people.values(name=STRUCK))
    typed = update(Action).where(Action.why != "", Action.verb.not_in(_BY_PROGRAM))
    session.execute(typed.values(why=STRUCK))
    remarks.forget(session)
    cases.forget(session)


def all_tables(database: Database) -> list[str]:
    """The names of every table of the database."""
    return inspect(database.engine).get_table_names()


def _count(session: Session, table: Any, which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(which)) or 0
