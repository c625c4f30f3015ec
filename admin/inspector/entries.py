"""The list of entries. Filters come by POST: a name or number stays out of addresses and logs."""

from __future__ import annotations

from dataclasses import replace

from flask import render_template, request
from flask.typing import ResponseReturnValue

from admin.access import actor, scope
from admin.db import office, reading
from admin.inspector.filters import SPANS, FilterForm, filter_form, places
from admin.inspector.home import blueprint
from checkpoint.services import copies, lookup
from checkpoint.services.rows import EntryRow
from checkpoint.storage import finding
from checkpoint.storage.scope import Page, Scope


@blueprint.route("/entries", methods=["GET", "POST"])
def entries() -> ResponseReturnValue:
    """Entries within one's warrants, the newest first. Each look is a recorded lookup."""
    mine = scope()
    form = filter_form(mine)
    asked = request.method == "POST" and form.validate()
    after = request.form.get("after") or None
    page: Page[EntryRow] = Page(())
    if asked or request.method == "GET":
        page = lookup.find(office(), actor(), mine, form.wanted(), after)
    return _list(form, page, mine, first=after is None)


@blueprint.post("/entries/news")
def news() -> ResponseReturnValue:
    """The list again if it has changed, else nothing: only a list that is shown is a lookup."""
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
    page = lookup.find(office(), actor(), mine, wanted)
    return _list(form, page, mine, first=True, template="inspector/found.html")


def _mark(entry: object) -> str:
    return "-".join(str(getattr(entry, part)) for part in ("kiosk_id", "epoch", "seq"))


def _list(
    form: FilterForm, page: Page[EntryRow], mine: Scope, *, first: bool, template: str = ""
) -> ResponseReturnValue:
    part = bool(request.headers.get("HX-Request"))
    whole = "inspector/looked.html" if part else "inspector/entries.html"
    gates = {gate.gate_id: gate.name for place in places(mine) for gate in place.gates}
    return render_template(
        template or whole,
        form=form,
        page=page,
        first=first,
        newest=_mark(page.rows[0].place) if page.rows else "",
        gates=gates,
        copies=copies.suspected(office(), mine, (row.place for row in page.rows)),
        warranted=mine.enterprises or mine.sites,
        spans=SPANS,
        section="inspector.entries",
    )
