"""The roster, for an HR system."""

from __future__ import annotations

from dataclasses import asdict

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from admin.api.problems import message, query
from admin.api.systems.described import Once, once, told
from admin.api.systems.door import blueprint, by, mine
from admin.api.systems.models import After, HolderAnswer, HolderPage, NewHolder, Reasoned, Search
from admin.db import office
from checkpoint.services import issuing, roster
from checkpoint.services.forms import VehicleForm, WorkerForm
from checkpoint.services.rows import HolderRow
from checkpoint.storage.scope import Page


@blueprint.get("/holders")
@told(HolderPage, query=After)
def holders() -> ResponseReturnValue:
    """Workers and vehicles, the newest first, 50 at a time."""
    return _page(roster.holders(office(), mine(), "", query(After).after))


@blueprint.post("/holders/search")
@told(HolderPage, json=Search)
def find_holders() -> ResponseReturnValue:
    """Find holders. By POST: names and numbers stay out of addresses."""
    return _page(roster.holders(office(), mine(), message(Search).text))


@blueprint.get("/holders/<holder_id>")
@told(HolderAnswer)
def holder(holder_id: str) -> ResponseReturnValue:
    """One holder."""
    return _shown(holder_id)


@blueprint.post("/holders")
@told(HolderAnswer, 201, json=NewHolder, headers=Once)
def add_holder() -> ResponseReturnValue:
    """Put somebody on the roster."""
    new = message(NewHolder)
    return _shown(once(lambda: _added(new))), 201


@blueprint.post("/holders/<holder_id>/block")
@told(HolderAnswer, json=Reasoned, headers=Once)
def block(holder_id: str) -> ResponseReturnValue:
    """Make all passes of a holder worthless until unblocked."""
    why = message(Reasoned).why

    def do() -> str:
        issuing.block_holder(office(), by(), mine(), holder_id, why)
        return holder_id

    return _shown(once(do))


@blueprint.post("/holders/<holder_id>/unblock")
@told(HolderAnswer, json=Reasoned, headers=Once)
def unblock(holder_id: str) -> ResponseReturnValue:
    """End a block."""
    why = message(Reasoned).why

    def do() -> str:
        issuing.unblock_holder(office(), by(), mine(), holder_id, why)
        return holder_id

    return _shown(once(do))


def _added(new: NewHolder) -> str:
    if new.kind == "worker":
        worker = WorkerForm(new.name, new.id_number, new.phone, new.job)
        return roster.add_worker(office(), by(), mine(), worker)
    vehicle = VehicleForm(new.plate, new.name, new.seats, new.route, new.phone)
    return roster.add_vehicle(office(), by(), mine(), vehicle)


def _shown(holder_id: str) -> Response:
    return jsonify(answer_of(roster.holder(office(), mine(), holder_id)).model_dump())


def _page(page: Page[HolderRow]) -> ResponseReturnValue:
    found = HolderPage(holders=[answer_of(row) for row in page.rows], after=page.after)
    return jsonify(found.model_dump())


def answer_of(row: HolderRow) -> HolderAnswer:
    """A holder as it is told."""
    known = asdict(row)
    return HolderAnswer(**{name: known[name] for name in HolderAnswer.model_fields})
