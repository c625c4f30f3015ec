"""The form of an enterprise's record, for the bureau and, shorter, for the enterprise."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
)
from wtforms import Form as Part
from wtforms.validators import NumberRange, Optional

from admin.forms import refusals
from admin.forms.fields import Form, WholeField, choices, line
from checkpoint.errors import SibaoError
from checkpoint.services.enterprise_record import (
    CONTACTS_MOST,
    STAFF_MOST,
    Contact,
    EnterpriseRecord,
)
from checkpoint.services.rows import EnterpriseRow

_PHONE = {"inputmode": "tel", "autocomplete": "off"}
_PERSON = {"autocomplete": "off"}
_CONTACTS_SHOWN = 3
_OF_A_CONTACT = re.compile(r"contacts-(\d+)-(name|phone|role) (.+)")
"""How a service names a field of the contact of this number."""


class ContactPart(Part):  # type: ignore[misc]  # the library ships no checked types
    """One contact; an empty name leaves the line out."""

    name = line(_("Name"), optional=True, render_kw=_PERSON)
    phone = line(_("Phone"), optional=True, most=24, render_kw=_PHONE)
    role = line(_("Role there"), optional=True)


class OwnRecordForm(Form):
    """What an enterprise keeps current by itself; `version` is the one it was made from."""

    version = HiddenField()
    address = line(_("Address"), optional=True, most=128)
    staff = WholeField(
        _("Staff"),
        validators=[Optional(), NumberRange(0, STAFF_MOST, _("Between %(min)s and %(max)s."))],
        render_kw={"inputmode": "numeric"},
    )
    medical = line(_("Nearest medical institution"), optional=True)
    medical_phone = line(_("Its phone"), optional=True, most=24, render_kw=_PHONE)
    isolation = SelectField(
        _("Isolation room"), choices=choices(("", "—"), ("yes", _("yes")), ("no", _("no")))
    )
    isolation_where = line(_("Where it is"), optional=True)
    contacts = FieldList(
        FormField(ContactPart), min_entries=_CONTACTS_SHOWN, max_entries=CONTACTS_MOST
    )

    def show(self, record: EnterpriseRecord) -> None:
        """Fill in what is kept."""
        self.version.data = str(record.version)
        self.address.data, self.staff.data = record.address, record.staff or None
        self.medical.data, self.medical_phone.data = record.medical, record.medical_phone
        self.isolation.data = {None: "", True: "yes", False: "no"}[record.isolation]
        self.isolation_where.data = record.isolation_where
        for part, one in zip(self.contacts, record.contacts, strict=False):
            part.form.name.data, part.form.phone.data = one.name, one.phone
            part.form.role.data = one.role
        for one in record.contacts[_CONTACTS_SHOWN:]:
            self.contacts.append_entry({"name": one.name, "phone": one.phone, "role": one.role})

    def changes(self) -> dict[str, Any]:
        """What the record is to be."""
        return {
            "address": self.address.data or "",
            "staff": self.staff.data or 0,
            "medical": self.medical.data or "",
            "medical_phone": self.medical_phone.data or "",
            "isolation": {"yes": True, "no": False}.get(self.isolation.data),
            "isolation_where": self.isolation_where.data or "",
            "contacts": tuple(
                Contact(part.name.data or "", part.phone.data or "", part.role.data or "")
                for part in self._filled()
            ),
        }

    def object_to(self, fault: SibaoError) -> None:
        """As every form does; what is said of a contact stands at that contact's own field."""
        said = _OF_A_CONTACT.fullmatch(fault.message)
        if said is None:
            super().object_to(fault)
            return
        field = self._filled()[int(said[1])][said[2]]
        field.errors = [*field.errors, refusals.words(said[3])]

    def _filled(self) -> list[Part]:
        """The contacts of which anything was given."""
        parts = [part.form for part in self.contacts]
        return [one for one in parts if one.name.data or one.phone.data or one.role.data]

    def seen(self) -> int:
        """The version that the person saw; -1 for a forged one, which is nobody's."""
        told = self.version.data or ""
        return int(told) if told.isdecimal() and len(told) < 10 else -1


class WholeRecordForm(OwnRecordForm):
    """All of it, for the bureau."""

    name = line(lazy_pgettext("of a place", "Name"))
    township = line(_("Township or street"), optional=True)
    industry = line(_("Industry"), optional=True)
    above_scale = BooleanField(_("Industrial enterprise above the designated scale"))
    head = line(_("Legal representative or head"), optional=True, render_kw=_PERSON)
    head_phone = line(_("Phone of the head"), optional=True, most=24, render_kw=_PHONE)

    def show_register(self, row: EnterpriseRow, record: EnterpriseRecord) -> None:
        """Fill in what is kept, the line of the register too."""
        self.show(record)
        self.name.data, self.township.data = row.enterprise.name, row.township
        self.industry.data, self.above_scale.data = row.industry, row.above_scale
        if record.head:
            self.head.data, self.head_phone.data = record.head.name, record.head.phone

    def changes(self) -> dict[str, Any]:
        """What record and register are to be."""
        named = self.head.data or self.head_phone.data
        return super().changes() | {
            "name": self.name.data,
            "township": self.township.data or "",
            "industry": self.industry.data or "",
            "above_scale": bool(self.above_scale.data),
            "head": Contact(self.head.data or "", self.head_phone.data or "") if named else None,
        }
