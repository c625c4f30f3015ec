"""The record of lookups: what somebody asked of the entry log, with which scope, and why."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy.orm import Session

from checkpoint.services.actions import put
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.storage import tables
from checkpoint.storage.scope import Scope


@dataclass(frozen=True, slots=True)
class Asked:
    """What goes into the lookup record beside who and when."""

    verb: str
    asked: dict[str, str]
    found: int
    why: str = ""


def note(office: Office, session: Session, by: Actor, scope: Scope, asked: Asked) -> tables.Lookup:
    """Add the line that stands or falls with the transaction."""
    line = tables.Lookup(
        at=office.now_ms(),
        account_id=by.account_id,
        role=by.role,
        verb=asked.verb,
        asked=json.dumps(asked.asked, sort_keys=True, ensure_ascii=False),
        scope=json.dumps(scope.to_json(), sort_keys=True),
        found=asked.found,
        why=asked.why,
    )
    put(office, session, line)
    return line
