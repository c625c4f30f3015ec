"""Other names for sites and gates; their ids, which passes and entries hold, stay."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from checkpoint.errors import NotFound, Overtaken
from checkpoint.services import fields
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.storage import enterprises, places, tables


@dataclass(frozen=True, slots=True)
class NameForm:
    """A name for a place of an enterprise; `was` is the one that the person saw."""

    enterprise_id: str
    was: str
    name: str


def rename_site(office: Office, by: Actor, site_id: str, form: NameForm) -> None:
    """Name a site anew. Raises NotFound, Refused, Overtaken when somebody else renamed it."""
    with office.db.write() as session:
        places.enterprise(session, form.enterprise_id, lock=True)
        row = places.site(session, form.enterprise_id, site_id)
        _rename(office, session, by, row, form)


def rename_gate(office: Office, by: Actor, gate_id: str, form: NameForm) -> None:
    """Name a gate anew, as `rename_site`."""
    with office.db.write() as session:
        places.enterprise(session, form.enterprise_id, lock=True)
        row, home = places.gate(session, gate_id)
        if home.enterprise_id != form.enterprise_id:
            raise NotFound(f"no gate {gate_id!r}")
        _rename(office, session, by, row, form)


def _rename(
    office: Office, session: Session, by: Actor, row: tables.Site | tables.Gate, form: NameForm
) -> None:
    site = isinstance(row, tables.Site)
    verb, subject = ("rename_site" if site else "rename_gate"), _id(row)
    if row.name != form.was:
        last = enterprises.last_change(session, form.enterprise_id, verb)
        raise Overtaken(last.name if last else "", last.at if last else office.now_ms())
    name = fields.line("name", form.name)
    if name != row.name:
        row.name = name
        record(office, session, by, Act(verb, subject, form.enterprise_id))


def _id(row: tables.Site | tables.Gate) -> str:
    return row.site_id if isinstance(row, tables.Site) else row.gate_id
