"""Keys 密钥: which there are, another one, and one that may have been stolen."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask import request as asked
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField
from wtforms.validators import DataRequired

from admin.access import actor
from admin.auth import officers
from admin.bureau.home import blueprint
from admin.bureau.proposing import proposed
from admin.db import office
from admin.forms.fields import Form, line, objections
from checkpoint.services import confirming
from checkpoint.services import keys as service
from checkpoint.services.keys import WithdrawalForm
from checkpoint.services.proposals import Wanted


class WithdrawForm(Form):
    """Why, how fast, and that one knows what it means."""

    why = line(_("Reason"), most=200, description=_("The enterprise is shown it."))
    calm = BooleanField(_("It was not stolen: a colleague shall confirm it first"))
    sure = BooleanField(
        _("I know that this can't be undone"), validators=[DataRequired(_("Tick this first."))]
    )


@blueprint.get("/keys")
def keys() -> ResponseReturnValue:
    """The keys of the server, the bureau and the enterprises."""
    rows = service.keys(office())
    return render_template("bureau/keys.html", rows=rows, now=office().clock.now())


@blueprint.post("/keys/rotate/<owner>")
def rotate_key(owner: str) -> ResponseReturnValue:
    """Another key signs for the owner from now on."""
    key = service.rotate(office(), actor(), owner, asked.form.get("why", ""))
    flash(gettext("Key %(key)s signs now. No pass is printed again.", key=key.key_id), "success")
    return redirect(url_for("bureau.keys"))


@blueprint.route("/keys/<key_id>/withdraw", methods=["GET", "POST"])
def withdraw_key(key_id: str) -> ResponseReturnValue:
    """What a withdrawal would do; then the withdrawal."""
    row, hit = service.whole(office(), key_id)
    form, alone = WithdrawForm(), officers.alone(office())
    if alone:
        del form.calm
    if form.validate_on_submit():
        with objections(form):
            if not alone and form.calm.data:
                terms = {"owner": row.key.owner, "key_id": key_id}
                wanted = Wanted("retire_key", terms, form.why.data, hit)
                return proposed(confirming.propose(office(), actor(), wanted))
            done = service.withdraw(office(), actor(), WithdrawalForm(key_id, form.why.data))
            told = gettext(
                "The key is withdrawn: passes in force that are refused now: %(num)s.",
                num=done.passes,
            )
            flash(told, "warning")
            return redirect(url_for("bureau.keys"))
    return render_template(
        "bureau/withdraw_key.html",
        form=form,
        row=row,
        hit=hit,
        alone=alone,
        section="bureau.keys",
    )
