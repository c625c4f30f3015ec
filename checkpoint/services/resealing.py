"""Replacing the key of personal fields and of their blind indexes while the server runs.

1. A fresh key seals and indexes from now on; both are believed. 2. Every row under the one
before is sealed anew, a slice a transaction. 3. After a pause as long as a request may last, once
more: nothing is then under the old key. 4. It is destroyed; old copies of the database, write-ahead
log archives and backups say nothing any more. A run that was cut short goes on where it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from checkpoint.domain.declaration import Card
from checkpoint.entrylog import Link, decode_personal
from checkpoint.errors import EntryError, KeyFault
from checkpoint.services import (
    case_steps,
    emergency_requests,
    enterprise_record,
    job_files,
    phone,
    photos,
    roster_search,
    sealed,
)
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import SYSTEM, Actor
from checkpoint.services.erasing import Progress, silent
from checkpoint.services.health_forms import body_place, origin_text, why_place
from checkpoint.services.office import Office
from checkpoint.storage import erasures as stored
from checkpoint.storage import health, sealed_rows, tables
from checkpoint.storage.tables.second_factors import code_place, seed_place
from checkpoint.storage.tables.webhooks import secret_place

SLICE = 200
REQUEST_S = 60.0
"""The longest that a request may last: what it sealed by the old key is stored by then."""


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many rows were sealed anew, how many could not be opened, and the key that seals now."""

    rows: int
    unreadable: int
    key_id: str


def rotate(
    office: Office,
    pause: Callable[[float], None],
    by: Actor = SYSTEM,
    progress: Progress | None = None,
) -> Resealed:
    """Replace the sealing key, or end a rotation that was begun; `pause` waits for seconds.

    What could not be opened before (an audit names it) can't be opened after either.
    """
    tell = progress or silent
    ring = office.keys.begin_resealing()  # 1
    rows, _ = _pass(office, tell)  # 2
    pause(REQUEST_S)
    more, unreadable = _pass(office, tell)  # 3
    key_id = ring.key_id.hex()
    with office.db.write() as session:
        record(office, session, by, Act("rotate_sealing", key_id))
    office.keys.end_resealing()  # 4
    office.db.scrub(*stored.TOUCHED, "second_factor", "recovery_code", whole=True)
    return Resealed(rows + more, unreadable, key_id)


def _pass(office: Office, tell: Progress) -> tuple[int, int]:
    """Seal every row anew that is not under the newest key; how many, and how many could not."""
    done = failed = 0
    key_id = office.keys.sealing.key_id
    for table, (key, _) in sealed_rows.SEALED.items():
        with office.db.read() as session:
            total = sealed_rows.count(session, table, key_id)
        after, seen = None, 0
        while True:
            tell(table.__tablename__, seen, total)
            with office.db.write() as session:
                rows = sealed_rows.some(session, table, key_id, after, SLICE)
                if not rows:
                    break
                after = getattr(rows[-1], key.key)
                wrong = sum(not _anew(office, session, row) for row in rows)
            seen += len(rows)
            done, failed = done + len(rows) - wrong, failed + wrong
    return done, failed


def _anew(office: Office, session: Session, row: Any) -> bool:
    """Seal the fields of one row under the newest key; False where one can't be opened."""
    try:
        _RESEAL[type(row)](office, session, row)
    except (KeyFault, EntryError, UnicodeDecodeError):
        return False
    return True


def _moved(office: Office, field: bytes, place: str) -> bytes:
    return sealed.seal(office, sealed.unseal(office, field, place), place)


def _holder(office: Office, _session: Session, row: tables.Holder) -> None:
    place = f"holder/{row.holder_id}"
    name = sealed.unseal(office, row.name_sealed, f"{place}/name")
    number = sealed.unseal(office, row.id_sealed, f"{place}/id")
    phone = sealed.unseal(office, row.phone_sealed, f"{place}/phone")
    row.name_sealed = sealed.seal(office, name, f"{place}/name")
    row.name_index = sealed.index(office, "name", name)
    if row.id_sealed is not None:
        row.id_sealed = sealed.seal(office, number, f"{place}/id")
        row.id_index = sealed.index(office, "id_number", number)
    if row.phone_sealed is not None:
        row.phone_sealed = sealed.seal(office, phone, f"{place}/phone")
    roster_search.keep(office, row)


def _photo(office: Office, _session: Session, row: tables.HolderPhoto) -> None:
    place, ring = photos.place(row.holder_id), office.keys.sealing
    row.jpeg_sealed = ring.seal(ring.open(row.jpeg_sealed, place), place)


def _pass_text(office: Office, _session: Session, row: tables.IssuedPass) -> None:
    row.text_sealed = _moved(office, row.text_sealed, f"issued_pass/{row.pass_id}/text")


