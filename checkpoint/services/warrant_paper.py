"""What the printed certificate of a warrant says, signed by the server."""

from __future__ import annotations

from dataclasses import dataclass

from checkpoint.clock import from_ms
from checkpoint.credential.warrant_note import WarrantStatement, sign_statement
from checkpoint.errors import NotFound, Refused
from checkpoint.keys import Purpose
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.services.signatures import Signing, count
from checkpoint.services.stored import warrant_of
from checkpoint.storage import places, tables
from checkpoint.storage.scope import Scope


@dataclass(frozen=True, slots=True)
class WarrantPaper:
    """The statement, the note for the code, and the names of the sites (none for all)."""

    statement: WarrantStatement
    note: str
    sites: tuple[str, ...]


def paper(
    office: Office, by: Actor, scope: Scope, warrant_id: str, account_id: str = ""
) -> WarrantPaper:
    """The certificate of a warrant of a scope, or of the account that holds it.

    Raises NotFound, and Refused for a warrant that is revoked or has ended.
    """
    key = office.keys.server
    with office.db.write() as session:
        row = session.get(tables.Warrant, warrant_id)
        if row is None or not (
            scope.covers(row.enterprise_id) or (account_id and row.account_id == account_id)
        ):
            raise NotFound(f"no warrant {warrant_id!r}")
        if row.revoked_at is not None or row.valid_until <= office.now_ms():
            raise Refused("warrant has ended: no certificate", remedy="renew it")
        home = places.enterprise(session, row.enterprise_id)
        warrant = warrant_of(row)
        statement = WarrantStatement(warrant, home.name, from_ms(row.granted_at))
        count(office, session, Signing(key, Purpose.RECEIPT, f"warrant/{warrant_id}"), by)
        names = {s.site_id: s.name for s in places.sites(session, row.enterprise_id)}
    sites = tuple(names.get(site_id, site_id) for site_id in warrant.sites)
    return WarrantPaper(statement, sign_statement(statement, key), sites)
