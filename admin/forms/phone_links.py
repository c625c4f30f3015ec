"""The one-time link for a phone, shown on one answer and never again."""

from __future__ import annotations

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from wtforms import SelectField

from admin.config import Settings
from admin.forms import code
from admin.forms.fields import choices

PAPER, PHONE = "paper", "phone"


def carrier_field() -> SelectField:
    """Whether the pass is to be printed, or to be fetched by a phone."""
    return SelectField(
        _("Handed out"),
        choices=choices(
            (PAPER, _("On paper or as a picture")),
            (PHONE, _("On a phone, as a living code that can't be copied")),
        ),
        default=PAPER,
    )


def show_link(secret: str, whose: str, back: str, section: str) -> ResponseReturnValue:
    """The secret is in the fragment, which browsers send to no server: it is in no log."""
    settings: Settings = current_app.config["SIBAO"]
    url = f"{settings.public_url.rstrip('/')}/phone/#{secret}"
    return render_template(
        "phone_link.html",
        url=url,
        picture=code.data_url(url),
        whose=whose,
        back=back,
        section=section,
    )
