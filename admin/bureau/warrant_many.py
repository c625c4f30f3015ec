"""Warrants for many enterprises at once: chosen, previewed, confirmed by their number."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin.access import actor
from admin.bureau.enterprises import find_form
from admin.bureau.home import blueprint
from admin.db import office
from admin.forms import warrants as forms
from admin.forms.fields import end_of, objections, today
from checkpoint.services import register, warrant_terms
from checkpoint.services.warrant_terms import Inspector, ManyForm, Share


@blueprint.route("/warrants/many", methods=["GET", "POST"])
def grant_many() -> ResponseReturnValue:
    """Who would get what; and, once the number is confirmed, the grants themselves."""
    wanted = find_form()
    rows = register.every(office(), wanted.wanted())
    form = forms.ManyForm(valid_until=today(office().clock.now()) + forms.TERM)
    ticked = {*request.form.getlist("enterprise_id")}
    chosen = [
        row.enterprise.enterprise_id
        for row in rows
        if not form.is_submitted() or row.enterprise.enterprise_id in ticked
    ]
    people = [Inspector(p.account_id, p.name, p.enterprise_id or "") for p in forms.inspectors()]
    shares: tuple[Share, ...] = ()
    if form.valid_until.data:
        until = end_of(form.valid_until.data)
        shares = warrant_terms.preview(office(), chosen, people, until)
    due = sum(share.left_out is None for share in shares)
    if request.form.get("confirmed") and form.validate_on_submit():
        told = request.form.get("count", "")
        count = int(told) if told.isdecimal() and len(told) < 6 else -1
        with objections(form):
            order = ManyForm(end_of(form.valid_until.data), form.why.data, count)
            done = warrant_terms.grant_many(office(), actor(), (chosen, people), order)
            flash(gettext("%(num)s warrants are granted.", num=done), "success")
            return redirect(url_for("bureau.warrants"))
    return render_template(
        "bureau/grant_many.html",
        find=wanted,
        form=form,
        rows=rows,
        chosen={*chosen},
        shares=shares,
        due=due,
        section="bureau.warrants",
    )
