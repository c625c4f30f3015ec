"""Many passes of an issuer revoked together: counted, then agreed on by two officers."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import DateTimeLocalField, Field, SelectField
from wtforms.validators import Optional, ValidationError

from admin.access import actor, scope
from admin.auth import officers
from admin.bureau.home import blueprint
from admin.bureau.proposing import proposed
from admin.db import office
from admin.forms import words
from admin.forms.fields import ZONE, Form, choices, line, objections
from checkpoint.clock import to_ms
from checkpoint.domain.place import BUREAU
from checkpoint.services import authorizing, confirming, revoking
from checkpoint.services.proposals import Wanted
from checkpoint.storage.worth import Signed


class RevokeForm(Form):
    """Whose passes, of which kind, issued when."""

    issuer = SelectField(_("Issued by"))
    kind = SelectField(_("Kind"), choices=choices(("", _("all")), *words.PASS_KINDS.items()))
    since = DateTimeLocalField(_("Issued from"), validators=[Optional()])
    until = DateTimeLocalField(
        _("Issued until"), validators=[Optional()], description=_("Empty: until now.")
    )
    why = line(_("Reason"), most=200, description=_("The enterprise is shown it."))

    def validate_until(self, field: Field) -> None:
        """The time does not end before it begins."""
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(gettext("The end is before the beginning."))

    def which(self) -> Signed:
        """The passes that are meant."""
        since, until = (
            None if field.data is None else to_ms(field.data.replace(tzinfo=ZONE))
            for field in (self.since, self.until)
        )
        return Signed(self.issuer.data, self.kind.data or "", since, until)


@blueprint.route("/passes/revoke", methods=["GET", "POST"])
def revoke_passes() -> ResponseReturnValue:
    """How many would be revoked; and, once the number is confirmed, the proposal or the job."""
    form = RevokeForm(issuer=request.args.get("issuer"))
    rows = authorizing.enterprises(office(), scope())
    form.issuer.choices = choices(
        *((row.enterprise.enterprise_id, row.enterprise.name) for row in rows),
        (BUREAU, gettext("Bureau")),
    )
    alone, due = officers.alone(office()), None
    if form.validate_on_submit():
        which = form.which()
        due = revoking.count(office(), which)
        if due and request.form.get("count") == str(due):
            with objections(form):
                terms = {
                    "issuer": which.issuer,
                    "kind": which.kind,
                    "since": which.since,
                    "until": which.until,
                }
                wanted = Wanted(revoking.JOB, terms, form.why.data, due)
                return proposed(confirming.propose(office(), actor(), wanted, alone=alone))
    return render_template(
        "bureau/revoke_passes.html", form=form, due=due, alone=alone, section="bureau.passes"
    )
