"""Ending the whole deployment: export, erase everybody, destroy the keys, certify.

0. Audit what there is. 1. Begin: from then on the server takes nothing new. 2. The export, before
the erasure with persons, after it without. 3. Everybody's personal data. 4. The sealing and index
keys. 5. What a request brought meanwhile; the files of the database. 6. Audit the rest. 7. The
certificate. Each step may be repeated; a run that was cut short is taken up by the next one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from checkpoint.clock import from_ms
from checkpoint.durable import make_folder, replace_file
from checkpoint.entrylog.report import Verdict
from checkpoint.entrylog.sunset import Certificate, open_certificate
from checkpoint.errors import Refused, StorageFault
from checkpoint.services import fields
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.erasing import Progress, silent
from checkpoint.services.office import SERVER, Office
from checkpoint.services.sunset_steps import STEPS, audited, keyring
from checkpoint.storage import sunset, tables

CERTIFICATE, TRUST = "certificate.txt", "trust.json"
"""The files in the folder that was named, beside the export."""


@dataclass(frozen=True, slots=True)
class Order:
    """What two officers confirm. `despite` goes on although an audit finds something wrong."""

    officers: tuple[Actor, Actor]
    why: str
    folder: Path
    with_persons: bool = False
    despite: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """How far the end of the deployment is; `note` is the certificate, empty until then."""

    begun: datetime
    ended: datetime | None
    folder: Path
    with_persons: bool
    done: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of each class would be erased, and how much would stay."""

    erased: dict[str, int]
    kept: dict[str, int]


def state(office: Office) -> State | None:
    """How far the end is; None while the deployment goes on."""
    with office.db.read() as session:
        row = sunset.held(session)
        return _state(row) if row else None


def planned(office: Office) -> Plan:
    """What would be done now; nothing is changed."""
    with office.db.read() as session:
        return Plan(sunset.personal(session), sunset.lasting(session))


def begin(office: Office, order: Order, progress: Progress | None = None) -> State:
    """Let the server take nothing new from now on; there is no way back.

    Raises Refused for one officer twice, another's role, a bad reason, a sunset that has begun,
    and a log in which an audit finds something wrong; StorageFault for a folder that can't be made.
    """
    first, second = order.officers
    why = fields.reason(order.why)
    if first.account_id == second.account_id:
        raise Refused("one officer can't confirm twice", remedy="let another one confirm as well")
    if {first.role, second.role} != {"bureau"}:
        raise Refused("only officers of the bureau end a deployment", remedy="name two of them")
    before = _judged(office, order, progress or silent)
    _made(order.folder)
    with office.db.write() as session:
        if sunset.held(session):
            raise Refused("the sunset has begun already", remedy="run it again to go on")
        plan = Plan(sunset.personal(session), sunset.lasting(session))
        row = tables.Sunset(
            id=1,
            begun_at=office.now_ms(),
            first_account=first.account_id,
            second_account=second.account_id,
            why=why,
            folder=str(order.folder.absolute()),
            with_persons=order.with_persons,
            done="",
            facts=json.dumps({"before": before.name.lower(), "erased": plan.erased}),
            ended_at=None,
            note="",
        )
        session.add(row)
        for officer in order.officers:
            record(office, session, officer, Act("sunset", "begin", why=why))
        return _state(row)


def proceed(office: Office, progress: Progress | None = None) -> tuple[Certificate, State]:
    """Do what is left of a sunset that has begun; its certificate, whose files are written.

    Raises Refused where none has begun. After a fault, or when killed, call it again.
    """
    with office.db.read() as session:
        row = sunset.held(session)
    if row is None:
        raise Refused("no sunset has begun", remedy="name two officers and a reason")
    _made(Path(row.folder))
    order = ("export", "erase") if row.with_persons else ("erase", "export")
    for step in (*order, "destroy", "compact", "audit", "certify"):
        if step not in row.done.split():
            found = STEPS[step](office, row, progress or silent)
            with office.db.write() as session:
                sunset.note(session, step, found)
                row = session.get_one(tables.Sunset, 1)
    _write(row, CERTIFICATE, row.note.encode())
    keyring(office).save(Path(row.folder) / TRUST)
    return open_certificate(row.note, office.keys.ring(SERVER)), _state(row)


def _judged(office: Office, order: Order, tell: Progress) -> Verdict:
    report = audited(office, tell)
    if report.verdict is not Verdict.INTACT and not order.despite:
        found = report.first.words if report.first else "see the audit"
        raise Refused(
            f"the log is {report.verdict.name.lower()}: {found}",
            remedy="--despite-findings goes on, and the certificate says so",
        )
    return report.verdict


def _state(row: tables.Sunset) -> State:
    ended = None if row.ended_at is None else from_ms(row.ended_at)
    done = tuple(row.done.split())
    return State(from_ms(row.begun_at), ended, Path(row.folder), row.with_persons, done, row.note)


def _made(folder: Path) -> None:
    try:
        make_folder(folder)
    except OSError as fault:
        raise StorageFault(
            f"{folder}: {fault.strerror}", remedy="name a folder that can be made"
        ) from fault


def _write(row: tables.Sunset, name: str, blob: bytes) -> None:
    path = Path(row.folder) / name
    try:
        replace_file(path, blob, mode=0o644)
    except OSError as fault:
        raise StorageFault(
            f"{path}: {fault.strerror}", remedy="make room, then run it again"
        ) from fault
