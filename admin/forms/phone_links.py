"""The one-time link for a phone, shown on one answer and never again."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField

from admin.config import Settings
from admin.db import office
from admin.forms import code
from admin.forms.fields import choices
from checkpoint.services import Actor, phone_links
from checkpoint.services.rows import PassRow

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


def show_link(
    secret: str, whose: str, back: str, section: str, known: Sequence[PassRow] = ()
) -> ResponseReturnValue:
    """The link, and which passes of its holder are in force.

    The secret is in the fragment, which browsers send to no server: it is in no log.
    """
    settings: Settings = current_app.config["SIBAO"]
    url = f"{settings.public_url.rstrip('/')}/phone/#{secret}"
    return render_template(
        "phone_link.html",
        url=url,
        picture=code.data_url(url),
        whose=whose,
        back=back,
        known=known,
        area=section.partition(".")[0],
        section=section,
    )


def list_links(issuer: str, area: str) -> ResponseReturnValue:
    """The issuer's links that nobody has used, each with the button that ends it."""
    rows = phone_links.unused(office(), issuer)
    return render_template("phone_links.html", rows=rows, area=area, section=f"{area}.passes")


def withdraw_link(by: Actor, issuer: str, holder_id: str, area: str) -> ResponseReturnValue:
    """End a holder's unused link. Raises NotFound where there is none."""
    phone_links.withdraw(office(), by, issuer, holder_id, request.form.get("why", ""))
    flash(gettext("The link is withdrawn. No phone gets a pass by it."), "warning")
    return redirect(url_for(f"{area}.phone_links"))
