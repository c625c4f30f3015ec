"""Holders from a sheet into the roster: first what would happen, then all of it at once.

A worker is known by the ID number, a vehicle by the plate. A cell that is empty leaves what the
roster says; nobody is removed. What is written stands in one transaction, so the same file may be
imported again and again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.services.roster_kinds import WORKERS, Kind, Line
from checkpoint.services.roster_sheet import site_key
from checkpoint.services.roster_writing import Known, Ready
from checkpoint.services.sheet_faults import Fault, mask
from checkpoint.services.sheet_import import CHUNK, Hold, Looked, Progress, Verdict, bring_in
from checkpoint.services.sheets import read, table
from checkpoint.storage import erasures, places, tables


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to be imported: whose roster it is for, what the action record names, what is in it.

    `only_valid` leaves out rows that are wrong; else one such row refuses all.
    """

    enterprise_id: str
    subject: str
    blob: bytes = field(repr=False)
    only_valid: bool = False
    kind: Kind = WORKERS


@dataclass(frozen=True, slots=True)
class Plan(Looked):
    """What an import would do: besides the look, the lines to write.

    `basis` is the roster that it was made from: holder id → version.
    """

    lines: tuple[tuple[Line, Known | None], ...] = field(repr=False)
    basis: dict[str, int] = field(repr=False)


def plan(
    office: Office, enterprise_id: str, blob: bytes, progress: Progress, kind: Kind = WORKERS
) -> Plan:
    """What importing a file would do now; nothing is changed. Raises Refused for a bad file."""
    found = table(read(blob), kind.layout)
    known, sites = _known(office, enterprise_id, kind), _sites(office, enterprise_id)
    now, total = office.clock.now(), len(found.rows)
    verdicts: dict[int, Verdict] = {}
    faults: list[Fault] = []
    lines: list[tuple[Line, Known | None]] = []
    first: dict[str, int] = {}
    for at, row in enumerate(found.rows):
        if at % CHUNK == 0:
            progress(at, total)
        line = kind.read(row, sites, now)
        if isinstance(line, list):
            before, wrong = None, line
        else:
            values = kind.known_by(office, line)
            before = next((known[value] for value in values if value in known), None)
            wrong = _collision(kind, line, before, first)
        if wrong or isinstance(line, list):
            faults += wrong
            verdicts[row.number] = Verdict.WRONG
            continue
        verdicts[row.number] = _verdict(office, kind, before, line)
        if verdicts[row.number] is not Verdict.SAME:
            lines.append((line, before))
    progress(total, total)
    basis = {one.holder_id: one.version for one in known.values()}
    return Plan(found, verdicts, tuple(faults), tuple(lines), basis)


def prepare(office: Office, by: Actor, upload: Upload, made: Plan, progress: Progress) -> Ready:
    """Seal and index what a plan says, which takes most of the time; nothing is locked yet."""
    ready = Ready(office, by, upload.enterprise_id, upload.kind)
    total = len(made.lines)
    for at, (line, known) in enumerate(made.lines):
        if at % CHUNK == 0:
            progress(at, total)
        ready.put(line, known)
    progress(total, total)
    return ready


def carry_out(
    office: Office, by: Actor, upload: Upload, made: tuple[Plan, Ready], hold: Hold
) -> bool:
    """Write what a plan says, in one transaction, in which `hold` is called first.

    False when the roster changed since, or the sealing key: then again.
    """
    home, (planned, ready) = upload.enterprise_id, made
    with office.db.write() as session:
        hold(session)
        places.enterprise(session, home, lock=True)
        changed = _basis(session, home, upload.kind) != planned.basis
        if changed or office.keys.sealing.key_id != ready.key_id:
            return False
        ready.store(session)
        if planned.lines:
            record(office, session, by, Act(upload.kind.verb, upload.subject, home))
    if ready.edits:
        office.db.scrub(*erasures.TOUCHED)
    return True


def import_holders(
    office: Office, by: Actor, upload: Upload, hold: Hold, progress: Progress
) -> Plan:
    """Import a file; what was done. The look is half of the `progress`.

    Raises Refused where a row is wrong, unless `only_valid`; nothing was written then.
    """

    def look() -> Plan:
        first = lambda done, total: progress(done // 2, total)  # noqa: E731
        return plan(office, upload.enterprise_id, upload.blob, first, upload.kind)

    def write(made: Plan) -> bool:
        then = lambda done, total: progress((total + done) // 2, total)  # noqa: E731
        return carry_out(office, by, upload, (made, prepare(office, by, upload, made, then)), hold)

    return bring_in(look, write, only_valid=upload.only_valid)


def _known(office: Office, enterprise_id: str, kind: Kind) -> dict[bytes | str, Known]:
    """The holders of a kind by what they are known by."""
    holder = tables.Holder
    said = (holder.name_sealed, holder.phone_sealed, holder.site_id)
    own = [getattr(holder, name) for name in kind.own]
    by, left = getattr(holder, kind.column), holder.left_at.is_not(None)
    rows = select(by, holder.holder_id, holder.version, left, *said, *own)
    with office.db.read() as session:
        places.enterprise(session, enterprise_id)
        found = session.execute(rows.where(*_of_kind(enterprise_id, kind))).all()
    return {row[0]: _as_known(kind, row[1:]) for row in found}


def _as_known(kind: Kind, row: Sequence[Any]) -> Known:
    holder_id, version, left, name, phone, site_id, *own = row
    held = dict(zip(kind.own, own, strict=True))
    return Known(holder_id, version, left, name, phone, site_id, held)


def _basis(session: Session, enterprise_id: str, kind: Kind) -> dict[str, int]:
    held = _of_kind(enterprise_id, kind)
    rows = select(tables.Holder.holder_id, tables.Holder.version).where(*held)
    return {row.holder_id: row.version for row in session.execute(rows)}


def _of_kind(enterprise_id: str, kind: Kind) -> tuple[Any, ...]:
    """The holders of a kind who are known by something: an erased one is not."""
    holder = tables.Holder
    return (
        holder.enterprise_id == enterprise_id,
        holder.kind == kind.of.value,
        getattr(holder, kind.column).is_not(None),
        holder.name_sealed != b"",
    )


def _sites(office: Office, enterprise_id: str) -> dict[str, str]:
    with office.db.read() as session:
        sites = places.sites(session, enterprise_id)
        named = {site_key(site.name): site.site_id for site in sites}
        return named | {site_key(site.site_id): site.site_id for site in sites}


def _collision(kind: Kind, line: Line, before: Known | None, first: dict[str, int]) -> list[Fault]:
    shown = mask(kind.field, line.known)
    other = first.setdefault(line.known, line.row)
    if other != line.row:
        return [Fault(line.row, kind.field, kind.twice, shown, other)]
    if before is not None and before.left:
        return [Fault(line.row, kind.field, kind.left, shown)]
    return []


def _verdict(office: Office, kind: Kind, before: Known | None, line: Line) -> Verdict:
    if before is None:
        return Verdict.NEW
    ring = office.keys.sealing
    same = (
        kind.said(line).items() <= before.own.items()
        and line.site_id in ("", before.site_id)
        and line.name == before.name(ring)
        and line.phone in ("", before.phone(ring))
    )
    return Verdict.SAME if same else Verdict.CHANGED
