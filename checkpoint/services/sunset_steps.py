"""The steps of a sunset, each of which may be repeated: `services.sunset` puts them in order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms
from checkpoint.entrylog.audit import audit
from checkpoint.entrylog.erasure import Ground
from checkpoint.entrylog.export_file import open_export
from checkpoint.entrylog.report import Report, Verdict
from checkpoint.entrylog.sunset import Archived, Certificate, sign_certificate
from checkpoint.errors import StorageFault
from checkpoint.keys import Keyring, Purpose
from checkpoint.services import auditing, erasing, erasures, export, job_files, retaining
from checkpoint.services.actions import Act, record, relink
from checkpoint.services.actor import Actor
from checkpoint.services.erasing import Progress
from checkpoint.services.log_end import log_end
from checkpoint.services.office import SERVER, Office
from checkpoint.services.signatures import Signing, count
from checkpoint.storage import evidence, sunset, tables
from checkpoint.storage.mentions import STRUCK

EXPORT = "sibao-final.zip"


def _export(office: Office, row: tables.Sunset, tell: Progress) -> dict[str, Any]:
    path = Path(row.folder) / EXPORT
    entries = export.write(
        office, _officer(row), evidence.ALL, path, lambda done, of: tell("export", done, of)
    )
    with open_export(path, keyring(office)) as found:
        report = audit(found)
    _hold(row, report.verdict, f"{path} does not pass its audit")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    verdict = report.verdict.name.lower()
    return {"export": {"sha256": digest, "verdict": verdict, "entries": entries}}


def _erase(office: Office, row: tables.Sunset, tell: Progress) -> dict[str, Any]:
    by = _officer(row)
    erasing.erase_entries(office, by, (Ground.SUNSET, sunset.EVERYBODY), tell)
    retaining.forget_aside(office, tell)
    job_files.leave_none(office)
    with office.db.write() as session:
        sunset.forget(session)
        relink(office, session)
        if sunset.erased(session) is None:
            erasures.note(office, session, by, Ground.SUNSET, ())
    return {}


def _destroy(office: Office, row: tables.Sunset, _tell: Progress) -> dict[str, Any]:
    facts = json.loads(row.facts)
    if "destroyed" not in facts:
        named = [key.key_id.hex() for key in office.keys.sealing.keys]
        with office.db.write() as session:
            sunset.note(session, "", {"destroyed": named})
    office.keys.destroy_sealing()
    return {}


def _compact(office: Office, row: tables.Sunset, tell: Progress) -> dict[str, Any]:
    _erase(office, row, tell)
    tell("compact", 0, 0)
    if not office.db.scrub(*sunset.all_tables(office.db), whole=True):
        raise StorageFault(
            "somebody reads an old state of the database", remedy="stop the server, run it again"
        )
    return {}


def _audit(office: Office, row: tables.Sunset, tell: Progress) -> dict[str, Any]:
    verdict = audited(office, tell).verdict
    _hold(row, verdict, "the database does not pass its audit after the erasure")
    return {"after": verdict.name.lower()}


def _certify(office: Office, row: tables.Sunset, _tell: Progress) -> dict[str, Any]:
    key = office.keys.server
    with office.db.write() as session:
        held = session.get_one(tables.Sunset, 1)
        if held.note:
            return {}
        record(office, session, _officer(row), Act("sunset", "end", why=row.why))
        held.ended_at = office.now_ms()
        held.note = sign_certificate(_certificate(office, session, held), key)
        count(office, session, Signing(key, Purpose.RECEIPT, "sunset"), _officer(row))
    return {}


STEPS: dict[str, Callable[[Office, tables.Sunset, Progress], dict[str, Any]]] = {
    "export": _export,
    "erase": _erase,
    "destroy": _destroy,
    "compact": _compact,
    "audit": _audit,
    "certify": _certify,
}


def _certificate(office: Office, session: Session, row: tables.Sunset) -> Certificate:
    facts = json.loads(row.facts)
    told = facts["export"]
    erased = facts["erased"] | {"entries": sunset.erased(session) or 0}
    return Certificate(
        from_ms(row.begun_at),
        from_ms(row.ended_at or 0),
        (row.first_account, row.second_account),
        row.why,
        Archived(EXPORT, told["sha256"], told["verdict"], row.with_persons),
        facts["before"],
        facts["after"],
        tuple(facts["destroyed"]),
        office.keys.server.key_id,
        tuple(sorted(erased.items())),
        tuple(sorted(sunset.lasting(session).items())),
        log_end(session),
    )


def audited(office: Office, tell: Progress) -> Report:
    """The audit of the whole database by the server's own keys."""
    with auditing.evidence(office, evidence.ALL) as found:
        tell("audit", 0, found.total)
        return audit(found)


def _hold(row: tables.Sunset, verdict: Verdict, words: str) -> None:
    """Raises StorageFault where an audit finds what was not there when the sunset began."""
    if verdict is not Verdict.INTACT and json.loads(row.facts)["before"] == "intact":
        raise StorageFault(f"{words}: {verdict.name.lower()}", remedy="run `checkpoint audit`")


def _officer(row: tables.Sunset) -> Actor:
    """The first officer, without a name: it was erased with the others."""
    return Actor(row.first_account, "bureau", STRUCK)


def keyring(office: Office) -> Keyring:
    """The public keys by which the export and the certificate are judged."""
    return office.keys.ring(SERVER) + evidence.keyring(office.db)
