"""The enterprises of the register as a table: those that a filter leaves, by id.

Phones of persons are left out, unless somebody asks for them with a reason; either way the action
record says who took the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from checkpoint.services import enterprise_record, fields, register
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.services.register import Wanted
from checkpoint.services.rows import EnterpriseRow
from checkpoint.storage import enterprises


@dataclass(frozen=True, slots=True)
class RegisterOrder:
    """Which enterprises, what the record names (a job), and whether phones are wanted."""

    subject: str
    wanted: Wanted
    phones: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """An enterprise in the table; `values` by the names of `enterprise_record`'s changes."""

    row: EnterpriseRow
    values: Mapping[str, Any] = field(repr=False)


def table(office: Office, by: Actor, order: RegisterOrder) -> tuple[RegisterLine, ...]:
    """The enterprises that are meant; who took them is recorded first.

    Raises Refused for phones without a reason.
    """
    why = fields.reason(order.why) if order.phones else ""
    verb = "export_enterprises_full" if order.phones else "export_enterprises"
    with office.db.write() as session:
        record(office, session, by, Act(verb, order.subject, why=why))
    rows = register.every(office, order.wanted)
    with office.db.read() as session:
        held = {
            home.enterprise_id: enterprise_record.values(office, home, line)
            for home, line in enterprises.with_records(session)
        }
    return tuple(RegisterLine(row, held[row.enterprise.enterprise_id]) for row in rows)
