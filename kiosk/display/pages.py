"""The page and the few addresses that it asks."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Request, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from checkpoint.clock import Clock, to_ms
from kiosk.display import guard
from kiosk.display.acts import RefusedAct, act_of
from kiosk.display.board import Board
from kiosk.display.messages import LANGUAGES, page_words, spoken, words
from kiosk.display.picture import jpeg
from kiosk.display.speech import Speaker
from kiosk.display.state import as_json

WAIT_S = 1.0
PICTURE_WAIT_S = 0.5
LARGEST_BODY = 4096
_YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Sound:
    """Whether anything is heard, words among it, and how loud: 1 to 100."""

    on: bool = True
    voice: bool = True
    volume: int = 100


@dataclass(frozen=True, slots=True)
class Glass:
    """How one display is set up. `waiters` is how many requests may be kept waiting."""

    board: Board
    clock: Clock
    listening: str
    language: str
    zone: str = "Asia/Shanghai"
    preview: bool = True
    sound: Sound = field(default_factory=Sound)
    waiters: int = 6
    speaker: Speaker = field(default_factory=Speaker)
    boot: str = field(default_factory=lambda: secrets.token_hex(8))
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))


def create_app(glass: Glass) -> Flask:
    """The web application of one display."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 0
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    # A browser that is kept waiting holds a thread: never let all of them be held.
    seats = threading.BoundedSemaphore(glass.waiters)

    @app.before_request
    def _only_ours() -> tuple[Response, int] | None:
        if guard.host_is_ours(request.headers.get("Host", ""), glass.listening):
            return None
        return jsonify(error="wrong_host", detail="this address is not the display's"), 421

    app.after_request(guard.harden)
    app.register_error_handler(HTTPException, lambda fault: _missing(glass, fault))
    app.add_url_rule("/", "page", lambda: _page(glass))
    app.add_url_rule("/words.json", "words", lambda: jsonify(words(_language(glass))))
    app.add_url_rule("/state.json", "state", lambda: _state(glass, seats))
    if glass.sound.on and glass.sound.voice:
        app.add_url_rule("/say/<key>.wav", "say", lambda key: _spoken(glass, key))
    app.add_url_rule("/act", "act", lambda: _act(glass), methods=["POST"])
    if glass.preview:
        app.add_url_rule("/preview.jpg", "preview", lambda: _preview(glass, seats))
    return app


def _language(glass: Glass) -> str:
    for chosen in (request.args.get("lang"), request.cookies.get("lang"), glass.language):
        if chosen in LANGUAGES:
            return chosen
    return LANGUAGES[0]


def _in_both(glass: Glass) -> dict[str, Any]:
    """What a template needs to speak the chosen language with the other one beside it."""
    language = _language(glass)
    other = next(code for code in LANGUAGES if code != language)
    return {
        "language": language,
        "other": other,
        "said": page_words(language),
        "said_other": page_words(other),
    }


def _missing(glass: Glass, fault: HTTPException) -> tuple[str | Response, int]:
    status = fault.code or 500
    if request.path == "/act":
        return jsonify(error="bad_field", detail=fault.description), status
    return render_template("missing.html", status=status, **_in_both(glass)), status


def _page(glass: Glass) -> Response:
    language = _language(glass)
    page = make_response(
        render_template(
            "gate.html", glass=glass, may_press=guard.may_press(request), **_in_both(glass)
        )
    )
    if request.args.get("lang") == language:
        page.set_cookie("lang", language, max_age=_YEAR_S, httponly=True, samesite="Strict")
    return page


def _state(glass: Glass, seats: threading.BoundedSemaphore) -> Response:
    after = request.args.get("after", -1, type=int)
    seated = seats.acquire(blocking=False)
    try:
        posted = glass.board.posted(after, WAIT_S if seated else 0.0)
    finally:
        if seated:
            seats.release()
    state: dict[str, Any] = {
        "boot": glass.boot,
        "version": posted.version,
        "turn": posted.turn,
        "now": to_ms(glass.clock.now()),
        "silent_ms": int(posted.silent_s * 1000),
        "view": as_json(posted.view) if posted.view else None,
    }
    if posted.view and not guard.may_press(request):
        state["view"] |= {"overridable": [], "annullable": []}  # names are for who can act on them
    return jsonify(state)


def _preview(glass: Glass, seats: threading.BoundedSemaphore) -> Response:
    after = request.args.get("n", 0, type=int)
    seated = seats.acquire(blocking=False)
    try:
        picture = glass.board.picture(after, PICTURE_WAIT_S if seated else 0.0)
    finally:
        if seated:
            seats.release()
    if picture is None:
        return Response(status=204)
    response = Response(jpeg(picture.image), mimetype="image/jpeg")
    response.headers["X-Picture"] = str(picture.number)
    return response


def _spoken(glass: Glass, key: str) -> Response:
    text = spoken(_language(glass)).get(key)
    if text is None:
        return Response(status=404)
    sound = glass.speaker.wav(_language(glass), text)
    return Response(sound, mimetype="audio/wav") if sound else Response(status=204)


def _act(glass: Glass) -> tuple[Response, int]:
    refused = guard.refusal(request, glass.token)
    if refused:
        return jsonify(error=refused, detail="acts come from the display's own page only"), 403
    try:
        act = act_of(_sent(request), glass.board.posted(-1, 0.0))
    except RefusedAct as fault:
        status = 409 if fault.code in ("moved_on", "not_asked", "too_late") else 422
        return jsonify(error=fault.code, detail=fault.detail), status
    if not glass.board.press(act):
        return jsonify(error="too_many", detail="the gate has not taken the earlier acts yet"), 503
    return jsonify(taken=True), 202


def _sent(posted: Request) -> object:
    """The JSON that was posted; None for what is none, or is nested beyond all sense."""
    try:
        sent: object = posted.get_json(silent=True)
    except RecursionError:
        return None
    return sent
