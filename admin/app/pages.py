"""What every page needs: the menu, times and numbers as people write them, htmx's file."""

from __future__ import annotations

from pathlib import Path

import js_lib_htmx
from flask import Flask, Response, current_app, request, send_file
from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from admin.auth import required
from admin.auth.account import Account, Role
from admin.auth.current import signed_in
from admin.auth.guard import inside
from admin.db import log_state, office
from admin.forms import account_words, names, request_words, times, words
from admin.forms.act_reasons import reason_words
from admin.forms.holders import days_words
from admin.printing import shift_words
from admin.sheets import words as sheet_words
from checkpoint.errors import SibaoError
from checkpoint.services import asking, proposals, register, training
from checkpoint.storage.scope import Scope

_HTMX = Path(js_lib_htmx.__file__).parent / "static" / "htmx" / "htmx.min.js"

_MENUS = {
    Role.BUREAU: (
        ("bureau.enterprises", _("Enterprises")),
        ("bureau.warrants", _("Warrants")),
        ("bureau.case_list", _("Cases")),
        ("bureau.policy", _("Policy")),
        ("bureau.passes", _("Emergency passes")),
        ("bureau.kiosks", _("Kiosks")),
        ("bureau.keys", _("Keys")),
        ("bureau.accounts", _("Accounts")),
        ("bureau.personal", _("Personal data")),
        ("bureau.actions", _("Action record")),
    ),
    Role.ENTERPRISE: (
        ("enterprise.today", _("Today")),
        ("enterprise.holders", _("Roster")),
        ("enterprise.health", _("Health")),
        ("enterprise.passes", _("Passes")),
        ("enterprise.warrants", _("Warrants")),
        ("enterprise.kiosks", _("Kiosks")),
        ("enterprise.tokens", _("Own systems")),
        ("enterprise.case_list", _("Cases")),
        ("enterprise.accounts", _("Accounts")),
        ("enterprise.actions", _("Action record")),
    ),
    Role.INSPECTOR: (
        ("inspector.entries", lazy_pgettext("of the entry log", "Entries")),
        ("inspector.case_list", _("Cases")),
        ("inspector.warrants", _("My warrants")),
        ("inspector.lookups", _("My lookups")),
        ("inspector.audit", lazy_pgettext("of the entry log", "Audit")),
        ("inspector.export", _("Export")),
        ("inspector.heads", _("Heads")),
    ),
}


def set_up(app: Flask) -> None:
    """Give templates the menu and the filters."""
    app.add_url_rule("/assets/htmx.min.js", "htmx", _htmx)
    app.context_processor(_page)
    app.add_template_filter(times.moment)
    app.add_template_filter(times.day)
    app.add_template_filter(times.first_day)
    app.add_template_filter(times.last_day)
    app.add_template_filter(shift_words)
    app.add_template_filter(days_words)
    app.add_template_filter(names.owner)
    app.add_template_filter(names.country)
    app.add_template_filter(names.account_name)
    app.add_template_filter(times.celsius)
    app.add_template_filter(reason_words)
    app.jinja_env.globals.update(
        words=words, account_words=account_words, request_words=request_words
    )
    app.jinja_env.globals.update(sheet_words=sheet_words)


def _page() -> dict[str, object]:
    who = signed_in()
    endpoint = request.endpoint or ""
    return {
        "who": who,
        "menu": _MENUS[Role(who.role)] if who and inside() else (),
        "passkeys_possible": current_app.extensions["sibao_passkeys"].possible,
        "second_factor_by": required.deadline(who) if who and inside() else None,
        "endpoint": endpoint,
        "demo": current_app.config["SIBAO"].demo,
        "waits": _waits(who) if who and inside() else {},
        "suspension": _suspension(who.enterprise_id) if who and inside() else None,
        "proposals_waiting": _waiting(who) if inside() else 0,
        "log_state": log_state() if who and Role(who.role) is Role.BUREAU else "ok",
    }


def _waits(who: Account) -> dict[str, int]:
    """How much waits for the person behind each entry of the menu."""
    if Role(who.role) is Role.INSPECTOR:
        return {"inspector.warrants": int(who.account_id not in training.confirmed(office()))}
    scope = Scope.of(who.enterprise_id) if who.enterprise_id else Scope.whole_district()
    area = "enterprise" if who.enterprise_id else "bureau"
    try:
        found = asking.waiting(office(), scope)
    except SibaoError:
        return {}
    return {f"{area}.warrants": found.warrants, f"{area}.passes": found.emergency}


def _suspension(enterprise_id: str | None) -> register.Suspension | None:
    """Why the own enterprise is stopped; an error page is shown without the database, too."""
    try:
        return register.suspension(office(), enterprise_id) if enterprise_id else None
    except SibaoError:
        return None


def _waiting(who: Account | None) -> int:
    """How many acts wait for this officer's eyes."""
    if who is None or Role(who.role) is not Role.BUREAU:
        return 0
    return proposals.waiting_for(office(), who.account_id)


def _htmx() -> Response:
    return send_file(_HTMX, mimetype="text/javascript", max_age=86_400)
