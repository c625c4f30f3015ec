"""The page on the phone. It asks for no sign-in: a one-time link and the phone's key speak."""

from __future__ import annotations

from typing import TypeVar

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ValidationError

from admin.db import office
from admin.forms import fields
from checkpoint.clock import to_ms
from checkpoint.domain.declaration import Symptom
from checkpoint.errors import ClaimError, NotFound, Refused, WireError
from checkpoint.services import phone, phone_declaring
from checkpoint.services.phone_declaring import NotTaken, Today, Why
from checkpoint.wire.declaration import PhoneDeclaration, PhoneDeclared
from checkpoint.wire.phone import PhonePass, PhoneRegistration

SYMPTOMS = {
    Symptom.FEVER: ("发热", "Fever"),
    Symptom.COUGH: ("咳嗽", "Cough"),
    Symptom.TIRED: ("乏力", "Tiredness"),
    Symptom.BREATH: ("气促", "Short of breath"),
    Symptom.THROAT: ("咽痛", "Sore throat"),
    Symptom.DIARRHOEA: ("腹泻", "Diarrhoea"),
    Symptom.SMELL: ("嗅觉或味觉减退", "No smell or taste"),
}
"""What the phone asks for: the page is in both languages at once."""
_STATUSES = {Why.PASS: 403, Why.OFTEN: 429}

blueprint = Blueprint(
    "phone", __name__, url_prefix="/phone", template_folder="templates", static_folder="static"
)


M = TypeVar("M", bound=BaseModel)


class Faulty(Exception):
    """A message that can't be read; what is answered to it."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


@blueprint.get("/")
def page() -> ResponseReturnValue:
    """The same for everybody: what is personal lies in the phone."""
    return render_template("phone/page.html", symptoms=SYMPTOMS)


@blueprint.get("/worker.js")
def worker() -> ResponseReturnValue:
    """The service worker, at the address whose pages it keeps."""
    return blueprint.send_static_file("worker.js")


@blueprint.get("/time")
def time() -> ResponseReturnValue:
    """The server's time, for the warning of a wrong clock."""
    return jsonify(now=office().now_ms())


def _sent(kind: type[M]) -> M:
    """The message in the body. Raises Faulty for one that is none; its values are not told."""
    if request.mimetype != "application/json":
        raise Faulty(415, "the body is not JSON")
    try:
        return kind.model_validate_json(request.get_data())
    except ValidationError:
        raise Faulty(422, "the message is wrong") from None


@blueprint.errorhandler(Faulty)
def _faulty(fault: Faulty) -> ResponseReturnValue:
    return jsonify(error=str(fault), why="message"), fault.status


@blueprint.post("/pass")
def register() -> ResponseReturnValue:
    """Exchange a link for the pass that names the phone's key. What was sent is never repeated."""
    wanted = _sent(PhoneRegistration)
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


@blueprint.post("/declaration")
def declare() -> ResponseReturnValue:
    """Take down what the phone signed. `why` in an answer says that it is no use to send it again.

    What was sent is never repeated.
    """
    message, now = _sent(PhoneDeclaration), office().clock.now()
    day = fields.today(now)
    try:
        row = phone_declaring.declare(office(), message, Today(day, fields.begin_of(day)))
    except WireError as fault:
        return jsonify(error=fault.message, remedy=fault.remedy, why="message"), 422
    except NotTaken as fault:
        told = {"error": fault.message, "remedy": fault.remedy, "why": fault.why.value}
        return jsonify(told | {"now": to_ms(now)}), _STATUSES.get(fault.why, 409)
    answer = PhoneDeclared(at=to_ms(row.at), needs_look=bool(row.objections))
    return jsonify(answer.model_dump())
