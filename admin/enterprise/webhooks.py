"""Webhooks: added with a secret shown once, tried, stopped, removed; how deliveries went."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectMultipleField
from wtforms.validators import DataRequired

from admin.access import actor, own_enterprise
from admin.db import office
from admin.enterprise.home import blueprint
from admin.forms import hook_words
from admin.forms.fields import Form, choices, line, objections
from admin.forms.holders import version_of
from checkpoint.clock import from_ms, to_ms
from checkpoint.domain.hook_event import CHOSEN, HookEvent
from checkpoint.services import webhooks
from checkpoint.services.webhooks import HookForm

_SECTION = "enterprise.tokens"


class MakeWebhookForm(Form):
    """A webhook for one system."""

    url = line(
        _("Address"),
        most=webhooks.URL_MOST,
        description=_("https://… of a system that the server can reach."),
        render_kw={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"},
    )
    events = SelectMultipleField(
        _("It is told of"),
        choices=choices(*((event.value, hook_words.EVENTS[event.value]) for event in CHOSEN)),
        validators=[DataRequired(_("Choose what the system is to be told."))],
    )


@blueprint.route("/systems/webhooks/new", methods=["GET", "POST"])
def make_webhook() -> ResponseReturnValue:
    """A webhook; its secret is shown on this answer and never again."""
    form = MakeWebhookForm()
    if form.validate_on_submit():
        wanted = HookForm(form.url.data, tuple(map(HookEvent, form.events.data)))
        with objections(form):
            secret, row = webhooks.make(office(), actor(), own_enterprise(), wanted)
            return render_template(
                "enterprise/webhook_secret.html", secret=secret, row=row, section=_SECTION
            )
    return render_template("enterprise/make_webhook.html", form=form, section=_SECTION)


@blueprint.get("/systems/webhooks/<hook_id>")
def webhook(hook_id: str) -> ResponseReturnValue:
    """One webhook and how its deliveries went."""
    mine, after = own_enterprise(), request.args.get("after")
    hook = webhooks.one(office(), mine, hook_id)
    return render_template(
        "enterprise/webhook.html",
        hook=hook,
        secret_at=to_ms(hook.secret_at),
        page=webhooks.deliveries(office(), mine, hook_id, after),
        hook_words=hook_words,
        section=_SECTION,
    )


@blueprint.post("/systems/webhooks/<hook_id>/test")
def test_webhook(hook_id: str) -> ResponseReturnValue:
    """Send it a test."""
    webhooks.test(office(), actor(), own_enterprise(), hook_id)
    flash(gettext("The test is on its way. Reload in a moment to see how it went."), "success")
    return _to(hook_id)


@blueprint.post("/systems/webhooks/<hook_id>/stop")
def stop_webhook(hook_id: str) -> ResponseReturnValue:
    """Tell it nothing more."""
    why = request.form.get("why", "")
    webhooks.stop(office(), actor(), own_enterprise(), hook_id, why)
    flash(gettext("Stopped. What happens meanwhile is not told later."), "warning")
    return _to(hook_id)


@blueprint.post("/systems/webhooks/<hook_id>/begin")
def begin_webhook(hook_id: str) -> ResponseReturnValue:
    """Tell it again."""
    webhooks.begin_again(office(), actor(), own_enterprise(), hook_id)
    flash(gettext("It is told of what happens from now on."), "success")
    return _to(hook_id)


@blueprint.post("/systems/webhooks/<hook_id>/secret")
def renew_secret(hook_id: str) -> ResponseReturnValue:
    """Another secret; it is shown on this answer and never again."""
    seen = from_ms(version_of(request.form.get("secret_at", "")))
    why = request.form.get("why", "")
    secret, row = webhooks.renew_secret(office(), actor(), own_enterprise(), (hook_id, seen), why)
    return render_template(
        "enterprise/webhook_secret.html",
        secret=secret,
        row=row,
        older_until=row.secret_at + webhooks.OVERLAP,
        section=_SECTION,
    )


@blueprint.post("/systems/webhooks/<hook_id>/remove")
def remove_webhook(hook_id: str) -> ResponseReturnValue:
    """Remove it."""
    why = request.form.get("why", "")
    webhooks.remove(office(), actor(), own_enterprise(), hook_id, why)
    flash(gettext("The webhook is removed."), "warning")
    return redirect(url_for("enterprise.tokens"))


def _to(hook_id: str) -> ResponseReturnValue:
    return redirect(url_for("enterprise.webhook", hook_id=hook_id))
