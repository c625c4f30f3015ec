"""One entry: all its reasons, its readings, its place in the chain, its warrant; unmasking."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import timedelta

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue

from admin.access import actor, scope
from admin.db import office, reading
from admin.inspector.filters import places
from admin.inspector.home import blueprint
from checkpoint.domain.entry import Entry, Personal
from checkpoint.entrylog import decode_entry
from checkpoint.errors import NotFound
from checkpoint.services import authorizing, case_views, copies, lookup
from checkpoint.services.proving import ProofForm, prove
from checkpoint.services.rows import EntryPlace, EntryRow
from checkpoint.storage import finding
from checkpoint.storage.entry_filter import EntryFilter

# What a database's integers hold: a greater number is no place of an entry.
NUMBERS = "<int(max=9223372036854775807):epoch>/<int(max=9223372036854775807):seq>"
_PLACE = re.compile(r"\d{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Chained:
    """The signed body and the hash that links it."""

    entry: Entry
    hash: str


@blueprint.get(f"/entries/<kiosk_id>/{NUMBERS}")
def entry(kiosk_id: str, epoch: int, seq: int) -> ResponseReturnValue:
    """One entry, the person masked."""
    return _show(EntryPlace(kiosk_id, epoch, seq), None)


@blueprint.post(f"/entries/<kiosk_id>/{NUMBERS}/unmask")
def unmask(kiosk_id: str, epoch: int, seq: int) -> ResponseReturnValue:
    """The person of an entry, on this answer only. Recorded with its reason."""
    place = EntryPlace(kiosk_id, epoch, seq)
    person = lookup.unmask(office(), actor(), scope(), place, request.form.get("why", ""))
    return _show(place, person)


@blueprint.post(f"/entries/<kiosk_id>/{NUMBERS}/proof")
def proof(kiosk_id: str, epoch: int, seq: int) -> ResponseReturnValue:
    """The proof of an entry for an outsider, without the person."""
    return _proof_file(ProofForm(EntryPlace(kiosk_id, epoch, seq)))


@blueprint.post(f"/entries/<kiosk_id>/{NUMBERS}/proof-with-person")
def proof_with_person(kiosk_id: str, epoch: int, seq: int) -> ResponseReturnValue:
    """The proof with the person. Recorded as an unmasking, with its reason."""
    why = request.form.get("why", "")
    return _proof_file(ProofForm(EntryPlace(kiosk_id, epoch, seq), why))


def _proof_file(wanted: ProofForm) -> ResponseReturnValue:
    made = prove(office(), actor(), scope(), wanted).to_bytes()
    x = wanted.place
    name = f"{x.kiosk_id}-{x.epoch}-{x.seq}.sibao-proof"
    kind = "application/json"
    return send_file(io.BytesIO(made), kind, as_attachment=True, download_name=name)


def _show(place: EntryPlace, person: Personal | None) -> ResponseReturnValue:
    mine = scope()
    chained = entry_at(place)
    warrants = {
        row.warrant.warrant_id: row.warrant
        for row in authorizing.warrants(office(), mine)
        if row.warrant.warrant_id == chained.entry.warrant_id
    }
    gates = {g.gate_id: (p.site, g) for p in places(mine) for g in p.gates}
    return render_template(
        "inspector/entry.html",
        row=_row(place, chained.entry),
        chained=chained,
        person=person,
        warrant=warrants.get(chained.entry.warrant_id),
        where=gates.get(chained.entry.gate_id),
        copies=copies.suspected(office(), mine, [place]).get(place, ()),
        cited=_cited(chained.entry),
        about=case_views.about(office(), mine, place),
        fitting=case_views.fitting(office(), mine, place),
        section="inspector.entries",
    )


def entry_at(place: EntryPlace) -> Chained:
    """The entry at a place. Raises NotFound outside of the scope."""
    spot = (place.kiosk_id, place.epoch, place.seq)
    with reading(office()) as session:
        stored = finding.one(session, scope(), spot)
    if stored is None:
        raise NotFound("no such entry in the scope")
    return Chained(decode_entry(stored.body), stored.hash.hex())


def _cited(shown: Entry) -> EntryPlace | None:
    """The entry of the same chain that an override or annulment is about."""
    epoch, seq = (shown.details.get(key, "") for key in ("epoch", "seq"))
    if not (_PLACE.fullmatch(epoch) and _PLACE.fullmatch(seq)):
        return None
    return EntryPlace(shown.kiosk_id, int(epoch), int(seq))


def _row(place: EntryPlace, shown: Entry) -> EntryRow:
    """The masked row, by a recorded lookup of just this moment at this kiosk."""
    wanted = EntryFilter(
        since=shown.at,
        until=shown.at + timedelta(milliseconds=1),
        kiosk_id=place.kiosk_id,
        limit=500,
    )
    page = lookup.find(office(), actor(), scope(), wanted)
    row = next((row for row in page.rows if row.place == place), None)
    if row is None:
        raise NotFound("no such entry in the scope")
    return row
