"""Signer certificates 签发者证书: whose foreign certificates the gates believe."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import TextAreaField

from admin.access import actor
from admin.bureau.home import blueprint
from admin.db import office
from admin.forms.fields import Form, objections
from checkpoint.services import certificates as service
from checkpoint.services import policy as policies
from checkpoint.services.certificates import PEM_MOST, Added


class AddForm(Form):
    """Certificates to believe: a file, or a text that was copied."""

    file = FileField(_("A file of certificates (PEM)"), render_kw={"accept": ".pem,.crt,.cer,.txt"})
    pem = TextAreaField(
        _("Or the text itself"),
        description=_("One or many, each with its lines BEGIN CERTIFICATE and END CERTIFICATE."),
        render_kw={"rows": 8, "spellcheck": "false", "autocomplete": "off"},
    )


@blueprint.get("/certificates")
def certificates() -> ResponseReturnValue:
    """All signer certificates, those that are believed first."""
    rows = service.certificates(office())
    return render_template(
        "bureau/certificates.html",
        rows=sorted(rows, key=lambda row: row.withdrawn_at is not None),
        worth=policies.in_force(office()).foreign_certificates,
        now=office().clock.now(),
    )


@blueprint.route("/certificates/add", methods=["GET", "POST"])
def add_certificates() -> ResponseReturnValue:
    """Believe more issuers."""
    form = AddForm()
    if form.validate_on_submit():
        with objections(form):
            added = service.add(office(), actor(), _given(form))
            flash(_told(added), "success")
            return redirect(url_for("bureau.certificates"))
    if form.pem.errors and form.file.data:
        form.file.errors, form.pem.errors = form.pem.errors, ()
    return render_template("bureau/add_certificates.html", form=form)


@blueprint.post("/certificates/<key_id>/withdraw")
def withdraw_certificate(key_id: str) -> ResponseReturnValue:
    """Believe an issuer no more."""
    service.withdraw(office(), actor(), key_id, request.form.get("why", ""))
    told = gettext(
        "The certificate and all others of its key are withdrawn."
        " Gates learn of it with their next bundle."
    )
    flash(told, "warning")
    return redirect(url_for("bureau.certificates"))


@blueprint.post("/certificates/<key_id>/restore")
def restore_certificate(key_id: str) -> ResponseReturnValue:
    """Believe an issuer again."""
    service.restore(office(), actor(), key_id, request.form.get("why", ""))
    flash(gettext("The certificate is believed again, from the gates' next bundle on."), "success")
    return redirect(url_for("bureau.certificates"))


def _given(form: AddForm) -> bytes:
    """The file where one was chosen, else the text."""
    file = form.file.data
    if file and file.filename:
        with file.stream as stream:
            return bytes(stream.read(PEM_MOST + 1))
    return (form.pem.data or "").encode()


def _told(added: Added) -> str:
    told = [gettext("Certificates added: %(num)s.", num=len(added.key_ids))]
    if added.held:
        told.append(gettext("Held already: %(num)s.", num=added.held))
    if added.expired:
        told.append(gettext("Left out as expired: %(num)s.", num=added.expired))
    if added.unusable:
        told.append(gettext("Left out as their key may not sign: %(num)s.", num=added.unusable))
    if added.withdrawn:
        left = gettext("Left out as their key was withdrawn earlier: %(num)s.", num=added.withdrawn)
        told.append(left)
    return " ".join(told)
