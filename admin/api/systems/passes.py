"""Passes: issued, printed by the enterprise's own system, revoked."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from admin.api.problems import message, query
from admin.api.systems.described import Once, once, told
from admin.api.systems.door import blueprint, by, mine
from admin.api.systems.models import After, NewPass, PassAnswer, PassPage, PassText, Reasoned
from admin.db import office
from admin.printing import usable
from checkpoint.clock import rfc3339
from checkpoint.domain.health_pass import PassKind
from checkpoint.services import issuing, roster
from checkpoint.services.forms import PassForm
from checkpoint.services.rows import HolderKind, PassRow
from checkpoint.storage.scope import Page

_KINDS = {
    HolderKind.WORKER: PassKind.WORKER,
    HolderKind.VEHICLE: PassKind.COMMUTING_VEHICLE,
    HolderKind.VISITOR: PassKind.VISITOR,
}


@blueprint.get("/passes")
@told(PassPage, query=After)
def passes() -> ResponseReturnValue:
    """All passes of the enterprise, the newest first, 50 at a time."""
    return _page(issuing.passes(office(), mine(), query(After).after))


@blueprint.get("/holders/<holder_id>/passes")
@told(PassPage, query=After)
def passes_of_holder(holder_id: str) -> ResponseReturnValue:
    """The passes of one holder."""
    roster.holder(office(), mine(), holder_id)
    return _page(issuing.passes(office(), mine(), query(After).after, holder_id))


@blueprint.post("/passes")
@told(PassAnswer, 201, json=NewPass, headers=Once)
def issue_pass() -> ResponseReturnValue:
    """Issue a pass. Its text, for printing, is asked for apart."""
    form = _form(message(NewPass))

    def do() -> str:
        return issuing.issue_pass(office(), by(), mine(), form).health_pass.pass_id

    return _shown(once(do)), 201


@blueprint.get("/passes/<pass_id>")
@told(PassAnswer)
def show_pass(pass_id: str) -> ResponseReturnValue:
    """One pass, and whether gates take it."""
    return _shown(pass_id)


@blueprint.get("/passes/<pass_id>/text")
@told(PassText)
def pass_text(pass_id: str) -> ResponseReturnValue:
    """What the QR code of a pass holds, where it is worth something on paper."""
    issued = usable(issuing.text_of(office(), mine(), pass_id), office().clock.now())
    return jsonify(PassText(pass_id=pass_id, text=issued.text).model_dump())


@blueprint.post("/passes/<pass_id>/revoke")
@told(PassAnswer, json=Reasoned, headers=Once)
def revoke_pass(pass_id: str) -> ResponseReturnValue:
    """Make a pass worthless."""
    why = message(Reasoned).why

    def do() -> str:
        issuing.revoke_pass(office(), by(), mine(), pass_id, why)
        return pass_id

    return _shown(once(do))


def _form(new: NewPass) -> PassForm:
    kind = PassKind.VISITOR
    if new.holder_id:
        kind = _KINDS[roster.holder(office(), mine(), new.holder_id).kind]
    return PassForm(
        kind,
        new.expires_at,
        new.not_before,
        holder_id=new.holder_id,
        name=new.name,
        id_tail=new.id_tail,
        host=new.host,
        sites=tuple(new.sites),
        shift=(new.shift[0], new.shift[1]) if new.shift else None,
    )


def _shown(pass_id: str) -> Response:
    found = issuing.row(office(), mine(), pass_id)
    return jsonify(_answer(found, office().clock.now()).model_dump())


def _page(page: Page[PassRow]) -> ResponseReturnValue:
    now = office().clock.now()
    found = PassPage(passes=[_answer(row, now) for row in page.rows], after=page.after)
    return jsonify(found.model_dump())


def _answer(row: PassRow, now: datetime) -> PassAnswer:
    return PassAnswer(
        pass_id=row.pass_id,
        kind=row.kind.value,
        holder_id=row.holder_id,
        name=row.name,
        plate=row.plate,
        not_before=rfc3339(row.not_before),
        expires_at=rfc3339(row.expires_at),
        standing=_standing(row, now),
        phone=row.phone,
    )


_Standing = Literal["in_force", "not_yet", "expired", "revoked", "blocked", "withdrawn"]


def _standing(row: PassRow, now: datetime) -> _Standing:
    ended: tuple[tuple[bool, _Standing], ...] = (
        (row.revoked, "revoked"),
        (row.withdrawn, "withdrawn"),
        (row.blocked, "blocked"),
        (row.expires_at <= now, "expired"),
        (row.not_before > now, "not_yet"),
    )
    return next((word for holds, word in ended if holds), "in_force")
