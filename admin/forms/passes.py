"""Showing one pass, the bureau's or an enterprise's: on the screen, as a picture, on paper."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from admin.db import office
from admin.forms import code
from admin.forms.phone_links import show_link
from admin.printing import Paper, face_of, names_for, pdf, usable
from checkpoint.errors import NotFound
from checkpoint.services import Actor, issuing, lost, pass_history, photos
from checkpoint.services.rows import IssuedPass

PRINTED = "pass_print.html"
"""The page that is printed: none of a pass that is worthless."""


def show(issuer: str, pass_id: str, template: str, **more: object) -> ResponseReturnValue:
    """The pass on the screen, or printed.

    Raises NotFound outside the issuer's passes, Refused for printing a worthless one or a phone's.
    """
    issued = issuing.text_of(office(), issuer, pass_id)
    if template == PRINTED:
        usable(issued, office().clock.now())
    known = pass_history.history(office(), issuer, pass_id)
    return render_template(
        template,
        issued=issued,
        health_pass=issued.health_pass,
        known=known,
        photo=photos.since(office(), issuer, known.holder_id),
        now=office().clock.now(),
        **more,
    )


def picture(issuer: str, pass_id: str) -> Response:
    """The pass's QR code, as `card`. The pass names the file, not the person."""
    issued = _usable(issuer, pass_id)
    response = Response(code.png(issued.text), mimetype="image/png")
    response.headers["Content-Disposition"] = f'inline; filename="pass-{pass_id}.png"'
    return response


def card(issuer: str, pass_id: str) -> Response:
    """The pass as a card.

    Raises NotFound outside the issuer's passes, Refused for a worthless one or a phone's.
    """
    return _document(Paper.CARD, [_usable(issuer, pass_id)], pass_id)


def permit(issuer: str, pass_id: str) -> Response:
    """The pass for a windscreen; as `card`, and NotFound for a person's pass."""
    issued = _usable(issuer, pass_id)
    if issued.health_pass.vehicle is None:
        raise NotFound(f"pass {pass_id!r} is of no vehicle")
    return _document(Paper.PERMIT, [issued], pass_id)


def many(passes: Sequence[IssuedPass], name: str) -> Response:
    """Passes of one kind in one document: vehicles' as permits, people's on sheets to cut."""
    vehicles = passes[0].health_pass.vehicle is not None
    return _document(Paper.PERMIT if vehicles else Paper.SHEET, passes, name)


def reissue(by: Actor, issuer: str, pass_id: str, *, area: str) -> ResponseReturnValue:
    """The pass was lost: the old one revoked, and another one, or a link for another phone."""
    known = issuing.text_of(office(), issuer, pass_id).health_pass
    why = gettext("Lost, and issued again")
    if request.form.get("others"):
        pass_history.revoke_others(office(), by, issuer, pass_id, why)
    if known.holder_key is not None:
        secret = lost.another_phone(office(), by, issuer, pass_id, why)
        whose = known.vehicle.plate if known.vehicle else known.name
        return show_link(secret, whose, url_for(f"{area}.passes"), f"{area}.passes")
    issued = lost.reissue(office(), by, issuer, pass_id, why)
    flash(gettext("The lost pass is revoked, and this one issued in its place."), "success")
    return redirect(url_for(f"{area}.show_pass", pass_id=issued.health_pass.pass_id))


def revoke_others(by: Actor, issuer: str, pass_id: str, *, area: str) -> ResponseReturnValue:
    """Revoke every other pass of this one's holder."""
    why = request.form.get("why", "")
    count = pass_history.revoke_others(office(), by, issuer, pass_id, why)
    told = ngettext("%(num)d other pass is revoked.", "%(num)d other passes are revoked.", count)
    flash(told, "warning")
    return redirect(url_for(f"{area}.show_pass", pass_id=pass_id))


def _usable(issuer: str, pass_id: str) -> IssuedPass:
    return usable(issuing.text_of(office(), issuer, pass_id), office().clock.now())


def _document(paper: Paper, passes: Sequence[IssuedPass], name: str) -> Response:
    names = names_for(office(), passes[0].health_pass.enterprise_id)
    holders = [issued.health_pass.holder_id for issued in passes]
    kept = photos.of_holders(office(), passes[0].health_pass.issuer, holders)
    faces = [face_of(one, names, kept.get(one.health_pass.holder_id, b"")) for one in passes]
    made = pdf(paper, faces, office().clock.now())
    response = Response(made, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{paper}-{name}.pdf"'
    return response
