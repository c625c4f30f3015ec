"""The roster, for an HR system."""

from __future__ import annotations

from dataclasses import asdict

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from admin.api.problems import message, query
from admin.api.systems.described import Once, once, told
from admin.api.systems.door import blueprint, by, mine
from admin.api.systems.models import (
    After,
    HolderAnswer,
    HolderChange,
    HolderPage,
    NewHolder,
    Reasoned,
    Search,
)
from admin.api.systems.told import Told
from admin.db import office
from checkpoint.services import editing, issuing, roster
from checkpoint.services.forms import HolderEdit, VehicleForm, WorkerForm
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


@blueprint.patch("/holders/<holder_id>")
@told(HolderAnswer, json=HolderChange)
def change_holder(holder_id: str) -> ResponseReturnValue:
    """Change a line of the roster, if nobody else did since `version` was read."""
    sent = message(HolderChange)
    before = roster.holder(office(), mine(), holder_id)
    given = sent.model_dump(exclude_unset=True, exclude={"shift"})
    wanted = HolderEdit(
        version=sent.version,
        name=given.get("name", before.name),
        phone=given.get("phone"),
        site_id=given.get("site_id", before.site_id),
        job=given.get("job", before.job),
        shift=_shift(sent) if "shift" in sent.model_fields_set else before.shift,
        seats=given.get("seats", before.seats),
        route=given.get("route", before.route),
        days=before.days,
    )
    if editing.edit(office(), by(), mine(), holder_id, wanted) is not None:
        raise Told(409, "changed", field="version")
    return _shown(holder_id)


@blueprint.post("/holders/<holder_id>/leave")
@told(HolderAnswer, json=Reasoned, headers=Once)
def leave(holder_id: str) -> ResponseReturnValue:
    """The holder left the enterprise: every pass is revoked."""
    why = message(Reasoned).why

    def do() -> str:
        editing.leave(office(), by(), mine(), holder_id, why)
        return holder_id

    return _shown(once(do))


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


def _shift(sent: HolderChange) -> tuple[int, int] | None:
    return (sent.shift[0], sent.shift[1]) if sent.shift else None


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
    known["left"] = row.left_at is not None
    known["shift"] = list(row.shift) if row.shift else None
    return HolderAnswer(**{name: known[name] for name in HolderAnswer.model_fields})
