"""The case file on paper: facts, entries, verifications, every step, the chains' heads."""

from __future__ import annotations

import io

from flask import send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.access import actor, scope
from admin.db import office
from admin.forms import case_words, names, words
from admin.forms.cases import told_of
from admin.forms.chain_ends import of_chains
from admin.forms.times import celsius, moment
from admin.inspector.cases import inspectors_of
from admin.inspector.home import blueprint
from admin.printing.listing import Section, facts, grid, listing_pdf, steps
from checkpoint.services import case_views, heads
from checkpoint.services.case_views import CaseView, LinkedEntry


@blueprint.post("/cases/<case_id>/print")
def print_case(case_id: str) -> ResponseReturnValue:
    """The PDF. Persons stay masked, as on the page; that it was read is recorded."""
    mine = scope()
    view = case_views.view(office(), actor(), mine, case_id)
    now = office().clock.now()
    chains = {(one.place.kiosk_id, one.place.epoch) for one in view.entries}
    sections = [
        _about(view, moment(now)),
        *_done(view),
        _entries(view),
        *of_chains(heads.present(office(), mine), chains),
    ]
    title = view.row.title or gettext("The words were erased.")
    footer = gettext("Case %(number)s", number=case_id)
    made = listing_pdf(title, sections, now, footer=footer, landscape=False)
    name = f"sibao-case-{case_id}.pdf"
    return send_file(io.BytesIO(made), "application/pdf", as_attachment=True, download_name=name)


def _about(view: CaseView, now: str) -> Section:
    row, in_charge = view.row, inspectors_of(view.row)
    told = moment(row.released_at) if row.released_at else gettext("does not know of it")
    rows = [
        (gettext("Case"), row.case_id),
        (gettext("Kind"), str(words.of(case_words.KINDS, row.kind))),
        (gettext("State"), str(words.of(case_words.STATES, row.state))),
        (gettext("Enterprise"), names.owner(row.enterprise_id)),
        (gettext("Opened"), f"{moment(row.opened_at)} · {row.opened_by}"),
        (gettext("In charge"), in_charge.get(row.assigned_to, row.assigned_to)),
        (gettext("The enterprise"), told),
        (gettext("Printed"), f"{now} · {actor().name} · {gettext('Beijing time (UTC+8)')}"),
    ]
    return facts("", rows)


def _done(view: CaseView) -> list[Section]:
    who = inspectors_of(view.row)
    rows = []
    for one in view.steps:
        did = case_words.did(one.kind, _short(one.detail), who.get(one.detail, ""))
        said = gettext("The words were erased.") if one.erased else one.words
        if not one.sound:
            said = gettext("This step is not as it was written: have the database audited.")
        lines = [line for line in (said, told_of(one)) if line]
        rows.append((f"{one.number} · {one.name} {did} · {moment(one.at)}", "\n".join(lines)))
    return [steps(gettext("What was done"), rows)]


def _entries(view: CaseView) -> Section:
    head = [
        gettext("Time"),
        gettext("Place in the chain"),
        gettext("Who"),
        gettext("Outcome"),
        gettext("Reasons"),
        gettext("Temperature"),
        gettext("Hash"),
    ]
    rows = [_entry(one) for one in view.entries]
    return grid(gettext("Linked entries"), head, rows, (1.4, 1.4, 0.9, 0.9, 1.8, 0.8, 2.2))


def _entry(one: LinkedEntry) -> list[str]:
    place = f"{one.place.kiosk_id}/{one.place.epoch}/{one.place.seq}"
    if one.row is None:
        return ["—", place, "", gettext("outside of your warrants"), "", "", one.hash]
    row = one.row
    reasons = "; ".join(str(words.of(words.REASONS, each)) for each in row.reasons)
    return [
        moment(row.at),
        place,
        row.name or row.plate,
        str(words.of(words.OUTCOMES, row.outcome)),
        reasons,
        celsius(row.temperature_c),
        one.hash if one.same else gettext("Not as it was linked"),
    ]


def _short(detail: str) -> str:
    return detail if len(detail) <= 40 else ""
