"""Faults as JSON: `{"error", "remedy"}`, without a word of what was sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ValidationError

from checkpoint.errors import BehindHeads, NotFound, Refused, SibaoError, StorageFault, WireError

Message = TypeVar("Message", bound=BaseModel)


class Objection(Exception):
    """An answer other than the good one, from anywhere in a route."""

    def __init__(self, status: int, error: str, remedy: str) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.remedy = remedy


def message(model: type[Message]) -> Message:
    """The request's body as a message. Raises Objection naming the fields at fault only."""
    if request.mimetype != "application/json":
        raise Objection(415, "the body is not JSON", "send application/json")
    return _read(model, lambda: model.model_validate_json(request.get_data()))


def query(model: type[Message]) -> Message:
    """The request's query as a message. Raises Objection naming the fields at fault only."""
    return _read(model, lambda: model.model_validate(request.args.to_dict()))


def _read(model: type[Message], read: Callable[[], Message]) -> Message:
    try:
        return read()
    except ValidationError as fault:
        # A name in the place may have been sent: only those that we have defined are repeated.
        places = {e["loc"][:4] for e in fault.errors() if _ours(e["loc"][:4], model)}
        known = sorted(".".join(map(str, place)) or "body" for place in places)
        named = ", ".join(known[:5]) or "its form"
        raise Objection(
            422, f"the message is wrong at: {named}", "see /api/v1/openapi.json"
        ) from fault


def _ours(place: tuple[int | str, ...], model: type[BaseModel]) -> bool:
    names = set(str(model.model_json_schema()).replace("'", " ").split())
    return all(isinstance(part, int) or part in names for part in place)


def handle(blueprint: Blueprint) -> None:
    """Turn the faults of a route into answers."""
    blueprint.register_error_handler(Objection, _objection)
    blueprint.register_error_handler(SibaoError, _fault)


def _objection(fault: Objection) -> ResponseReturnValue:
    headers = {"WWW-Authenticate": "Sibao"} if fault.status == 401 else {}
    return jsonify(error=fault.error, remedy=fault.remedy), fault.status, headers


def _fault(fault: SibaoError) -> ResponseReturnValue:
    match fault:
        case NotFound():
            status = 404
        case Refused():
            status = 403
        case WireError():
            status = 422
        case BehindHeads():
            # The gate shows these words: somebody must act, and waiting mends nothing.
            current_app.logger.error("receipts are refused: %s", fault.diagnostics())
            return jsonify(error=fault.message, remedy=fault.remedy), 503
        case StorageFault():
            status = 503
        case _:
            status = 500
    if status >= 500:
        current_app.logger.error("%s at %s", type(fault).__name__, request.endpoint, exc_info=fault)
        error, remedy = "the server could not do it", "try again; see the server's log"
        return jsonify(error=error, remedy=remedy), status
    return jsonify(error=fault.message, remedy=fault.remedy), status
