"""The language of a page: what the person chose, else what the server shows first."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, abort, redirect, session
from flask.typing import ResponseReturnValue
from flask_babel import Babel

from admin.app.back import came_from
from admin.config import Settings

LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
_KEY = "language"


def set_up(app: Flask, settings: Settings) -> None:
    """Give the application its languages and the switch between them."""
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"

    def chosen() -> str:
        wanted = session.get(_KEY)
        return wanted if wanted in LOCALES else settings.language

    folder = Path(__file__).parent.parent / "translations"
    Babel(
        app,
        locale_selector=lambda: LOCALES[chosen()],
        default_translation_directories=str(folder),
    )
    app.add_url_rule("/language/<code>", "language", _choose, methods=["POST"])
    app.context_processor(
        lambda: {"language": chosen(), "html_lang": {"zh": "zh-CN", "en": "en"}[chosen()]}
    )


def _choose(code: str) -> ResponseReturnValue:
    if code not in LOCALES:
        abort(404)
    session[_KEY] = code
    return redirect(came_from() or "/")
