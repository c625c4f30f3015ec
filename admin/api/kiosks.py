"""What a kiosk asks of the server: a place, its bundle, receipts for its entries."""

from __future__ import annotations

from typing import Annotated

from flask import Blueprint, Response, g, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field

from admin.api import problems
from admin.api.document import KIOSK, answers, tree
from admin.api.problems import Objection, message, query
from admin.api.signed import signed
from admin.db import office
from checkpoint.services import bundles, enrolment, ingest, receipt_log, restoring, steps
from checkpoint.wire.enrolment import EnrolmentAnswer, EnrolmentRequest
from checkpoint.wire.entries import Batch, HeldMessage, ReceiptMessage
from checkpoint.wire.steps import UsedSteps

COSE = "application/cose"

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
problems.handle(blueprint)


@blueprint.post("/enrolment")
@tree.validate(
    json=EnrolmentRequest,
    resp=answers(403, 413, 415, 422, 429, 503, HTTP_200=EnrolmentAnswer),
    skip_validation=True,
    tags=["kiosk"],
)
def enrol() -> ResponseReturnValue:
    """Exchange a one-time code for a place at a gate."""
    answer = enrolment.redeem(office(), message(EnrolmentRequest))
    return jsonify(answer.model_dump(mode="json"))


@blueprint.get("/bundle")
@signed
@tree.validate(
    resp=answers(
        401,
        403,
        404,
        503,
        HTTP_200=(None, "the bundle, application/cose, with its ETag"),
        HTTP_304=(None, "the kiosk has this bundle"),
    ),
    skip_validation=True,
    security={KIOSK: []},
    tags=["kiosk"],
)
def bundle() -> ResponseReturnValue:
    """The signed bundle in force at this kiosk. A revoked kiosk gets none."""
    blob, tag = bundles.bundle_for(office(), g.kiosk_id)
    response = Response(blob, mimetype=COSE)
    response.set_etag(tag)
    return response.make_conditional(request)


class Since(BaseModel):
    """From when on; `at` of the answer before, 0 for all."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    since: Annotated[int, Field(ge=0, le=1 << 53)] = 0


@blueprint.get("/steps")
@signed
@tree.validate(
    query=Since,
    resp=answers(401, 403, 404, 422, 503, HTTP_200=UsedSteps),
    skip_validation=True,
    security={KIOSK: []},
    tags=["kiosk"],
)
def used_steps() -> ResponseReturnValue:
    """The steps of living codes that were used at the enterprise's gates, to refuse them here."""
    asked = query(Since)
    told = steps.used_since(office(), g.kiosk_id, asked.since)
    return jsonify(told.model_dump(mode="json"))


@blueprint.post("/entries")
@signed
@tree.validate(
    json=Batch,
    resp=answers(401, 403, 404, 413, 415, 422, 503, HTTP_200=ReceiptMessage),
    skip_validation=True,
    security={KIOSK: []},
    tags=["kiosk"],
)
def push_entries() -> ResponseReturnValue:
    """Take a batch and answer with the signed receipt, once it is durable.

    With it comes the head of the receipt log, proven against the one that the kiosk named. A
    server whose database was put back answers 503 until the restore is declared. A revoked
    kiosk may still send what it holds: its entries are flagged.
    """
    batch = message(Batch)
    if batch.kiosk_id != g.kiosk_id:
        raise Objection(403, "the batch is another kiosk's", "send each kiosk's entries by its key")
    receipt = ingest.ingest(office(), g.kiosk_id, batch)
    known = (batch.tree.origin, batch.tree.size) if batch.tree else None
    tree_message = receipt_log.since(office(), known)
    answer = ReceiptMessage.model_construct(receipt=receipt, tree=tree_message)
    return jsonify(answer.model_dump(mode="json"))


@blueprint.get("/held/<int(min=1, max=9007199254740992):epoch>")
@signed
@tree.validate(
    resp=answers(401, 403, 404, 503, HTTP_200=HeldMessage),
    skip_validation=True,
    security={KIOSK: []},
    tags=["kiosk"],
)
def held(epoch: int) -> ResponseReturnValue:
    """How much of the kiosk's epoch is here; after a restore it is less than receipts say."""
    seq, last = restoring.held(office(), g.kiosk_id, epoch)
    return jsonify(HeldMessage(epoch=epoch, seq=seq, last=last).model_dump())
