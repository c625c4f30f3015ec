"""Problems as RFC 9457 tells them: `application/problem+json`, a stable code, words and a remedy.

English, or Chinese where Accept-Language prefers it. Nothing of what was sent is repeated.
"""

from __future__ import annotations

import json
from http import HTTPStatus

from flask import Blueprint, Response, current_app, request
from flask_babel import force_locale
from pydantic import BaseModel, ConfigDict
from werkzeug.exceptions import HTTPException

from admin.api.problems import Objection
from admin.api.systems import codes
from admin.forms import refusals
from checkpoint.errors import ClaimError, NotFound, PolicyError, Refused, SibaoError, StorageFault

MEDIA = "application/problem+json"
_OF_STATUS = {
    404: "not_found",
    405: "wrong_method",
    413: "too_large",
    429: "rate_limited",
}


class SystemProblem(BaseModel):
    """Why a request was not served. `code` never changes; `problem` and `remedy` are for people.

    `field` names what of the request is wrong, empty where it is no single one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: str
    title: str
    status: int
    code: str
    field: str
    problem: str
    remedy: str


class Told(Exception):
    """An answer other than the good one, by its code."""

    def __init__(self, status: int, code: str, field: str = "", problem: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.field, self.problem = status, code, field, problem


def handle(blueprint: Blueprint) -> None:
    """Turn the faults of a route into problems."""
    blueprint.register_error_handler(Told, answer)
    blueprint.register_error_handler(Objection, _objection)
    blueprint.register_error_handler(SibaoError, _fault)
    blueprint.register_error_handler(HTTPException, http)


def answer(told: Told) -> Response:
    """The problem in the language that the request prefers."""
    language = request.accept_languages.best_match(["en", "zh", "zh-CN"]) or "en"
    with force_locale("zh_Hans_CN" if language.startswith("zh") else "en"):
        words = codes.WORDS[told.code]
        problem = refusals.words(told.problem) if told.problem else str(words.problem)
        body = SystemProblem(
            type=f"urn:sibao:problem:{told.code}",
            title=HTTPStatus(told.status).phrase,
            status=told.status,
            code=told.code,
            field=told.field,
            problem=problem,
            remedy=str(words.remedy),
        )
    text = json.dumps(body.model_dump(), ensure_ascii=False)
    response = Response(text, told.status, mimetype=MEDIA)
    response.headers["Content-Language"] = "zh-CN" if language.startswith("zh") else "en"
    if told.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _objection(fault: Objection) -> Response:
    code = {415: "not_json", 422: "invalid"}.get(fault.status, "invalid")
    _, _, named = fault.error.partition("wrong at: ")
    return answer(Told(fault.status, code, named))


def _fault(fault: SibaoError) -> Response:
    match fault:
        case NotFound():
            return answer(Told(404, "not_found"))
        case Refused() | ClaimError() | PolicyError():
            field, _, what = fault.message.partition(" ")
            code = codes.of(what) or codes.of(fault.message)
            return answer(Told(409, code or "refused", field if code else "", fault.message))
        case StorageFault():
            _log(fault)
            return answer(Told(503, "unavailable"))
    _log(fault)
    return answer(Told(500, "fault"))


def http(fault: HTTPException) -> Response:
    """The problem of a refusal by the frame: no such path, a wrong method, too much."""
    status = fault.code or 500
    response = answer(Told(status, _OF_STATUS.get(status, "refused")))
    response.headers.extend((key, at) for key, at in fault.get_headers() if key == "Allow")
    return response


def _log(fault: Exception) -> None:
    current_app.logger.error("%s at %s", type(fault).__name__, request.endpoint, exc_info=fault)
