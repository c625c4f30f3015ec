"""After a restore: another receipt log begins, and what was lost is waited for.

The chains belong to the kiosks and come back to the same heads; the receipt log is this
server's, in the order in which things came, and can't be made again. So a new one begins that
names the old (docs/decisions/0006).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, to_ms
from checkpoint.entrylog.tree_head import TreeHead
from checkpoint.errors import Refused
from checkpoint.services import fields, receipt_log
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.office import SERVER, Office
from checkpoint.storage import log, restorations, tables
from checkpoint.storage.receipt_log import last_head, present

WHOLE_AGAIN = "all is here again"


@dataclass(frozen=True, slots=True)
class Missing:
    """A chain that had gone further: up to `seq`; every entry up to `held` is here now.

    `known` is false for a kiosk that this database never met: it must be enrolled again.
    """

    kiosk_id: str
    epoch: int
    seq: int
    held: int
    known: bool


@dataclass(frozen=True, slots=True)
class Restored:
    """A restore that is not over: when, from a backup of when, and what is missing still."""

    at: datetime
    backup_at: datetime | None
    missing: tuple[Missing, ...]


def begin(office: Office, by: Actor, why: str, backup_at: datetime | None = None) -> Restored:
    """Take the database as restored: from now on receipts are signed again, in another log.

    Raises Refused where it holds all that was ever signed: nothing was lost.
    """
    reason = fields.reason(why)
    with office.db.write() as session:
        office.db.alone(session, "receipt log")
        held = present(session)
        if held and not receipt_log.behind(office, session, held):
            words = "the database holds all that this server signed"
            raise Refused(words, remedy="start the server; nothing is missing")
        own = TreeHead.read(last_head(session, held)) if held else None
        name = own.name if own else secrets.token_hex(8)
        known = TreeHead.open(office.heads.furthest(name), office.keys.ring(SERVER))
        furthest = max(filter(None, (known, own)), key=lambda x: (x.begun, x.size), default=None)
        receipt_log.begin(office, session, name, furthest)
        at = office.now_ms()
        restoration = restorations.begin(session, at, to_ms(backup_at) if backup_at else None)
        for (kiosk_id, epoch), tip in sorted(office.heads.tips(name).items()):
            if not _reached(session, (kiosk_id, epoch), tip):
                restorations.wait_for(session, restoration, (kiosk_id, epoch), tip)
        record(office, session, by, Act("restore", f"log {name}", why=reason))
        session.flush()
        settle(office, session)
        return Restored(from_ms(at), backup_at, tuple(_missing(session, restoration)))


def unfinished(office: Office) -> Restored | None:
    """The restore that is not over; None in ordinary times."""
    with office.db.read() as session:
        row = restorations.unfinished(session)
        if row is None:
            return None
        backup_at = None if row.backup_at is None else from_ms(row.backup_at)
        return Restored(from_ms(row.at), backup_at, tuple(_missing(session, row)))


def settle(office: Office, session: Session) -> None:
    """End the restore when every chain is as far as it had been."""
    row = restorations.unfinished(session)
    if row is not None and not any(True for _ in _missing(session, row)):
        restorations.end(row, office.now_ms(), WHOLE_AGAIN)


def accept(office: Office, by: Actor, why: str) -> None:
    """Take what is missing as lost, with a reason that says what. Raises Refused without any."""
    reason = fields.reason(why)
    with office.db.write() as session:
        row = restorations.unfinished(session)
        if row is None:
            raise Refused("no restore is unfinished", remedy="nothing is to be done")
        missing = _missing(session, row)
        lost = ", ".join(f"{x.kiosk_id}/{x.epoch}/{x.held + 1}-{x.seq}" for x in missing)
        restorations.end(row, office.now_ms(), reason)
        record(office, session, by, Act("accept_loss", lost[:200], why=reason))


def held(office: Office, kiosk_id: str, epoch: int) -> tuple[int, int]:
    """Up to which number every entry of a kiosk's epoch has come, and the last that has; or 0."""
    with office.db.read() as session:
        place = kiosk_id, epoch
        return log.held_through(session, place), log.tip(session, place)


def _missing(session: Session, row: tables.Restoration) -> Iterator[Missing]:
    for awaited in restorations.awaited(session, row):
        place = awaited.kiosk_id, awaited.epoch
        if not _reached(session, place, (awaited.seq, awaited.hash)):
            known = session.get(tables.Kiosk, awaited.kiosk_id) is not None
            yield Missing(*place, awaited.seq, log.held_through(session, place), known)


def _reached(session: Session, place: tuple[str, int], tip: tuple[int, bytes]) -> bool:
    seq, hash_ = tip
    return log.hash_at(session, place, seq) == hash_ and log.held_through(session, place) >= seq
