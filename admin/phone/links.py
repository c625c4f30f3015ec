"""An enterprise admin makes the one-time link for a holder's phone."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from wtforms import DateField, SelectMultipleField
from wtforms.validators import DataRequired

from admin.access import actor, own_enterprise
from admin.config import Settings
from admin.db import office
from admin.forms import code
from admin.forms.fields import Form, choices, end_of, objections, today
from admin.phone.page import blueprint
from checkpoint.services import authorizing, phone, roster
from checkpoint.services.phone import PhoneForm

_LIFE = timedelta(days=30)


class LinkForm(Form):
    """Until when the phone's pass is valid, and where."""

    until = DateField(
        _("Valid to"),
        validators=[DataRequired(_("Give a date."))],
        description=_("This day included."),
    )
    sites = SelectMultipleField(
        _("Sites"), description=_("None ticked: every site of the enterprise.")
    )


@blueprint.route("/links/<holder_id>", methods=["GET", "POST"])
def make_link(holder_id: str) -> ResponseReturnValue:
    """A link for one holder's phone, shown on this answer and never again."""
    mine = own_enterprise()
    holder = roster.holder(office(), mine, holder_id)
    form = LinkForm(until=today(office().clock.now()) + _LIFE)
    places = authorizing.places(office(), mine)
    form.sites.choices = choices(*((p.site.site_id, p.site.name) for p in places))
    if form.validate_on_submit():
        wanted = PhoneForm(holder_id, end_of(form.until.data), tuple(form.sites.data or ()))
        with objections(form):
            return _shown(phone.make_link(office(), actor(), mine, wanted), holder)
    return render_template(
        "phone/link_form.html", form=form, holder=holder, section="enterprise.holders"
    )


def _shown(secret: str, holder: object) -> ResponseReturnValue:
    """The secret is in the fragment, which browsers send to no server: it is in no log."""
    settings: Settings = current_app.config["SIBAO"]
    url = f"{settings.public_url.rstrip('/')}/phone/#{secret}"
    return render_template(
        "phone/link.html",
        url=url,
        picture=code.data_url(url),
        holder=holder,
        section="enterprise.holders",
    )
