"""Forms of warrants 查验授权: asked for, granted otherwise, renewed, given to many."""

from __future__ import annotations

from datetime import timedelta

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import DateField, Field, HiddenField, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, ValidationError

from admin.auth import accounts
from admin.auth.account import Account, Role
from admin.db import office
from admin.forms.fields import Form, begin_of, choices, end_of, line, today
from checkpoint.services import authorizing
from checkpoint.services.asking import StepForm
from checkpoint.services.forms import WarrantForm

TERM = timedelta(days=90)
"""What a form proposes."""
DATE = [DataRequired(_("Give a date."))]


def after_first(form: Form, field: Field) -> None:
    """The term has at least one day."""
    if field.data and form.valid_from.data and field.data < form.valid_from.data:
        raise ValidationError(gettext("The last day is before the first one."))


LAST_DATE = [*DATE, after_first]


class TermForm(Form):
    """Sites and term of a warrant; `version` is that of the request it is about."""

    version = HiddenField()
    sites = SelectMultipleField(_("Sites"), description=_("None ticked: every site."))
    valid_from = DateField(_("From"), validators=DATE)
    valid_until = DateField(_("Until"), validators=LAST_DATE, description=_("This day included."))

    def offer_sites(self, enterprise_id: str) -> None:
        """The sites to choose from."""
        places = authorizing.places(office(), enterprise_id)
        self.sites.choices = choices(*((p.site.site_id, p.site.name) for p in places))

    def wanted(self, enterprise_id: str, account_id: str, name: str) -> WarrantForm:
        """The warrant that the form describes."""
        return WarrantForm(
            enterprise_id,
            name,
            begin_of(self.valid_from.data),
            end_of(self.valid_until.data),
            tuple(self.sites.data or ()),
            account_id,
        )


class AskForm(TermForm):
    """A warrant that an enterprise asks for."""

    account_id = SelectField(_("Inspector"))
    why = line(_("Reason"), most=200, description=_("The bureau reads it."))


class GrantOtherwiseForm(TermForm):
    """Another term or other sites than were asked for."""

    why = line(_("Reason"), most=200, description=_("The enterprise reads it."))


class RenewForm(Form):
    """How much longer."""

    valid_until = DateField(_("Until"), validators=DATE, description=_("This day included."))
    why = line(_("Reason"), most=200)


class ManyForm(Form):
    """Grants to many: until when and why."""

    valid_until = DateField(_("Until"), validators=DATE, description=_("This day included."))
    why = line(_("Reason"), most=200, description=_("One reason, for each of them."))


def inspectors(enterprise_id: str | None = None) -> list[Account]:
    """The accounts that may get a warrant, of an enterprise or of all."""
    everyone = accounts.everyone(office(), enterprise_id)
    return [one for one in everyone if one.role == Role.INSPECTOR and one.active]


def step(request_id: str) -> StepForm:
    """What a button beside a reason sends; -1 for a version that is nobody's."""
    told = request.form.get("version", "")
    version = int(told) if told.isdecimal() and len(told) < 10 else -1
    return StepForm(request_id, version, request.form.get("why", ""))


def proposed() -> dict[str, object]:
    """The term that a new form shows."""
    first = today(office().clock.now())
    return {"valid_from": first, "valid_until": first + TERM}
