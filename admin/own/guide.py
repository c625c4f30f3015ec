"""The operating guide for inspectors 查验员操作指南: read by everybody, confirmed by inspectors."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from admin.access import actor
from admin.auth.account import Role
from admin.auth.current import account
from admin.db import office
from admin.own.home import blueprint
from checkpoint.services import training


@blueprint.get("/guide")
def guide() -> ResponseReturnValue:
    """The present version, in the language of the page."""
    who, locale = account(), get_locale()
    language = "zh" if locale is None or locale.language == "zh" else "en"
    return render_template(
        "own/guide.html",
        text=f"own/guide_{language}.html",
        version=training.GUIDE,
        confirms=who.role == Role.INSPECTOR,
        confirmed=training.confirmed(office()).get(who.account_id),
    )


@blueprint.post("/guide")
def confirm_guide() -> ResponseReturnValue:
    """The inspector has read and understood it."""
    training.confirm(office(), actor(), account().enterprise_id or "")
    flash(gettext("Confirmed. The bureau can grant your warrant now."), "success")
    return redirect(url_for("own.guide"))
