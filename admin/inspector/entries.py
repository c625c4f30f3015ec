"""The list of entries. Filters come by POST: a name or number stays out of addresses and logs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from flask import render_template, request
from flask.typing import ResponseReturnValue

from admin.access import actor, scope
from admin.auth.current import account
from admin.db import office, reading
from admin.inspector.filters import SPANS, FilterForm, filter_form, places
from admin.inspector.home import blueprint
from admin.inspector.view_row import ViewChoice, chosen
from checkpoint.services import copies, following, lookup, warrant_terms
from checkpoint.services.lookup import Found
from checkpoint.storage import finding
from checkpoint.storage.scope import Scope

_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


@blueprint.route("/entries", methods=["GET", "POST"])
def entries() -> ResponseReturnValue:
    """Entries within one's warrants, the newest first. Each look is a recorded lookup."""
    mine = scope()
    form = filter_form(mine)
    views = chosen(form)
    after = request.form.get("after") or None
    page = Found(())
    if form.validate() if request.method == "POST" else form.fits():
        page = lookup.find(office(), actor(), mine, form.wanted(), after)
    return _list(form, page, mine, first=after is None, views=views)


@blueprint.post("/entries/news")
def news() -> ResponseReturnValue:
    """The list again if it has changed, else nothing: only a list that is shown is recorded."""
    mine = scope()
    form = filter_form(mine)
    if not form.validate() or form.personal:
        return "", 204
    wanted = form.wanted()
    with reading(office()) as session:
        found, _cursor = finding.find(session, mine, replace(wanted, limit=1), {}, None)
        newest = _mark(found[0]) if found else ""
    if newest == request.form.get("newest", ""):
        return "", 204
    page = following.follow(office(), actor(), mine, wanted, _number(request.form))
    return _list(form, page, mine, first=True)


def _number(given: Mapping[str, str]) -> int:
    """The lookup that the list says it is of; 0 for none."""
    text = given.get("lookup", "")
    return int(text) if _NUMBER.fullmatch(text) else 0


def _mark(entry: object) -> str:
    return "-".join(str(getattr(entry, part)) for part in ("kiosk_id", "epoch", "seq"))


def _ending() -> list[warrant_terms.Ending]:
    """The own warrants that end soon."""
    me = account()
    if me.enterprise_id is None:
        return []
    found = warrant_terms.ending(office(), Scope.of(me.enterprise_id))
    return [one for one in found if one.row.account_id == me.account_id]


def _list(
    form: FilterForm,
    page: Found,
    mine: Scope,
    *,
    first: bool,
    views: ViewChoice | None = None,
) -> ResponseReturnValue:
    """The whole page, its part with the filter, or without views what was found alone."""
    part = bool(request.headers.get("HX-Request"))
    whole = "inspector/looked.html" if part else "inspector/entries.html"
    template = whole if views else "inspector/found.html"
    gates = {gate.gate_id: gate.name for place in places(mine) for gate in place.gates}
    return render_template(
        template,
        form=form,
        views=views,
        page=page,
        first=first,
        newest=_mark(page.rows[0].place) if page.rows else "",
        gates=gates,
        copies=copies.suspected(office(), mine, (row.place for row in page.rows)),
        warranted=mine.enterprises or mine.sites,
        ending=_ending() if first and not part else (),
        spans=SPANS,
        section="inspector.entries",
    )
