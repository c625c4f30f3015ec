"""What people and programs see when something can't be done. Nothing of the request is in it."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, current_app, flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from admin.access import for_accounts
from admin.api import systems
from admin.api.systems.told import http as system_problem
from admin.app.back import came_from
from admin.auth.current import signed_in
from admin.forms import refusals
from checkpoint.errors import NotFound, Refused, SibaoError, StorageFault


def set_up(app: Flask) -> None:
    """Answer every fault with a page, or with JSON where a program asked."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(SibaoError, _sibao)
    app.register_error_handler(Exception, _unexpected)


def _http(fault: HTTPException) -> ResponseReturnValue:
    if fault.response is not None or (fault.code or 500) < 400:
        return fault.get_response()
    if request.path.startswith(f"{systems.blueprint.url_prefix}/"):
        return system_problem(fault)
    if fault.code == HTTPStatus.UNAUTHORIZED:
        return _sign_in_again()
    answer = show(fault.code or 500)
    if fault.code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = dict(fault.get_headers()).get("Allow", "")
        return answer[0], answer[1], {"Allow": allowed}
    return answer


def _csrf(fault: CSRFError) -> ResponseReturnValue:  # noqa: ARG001 - its words quote the request
    if signed_in() is None and for_accounts(request.endpoint):
        return _sign_in_again()
    return show(400, gettext("This page was open for too long. Go back, reload it and try again."))


def _sign_in_again() -> ResponseReturnValue:
    """What was sent is not taken; the way leads by the sign-in to the page that sent it."""
    told = gettext(
        "You were signed out, and what you sent was not saved. Sign in and fill it in again."
    )
    return show(401, told)


def _sibao(fault: SibaoError) -> ResponseReturnValue:
    match fault:
        case NotFound():
            return show(404)
        case Refused() if fault.message.startswith("why "):
            return _ask_for_a_reason()
        case Refused():
            return show(409, refusals.known(fault.message))
        case StorageFault():
            _log(fault)
            return show(503)
    _log(fault)
    return show(500)


def _ask_for_a_reason() -> ResponseReturnValue:
    """The page again, saying what its form lacks."""
    words = gettext("Give a reason: 1 to 200 characters that can be shown.")
    page = came_from()
    if page is None:
        return show(400, words)
    flash(words, "error")
    return redirect(page, 303)


def _unexpected(fault: Exception) -> ResponseReturnValue:
    _log(fault)
    return show(500)


def _log(fault: Exception) -> None:
    """The traceback without the values that the exception quotes."""
    current_app.logger.error("%s at %s", type(fault).__name__, request.endpoint, exc_info=fault)


def show(status: int, words: str = "") -> tuple[Response | str, int]:
    """A page (JSON under /api/) for a status."""
    title, told = _words(status)
    if request.path.startswith("/api/") or request.path == "/healthz":
        return jsonify(error=HTTPStatus(status).phrase.lower(), remedy=told), status
    if request.headers.get("HX-Request"):
        return words or told, status
    back = came_from() if status == HTTPStatus.UNAUTHORIZED else None
    page = render_template("error.html", status=status, title=title, told=words or told, back=back)
    return page, status


def _words(status: int) -> tuple[str, str]:
    known = {
        400: (
            gettext("That did not arrive as expected"),
            gettext("Go back, reload the page and try again."),
        ),
        401: (
            gettext("Please sign in"),
            gettext("Your sign-in has ended. Sign in again to go on."),
        ),
        403: (
            gettext("This is not yours to open"),
            gettext("Your account's role does not include this page."),
        ),
        404: (
            gettext("There is nothing here"),
            gettext("It may have been moved, or it belongs to somebody else."),
        ),
        405: (
            gettext("That can't be done this way"),
            gettext("Go back and use the buttons of the page."),
        ),
        409: (
            gettext("Not possible at present"),
            gettext("The state has changed meanwhile. Go back, reload the page and look again."),
        ),
        413: (
            gettext("That is too much at once"),
            gettext("Send it in smaller parts, or a smaller picture."),
        ),
        429: (
            gettext("Too many requests"),
            gettext("Wait a minute, then try again."),
        ),
        503: (
            gettext("The database does not answer"),
            gettext("Nothing was lost. Try again in a minute; tell the operator if it stays so."),
        ),
    }
    other = (
        gettext("Something went wrong on our side"),
        gettext("It was noted. Try again; tell the operator if it happens again."),
    )
    return known.get(status, other)
