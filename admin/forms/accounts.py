"""Accounts as the bureau and an enterprise's admin look after them, each within their own."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from admin.auth import accounts, invitations, roll
from admin.auth.account import Account, Role
from admin.auth.lockout import lockout
from admin.config import Settings
from admin.db import office
from admin.forms import code
from admin.forms.fields import Form, line
from checkpoint.errors import Refused
from checkpoint.services import Actor, warrant_terms
from checkpoint.services.fields import reason


class AccountForm(Form):
    """A person's account."""

    name = line(_("Name"))
    username = line(
        _("Username"),
        most=32,
        description=_("2 to 32 of a-z, 0-9, dot and line, beginning with a letter."),
        render_kw={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"},
    )


@dataclass(frozen=True, slots=True)
class AccountDesk:
    """Who looks after accounts, on which pages (`area`), within which enterprise or in all."""

    by: Actor
    area: str
    enterprise_id: str | None

    def show(self) -> ResponseReturnValue:
        """The list, or what a search finds; names are searched by a form, to be in no address."""
        text = request.form.get("q", "").strip()[:64]
        wanted = roll.Wanted(self.enterprise_id, text, request.args.get("after", "")[:32])
        page = roll.some(office(), wanted)
        ids = [row.account.account_id for row in page.rows]
        return render_template(
            "accounts.html",
            page=page,
            warrants=warrant_terms.not_ended(office(), ids),
            area=self.area,
            me=self.by.account_id,
            text=text,
        )

    def invite(self, new: accounts.NewAccount) -> ResponseReturnValue:
        """An account, and the invitation to it. Raises Refused and ClaimError."""
        invited = invitations.invite(office(), self.by, new)
        current_app.logger.info("account %s made", invited.account.account_id)
        return self._shown_once(invited)

    def disable(self, account_id: str) -> ResponseReturnValue:
        """Let an account sign in no more; where it is signed in, it is signed out."""
        why = self._why(account_id)
        changed = accounts.set_active(office(), self.by, account_id, active=False, why=why)
        flash(gettext("%(name)s can sign in no more.", name=changed.name), "warning")
        return self._back()

    def enable(self, account_id: str) -> ResponseReturnValue:
        """Let an account sign in again."""
        why = self._why(account_id)
        changed = accounts.set_active(office(), self.by, account_id, active=True, why=why)
        lockout().forget(changed.username)
        flash(gettext("%(name)s can sign in again.", name=changed.name), "success")
        return self._back()

    def reset(self, account_id: str) -> ResponseReturnValue:
        """Another invitation: the password and every sign-in end, the second factors by choice."""
        why = self._why(account_id)
        factors_too = request.form.get("factors") == "y"
        return self._shown_once(
            invitations.again(office(), self.by, account_id, why, factors_too=factors_too)
        )

    def change_role(self, account_id: str) -> ResponseReturnValue:
        """Make an admin an inspector or the other way; every sign-in ends."""
        why = self._why(account_id)
        was = self._theirs(account_id).role
        role = Role.INSPECTOR if was == Role.ENTERPRISE else Role.ENTERPRISE
        changed = accounts.set_role(office(), self.by, account_id, role, why)
        flash(gettext("%(name)s has another role and must sign in anew.", name=changed.name))
        return self._back()

    def _why(self, account_id: str) -> str:
        """The reason of an act on somebody else's account. Raises NotFound and Refused."""
        self._theirs(account_id)
        if account_id == self.by.account_id:
            raise Refused("nobody changes the account in use", remedy="ask a colleague")
        return reason(request.form.get("why", ""))

    def _theirs(self, account_id: str) -> Account:
        return accounts.account_of(office(), account_id, self.enterprise_id)

    def _back(self) -> ResponseReturnValue:
        return redirect(url_for(f"{self.area}.accounts"))

    def _shown_once(self, invited: invitations.Invited) -> ResponseReturnValue:
        """The secret is in the fragment, which browsers send to no server: it is in no log."""
        link = invitation_link(invited.secret)
        return render_template(
            "invited.html",
            invited=invited,
            link=link,
            picture=code.data_url(link),
            area=self.area,
            section=f"{self.area}.accounts",
        )


def invitation_link(secret: str) -> str:
    """Where an invitation is taken up."""
    settings: Settings = current_app.config["SIBAO"]
    return f"{settings.public_url}/invitation#{secret}"