def _link_host(office: Office, _session: Session, row: tables.PhoneLink) -> None:
    if row.host_sealed:
        row.host_sealed = _moved(office, row.host_sealed, phone.host_place(row.link_hash))


def _enterprise(office: Office, _session: Session, row: tables.EnterpriseRecord) -> None:
    for column in ("head", "contacts"):
        if blob := getattr(row, f"{column}_sealed"):
            bound = enterprise_record.place(row.enterprise_id, column)
            setattr(row, f"{column}_sealed", _moved(office, blob, bound))


def _case_words(office: Office, _session: Session, row: tables.CaseStep) -> None:
    if row.words_sealed:
        place = case_steps.place(row.case_id, row.number)
        row.words_sealed = _moved(office, row.words_sealed, place)


def _driver(office: Office, _session: Session, row: tables.EmergencyRequest) -> None:
    bound = emergency_requests.place(row.request_id)
    row.driver_sealed = _moved(office, row.driver_sealed, bound)


def _seed(office: Office, _session: Session, row: tables.SecondFactor) -> None:
    if row.seed_sealed:
        row.seed_sealed = _moved(office, row.seed_sealed, seed_place(row.factor_id))


def _recovery(office: Office, _session: Session, row: tables.RecoveryCode) -> None:
    row.code_sealed = _moved(office, row.code_sealed, code_place(row.code_id))


def _job(office: Office, _session: Session, row: tables.Job) -> None:
    row.key_sealed = _moved(office, row.key_sealed, job_files.key_place(row.job_id))


def _declaration(office: Office, session: Session, row: tables.Declaration) -> None:
    place = body_place(row.holder_id, row.kind, row.version)
    body = sealed.unseal(office, row.body_sealed, place)
    row.body_sealed = sealed.seal(office, body, place)
    if not row.origin_index:
        return
    before = row.origin_index
    row.origin_index = sealed.index(office, "origin", origin_text(Card.of(json.loads(body))))
    line = health.of(session, row.holder_id)
    if line is not None and line.origin_index == before:
        line.origin_index = row.origin_index


def _said_status(office: Office, _session: Session, row: tables.SaidStatus) -> None:
    row.why_sealed = _moved(office, row.why_sealed, why_place(row.holder_id, row.at))


def _webhook(office: Office, _session: Session, row: tables.Webhook) -> None:
    place = secret_place(row.hook_id)
    row.secret_sealed = _moved(office, row.secret_sealed, place)
    if row.older_sealed is not None:
        row.older_sealed = _moved(office, row.older_sealed, place)


def _stone(office: Office, session: Session, row: tables.Tombstone) -> None:
    holder_id = sealed.unseal(office, row.holder_sealed, f"tombstone/{row.holder_index.hex()}")
    index = sealed.index(office, "tombstone", holder_id)
    stone = tables.Tombstone(
        holder_index=index,
        holder_sealed=sealed.seal(office, holder_id, f"tombstone/{index.hex()}"),
        enterprise_id=row.enterprise_id,
        made_at=row.made_at,
        expires_at=row.expires_at,
    )
    session.delete(row)
    session.merge(stone)


def _side(office: Office, row: tables.Entry | tables.Quarantine) -> Link:
    link = Link(row.kiosk_id, row.epoch, row.seq, row.hash, row.body, b"", row.personal)
    salt, plain = sealed.personal_side(office, link)
    return replace(link, salt=salt, personal=plain)


def _aside(office: Office, _session: Session, row: tables.Quarantine) -> None:
    row.personal = sealed.seal_side(office, _side(office, row))


def _entry(office: Office, _session: Session, row: tables.Entry) -> None:
    link = _side(office, row)
    row.personal = sealed.seal_side(office, link)
    if row.name_index is None and row.tail_index is None:
        return
    person = decode_personal(link.personal)
    row.name_index = sealed.index(office, "name", person.name) if row.name_index else None
    row.tail_index = sealed.index(office, "id_tail", person.id_tail) if row.tail_index else None


_RESEAL: dict[type, Callable[[Office, Session, Any], None]] = {
    tables.Holder: _holder,
    tables.HolderPhoto: _photo,
    tables.IssuedPass: _pass_text,
    tables.PhoneLink: _link_host,
    tables.EmergencyRequest: _driver,
    tables.EnterpriseRecord: _enterprise,
    tables.Job: _job,
    tables.Declaration: _declaration,
    tables.SaidStatus: _said_status,
    tables.Webhook: _webhook,
    tables.Tombstone: _stone,
    tables.SecondFactor: _seed,
    tables.RecoveryCode: _recovery,
    tables.CaseStep: _case_words,
    tables.Quarantine: _aside,
    tables.Entry: _entry,
}
