"""The operating guide for inspectors 查验员操作指南: who confirmed having read which version."""

from __future__ import annotations

from datetime import datetime

from checkpoint.clock import from_ms
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.storage import requests, tables

GUIDE = 1
"""The present version: a greater one, with other pages, asks everybody to read anew."""


def confirm(office: Office, by: Actor, enterprise_id: str) -> None:
    """The actor has read the present guide. Said twice, the first time counts."""
    with office.db.write() as session:
        office.db.alone(session, f"guide {by.account_id}")
        if session.get(tables.GuideReading, (by.account_id, GUIDE)) is not None:
            return
        row = tables.GuideReading(account_id=by.account_id, guide=GUIDE, at=office.now_ms())
        session.add(row)
        record(office, session, by, Act("confirm_guide", by.account_id, enterprise_id, str(GUIDE)))


def confirmed(office: Office) -> dict[str, datetime]:
    """When each account confirmed the present guide."""
    with office.db.read() as session:
        return {key: from_ms(at) for key, at in requests.readings(session, GUIDE).items()}
