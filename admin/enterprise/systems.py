"""The enterprise's own systems: access tokens, made, shown once, and revoked."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import DateField, SelectMultipleField
from wtforms.validators import DataRequired

from admin.access import actor, own_enterprise
from admin.auth import accounts
from admin.db import office
from admin.enterprise.home import blueprint
from admin.forms import hook_words, token_words
from admin.forms.fields import Form, choices, end_of, line, objections, today
from checkpoint.domain.token_scope import TokenScope
from checkpoint.services import access_tokens, webhooks
from checkpoint.services.access_tokens import TokenForm

_USUAL = timedelta(days=180)


class MakeTokenForm(Form):
    """A token for one system."""

    name = line(
        _("Name of the system"),
        description=_("It stands in the action record for everything that the system does."),
        render_kw={"autocomplete": "off"},
    )
    scopes = SelectMultipleField(
        _("What it may do"),
        choices=choices(*token_words.SCOPES.items()),
        validators=[DataRequired(_("Choose what the system may do."))],
    )
    expires_at = DateField(
        _("Last day"),
        validators=[DataRequired(_("Give a date."))],
        description=_("At most a year. Make the next one before this one ends."),
    )


@blueprint.get("/systems")
def tokens() -> ResponseReturnValue:
    """The tokens of the enterprise, and what else its systems need."""
    mine = own_enterprise()
    rows = access_tokens.tokens(
        office(), mine, lambda who, home: accounts.may_administer(office(), who, home)
    )
    makers = {one.account_id: one.name for one in accounts.everyone(office(), mine)}
    return render_template(
        "enterprise/systems.html",
        rows=rows,
        makers=makers,
        hooks=webhooks.hooks(office(), mine),
        token_words=token_words,
        hook_words=hook_words,
    )


@blueprint.route("/systems/tokens/new", methods=["GET", "POST"])
def make_token() -> ResponseReturnValue:
    """A token, shown on this answer and never again."""
    form = MakeTokenForm()
    if form.validate_on_submit():
        wanted = TokenForm(
            form.name.data,
            tuple(TokenScope(scope) for scope in form.scopes.data),
            end_of(form.expires_at.data),
        )
        with objections(form):
            text, row = access_tokens.make(office(), actor(), own_enterprise(), wanted)
            return render_template(
                "enterprise/token.html",
                text=text,
                row=row,
                token_words=token_words,
                section="enterprise.tokens",
            )
    if form.expires_at.data is None and not form.is_submitted():
        form.expires_at.data = today(office().clock.now()) + _USUAL
    return render_template("enterprise/make_token.html", form=form, section="enterprise.tokens")


@blueprint.post("/systems/tokens/<token_id>/revoke")
def revoke_token(token_id: str) -> ResponseReturnValue:
    """End a token for good."""
    why = request.form.get("why", "")
    access_tokens.revoke(office(), actor(), own_enterprise(), token_id, why)
    flash(gettext("The token is revoked. The system that used it gets in no more."), "warning")
    return redirect(url_for("enterprise.tokens"))
