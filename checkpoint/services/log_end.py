"""How far the log goes: head of the receipt log, last action, the end of every chain."""

from __future__ import annotations

import base64

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkpoint.entrylog.sunset import Standing
from checkpoint.services.receipt_log import head_of
from checkpoint.storage import receipt_log, tables


def log_end(session: Session) -> Standing:
    """The heads as the transaction sees them."""
    log = receipt_log.present(session)
    head = head_of(session, log) if log else None
    tree = f"{head.origin} {head.size} {base64.b64encode(head.root).decode()}" if head else ""
    acts = session.get_one(tables.RecordHead, "action")
    tips = session.scalars(
        select(tables.KioskChain).order_by(tables.KioskChain.kiosk_id, tables.KioskChain.epoch)
    )
    chains = tuple((tip.kiosk_id, tip.epoch, tip.seq, tip.hash.hex()) for tip in tips)
    return Standing(tree, (acts.last, acts.hash.hex()), chains)
