"""A person's own record: everything that is held of one holder, and who looked at it and why.

What PIPL article 45 gives everybody a right to. Plain values, times in RFC 3339 (UTC), for a file
that a person can read and a program can as well.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, rfc3339
from checkpoint.credential import Trust, verify
from checkpoint.entrylog import Link, decode_entry, decode_personal
from checkpoint.errors import EntryError, KeyFault
from checkpoint.services import (
    case_words,
    fields,
    health_lines,
    manifests,
    photos,
    remarks,
    sealed,
    spans,
)
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.erasing import ErasureForm
from checkpoint.services.office import Office
from checkpoint.services.rows import EntryPlace, RemarkRow
from checkpoint.storage import health as stored_health
from checkpoint.storage import own_rows, people, tables

VERSION = 1
_OF_ONE = ("unmask", "trace", "contacts")
"""Lookups that ask for the person of one entry."""


def own_record(office: Office, by: Actor, form: ErasureForm, why: str) -> dict[str, Any]:
    """Everything about one holder. Recorded with the reason, which must be given.

    Raises NotFound for another enterprise's holder, Refused for a wrong reason.
    """
    why = fields.reason(why)
    with office.db.read() as session:
        holder = people.line(session, form.enterprise_id, form.holder_id)
        passes = people.passes_of(session, holder.holder_id)
        ids = (holder.holder_id, *(row.pass_id for row in passes))
        entries = own_rows.entries(session, holder.holder_id)
        places = [(row.kiosk_id, row.epoch, row.seq) for row in entries]
        said = remarks.said(session, (EntryPlace(*place) for place in places))
        told = {
            "sibao_own_record": VERSION,
            "made_at": rfc3339(office.clock.now()),
            "enterprise": holder.enterprise_id or "bureau",
            "roster": _roster(office, holder),
            "photo": photos.own(office, session, holder.holder_id),
            "rides": manifests.own(session, holder.holder_id),
            "health": _health(office, session, holder),
            "passes": [_pass(office, row) for row in passes],
            "phone_links": [_link(row) for row in own_rows.links(session, holder.holder_id)],
            "requests": [_request(row) for row in own_rows.requests(session, ids)],
            "entries": [_entry(office, row) for row in entries],
            "remarks": [_remark(at, row) for at, rows in said.items() for row in rows],
            "cases": case_words.own(office, session, holder.holder_id),
            "done_about_them": [_act(row) for row in own_rows.actions(session, ids)],
            "who_looked": _looks(session, ids, places),
        }
    with office.db.write() as session:
        act = Act("export_person", form.holder_id, form.enterprise_id or "", why)
        record(office, session, by, act)
    return told


def _roster(office: Office, row: tables.Holder) -> dict[str, Any]:
    place = f"holder/{row.holder_id}"
    return {
        "holder_id": row.holder_id,
        "kind": row.kind,
        "name": sealed.unseal(office, row.name_sealed, f"{place}/name"),
        "id_number": sealed.unseal(office, row.id_sealed, f"{place}/id"),
        "id_tail": row.id_tail,
        "phone": sealed.unseal(office, row.phone_sealed, f"{place}/phone"),
        "job": row.job,
        "plate": row.plate,
        "seats": row.seats,
        "route": row.route,
        "added_at": _time(row.added_at),
        "blocked_at": _time(row.blocked_at),
        "blocked_why": row.blocked_why,
        "site_id": row.site_id,
        "shift": [] if row.shift_begin is None else [row.shift_begin, row.shift_end],
        "days": row.days,
        "left_at": _time(row.left_at),
        "left_why": row.left_why,
        "changed_at": _time(row.changed_at),
    }


def _health(office: Office, session: Session, row: tables.Holder) -> dict[str, Any]:
    line = stored_health.of(session, row.holder_id)
    return {
        "status": line.status if line else "",
        "declared_at": _time(line.declared_at) if line else None,
        "declarations": [
            {
                "at": rfc3339(one.at),
                "kind": one.kind.value,
                "version": one.version,
                "declared_by": one.declared_by.value,
                "taken_down_by": one.name,
                "objections": [objection.value for objection in one.objections],
                "said": one.what.to_fields(),
                "signed_by_phone": dict(one.signed),
            }
            for one in health_lines.declarations_of(office, session, row.holder_id)
        ],
        "statuses": [
            {
                "at": rfc3339(one.at),
                "status": one.status.value,
                "until": rfc3339(one.until) if one.until else None,
                "said_by": one.said_by,
                "name": one.name,
                "why": one.why,
            }
            for one in health_lines.statuses_of(office, session, row.holder_id)
        ],
    }


def _pass(office: Office, row: tables.IssuedPass) -> dict[str, Any]:
    text = sealed.unseal(office, row.text_sealed, f"issued_pass/{row.pass_id}/text")
    said = verify(text, Trust(office.keys.ring(row.issuer)), office.clock.now()).health_pass
    return {
        "pass_id": row.pass_id,
        "kind": row.kind,
        "issuer": row.issuer,
        "issued_at": _time(row.issued_at),
        "not_before": _time(row.not_before),
        "expires_at": _time(row.expires_at),
        "revoked_at": _time(row.revoked_at),
        "revoked_why": row.revoked_why,
        "sites": list(said.sites) if said else [],
        "host": said.host if said else "",
        "text": text,
    }


def _link(row: tables.PhoneLink) -> dict[str, Any]:
    return {
        "made_at": _time(row.made_at),
        "expires_at": _time(row.expires_at),
        "used_at": _time(row.used_at),
        "pass_id": row.pass_id or "",
    }


def _request(row: tables.EmergencyRequest) -> dict[str, Any]:
    return {
        "asked_at": _time(row.asked_at),
        "plate": row.plate,
        "route": row.route,
        "why": row.why,
        "state": row.state,
        "pass_id": row.pass_id or "",
    }


def _entry(office: Office, row: tables.Entry) -> dict[str, Any]:
    body = decode_entry(row.body)
    link = Link(row.kiosk_id, row.epoch, row.seq, row.hash, row.body, b"", row.personal)
    told = {"name": "", "id_tail": "", "plate": ""}
    try:
        person = decode_personal(sealed.personal_side(office, link)[1])
        told = {"name": person.name, "id_tail": person.id_tail, "plate": person.plate}
    except (EntryError, KeyFault):
        pass
    return told | {
        "at": rfc3339(body.at),
        "kiosk_id": row.kiosk_id,
        "epoch": row.epoch,
        "seq": row.seq,
        "hash": row.hash.hex(),
        "kind": row.kind,
        "direction": row.direction or "",
        "outcome": row.outcome or "",
        "reasons": row.reasons.split(),
        "site_id": row.site_id,
        "gate_id": row.gate_id,
        "pass_id": row.pass_id,
        "temperatures_c": [reading.corrected_c / 100 for reading in body.readings],
        "mask": row.mask or "",
        "details": dict(body.details),
    }


def _remark(place: EntryPlace, row: RemarkRow) -> dict[str, Any]:
    at = {"kiosk_id": place.kiosk_id, "epoch": place.epoch, "seq": place.seq}
    who = {"at": rfc3339(row.at), "role": row.role, "name": row.name}
    return who | at | {"kind": row.kind.value, "words": row.words}


def _act(row: tables.Action) -> dict[str, Any]:
    names = ("role", "name", "verb", "subject", "why")
    return {"at": _time(row.at)} | {name: getattr(row, name) for name in names}


def _looks(
    session: Session, ids: tuple[str, ...], places: list[tuple[str, int, int]]
) -> list[dict[str, Any]]:
    """Questions for the person of one of these entries, and those that named one of these ids."""
    asked_at = {f"{kiosk}/{epoch}/{seq}" for kiosk, epoch, seq in places}
    found = []
    for row, name in own_rows.lookups(session):
        asked = json.loads(row.asked)
        place = "/".join(str(asked.get(part, "")) for part in ("kiosk_id", "epoch", "seq"))
        named = {asked.get("holder_id"), asked.get("pass_id")} & {*ids}
        listed = asked.pop("places", "")
        seen = place in asked_at or any(spans.covers(listed, one) for one in places)
        if named or (row.verb in _OF_ONE and seen):
            who = {"name": name, "role": row.role, "verb": row.verb, "why": row.why}
            found.append({"at": _time(row.at)} | who | {"asked": asked})
    return found


def _time(ms: int | None) -> str | None:
    return None if ms is None else rfc3339(from_ms(ms))
