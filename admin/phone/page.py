"""The page on the phone. It asks for no sign-in: a one-time link and the phone's key speak."""

from __future__ import annotations

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from admin.db import office
from checkpoint.clock import to_ms
from checkpoint.errors import ClaimError, NotFound, Refused, WireError
from checkpoint.services import phone
from checkpoint.wire.phone import PhonePass, PhoneRegistration

blueprint = Blueprint(
    "phone", __name__, url_prefix="/phone", template_folder="templates", static_folder="static"
)


@blueprint.get("/")
def page() -> ResponseReturnValue:
    """The same for everybody: what is personal lies in the phone."""
    return render_template("phone/page.html")


@blueprint.get("/worker.js")
def worker() -> ResponseReturnValue:
    """The service worker, at the address whose pages it keeps."""
    return blueprint.send_static_file("worker.js")


@blueprint.get("/time")
def time() -> ResponseReturnValue:
    """The server's time, for the warning of a wrong clock."""
    return jsonify(now=office().now_ms())


@blueprint.post("/pass")
def register() -> ResponseReturnValue:
    """Exchange a link for the pass that names the phone's key. What was sent is never repeated."""
    if request.mimetype != "application/json":
        return jsonify(error="the body is not JSON"), 415
    try:
        wanted = PhoneRegistration.model_validate_json(request.get_data())
    except ValidationError:
        return jsonify(error="the message is wrong"), 422
    try:
        issued = phone.register(office(), wanted)
    except WireError as fault:
        return jsonify(error=fault.message, remedy=fault.remedy), 422
    except (Refused, ClaimError, NotFound) as fault:
        return jsonify(error=fault.message, remedy=fault.remedy), 403
    known = issued.health_pass
    answer = PhonePass(
        text=issued.text,
        kind=known.kind,
        name=known.name,
        id_tail=known.id_tail,
        plate=known.vehicle.plate if known.vehicle else "",
        not_before=to_ms(known.not_before),
        expires_at=to_ms(known.expires_at),
        where=phone.where(office(), known),
    )
    return jsonify(answer.model_dump(mode="json"))
