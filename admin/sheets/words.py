"""Words for what stands in a sheet, and for what is wrong with it: the problem and the remedy."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

FIELDS: dict[str, Any] = {
    "": _("Row"),
    "name": _("Name"),
    "id_number": _("ID number"),
    "phone": _("Phone"),
    "job": _("Job"),
    "site_id": _("Site"),
    "shift": _("Shift"),
    "plate": _("Plate"),
    "driver": _("Driver"),
    "seats": _("Seats"),
    "route": _("Route"),
    "days": _("Days"),
    "credit_code": _("Unified social credit code"),
    "enterprise_id": _("Short id"),
    "township": _("Township or street"),
    "industry": _("Industry"),
    "above_scale": _("Above scale"),
    "address": _("Address"),
    "head": _("Head"),
    "head_phone": _("Phone of the head"),
    "staff": _("Staff"),
    "contact": _("Contact"),
    "contact_phone": _("Phone of the contact"),
    "medical": _("Nearest medical institution"),
    "medical_phone": _("Phone of the institution"),
    "isolation": _("Isolation room"),
    "isolation_where": _("Where the room is"),
}

FAULTS: dict[str, tuple[Any, Any]] = {
    "missing": (_("The cell is empty"), _("Fill it in.")),
    "merged": (
        _("The cell is merged with others"),
        _("Undo the merge in Excel, and fill in every row."),
    ),
    "as_number": (
        _("It was typed as a number, of which Excel keeps 15 digits only"),
        _("Format the column as text, then type all 18 characters again."),
    ),
    "number": (_("There is a number where words belong"), _("Type the words.")),
    "fraction": (_("There is a number with a fraction"), _("Format the cell as text.")),
    "date": (_("There is a date"), _("Format the cell as text, then type it again.")),
    "time": (_("There is a time of day"), _("Format the cell as text, then type it again.")),
    "truth": (_("There is TRUE or FALSE"), _("Format the cell as text, then type it again.")),
    "length": (_("It is too long"), _("Give at most 64 characters.")),
    "unshown": (
        _("It holds characters that can't be shown"),
        _("Type it again by hand, without copying."),
    ),
    "id_form": (
        _("It is not 17 digits and a check character"),
        _(
            "Compare all 18 characters with the card. Leave out whoever has a passport only, and"
            " issue a visitor's pass for the day."
        ),
    ),
    "id_region": (_("It begins with no known region"), _("Compare the first six with the card.")),
    "id_birth": (
        _("It holds no possible date of birth"),
        _("Compare characters 7 to 14 with the card."),
    ),
    "id_check": (
        _("The check character is wrong: one of the 18 was mistyped"),
        _("Compare all 18 characters with the card."),
    ),
    "twice": (
        _("The same ID number stands in row %(other)s"),
        _("Keep one of the two rows."),
    ),
    "left": (
        _("This worker has left the enterprise"),
        _("Take the worker back on the page of the roster first."),
    ),
    "twice_plate": (
        _("The same plate stands in row %(other)s"),
        _("Keep one of the two rows."),
    ),
    "left_vehicle": (
        _("This vehicle is out of use"),
        _("Take it back on the page of the roster first."),
    ),
    "plate_form": (_("It is no licence plate"), _("Type it as painted, like 京A12345.")),
    "seats_form": (_("It is no number of seats"), _("Give digits alone, 0 to 200.")),
    "days_form": (
        _("These are no days of the week"),
        _("Write them like 周一至周五, 1-5 or 每天, or leave it empty."),
    ),
    "phone_form": (_("It is not 5 to 15 digits"), _("Give digits, with + for abroad.")),
    "site_unknown": (
        _("The enterprise has no site of this name"),
        _("Write the site as the page of places does, or leave it empty."),
    ),
    "shift_form": (
        _("It is no shift"),
        _("Write it like 08:00-16:00, or leave it empty."),
    ),
    "credit_code": (
        _("It is no unified social credit code: one of the 18 was mistyped"),
        _("Compare all 18 characters with the business licence."),
    ),
    "twice_code": (
        _("The same credit code stands in row %(other)s"),
        _("Keep one of the two rows."),
    ),
    "short_id": (
        _("This short id can't be used"),
        _("Give 2 to 32 of a-z, 0-9 and -, or leave it empty: then one is made."),
    ),
    "short_id_taken": (
        _("Another enterprise has this short id"),
        _("Give another one, or leave it empty: then one is made."),
    ),
    "short_id_other": (
        _("The enterprise is registered under another short id"),
        _("Leave the cell empty: a short id can't be changed."),
    ),
    "length_128": (_("It is too long"), _("Give at most 128 characters.")),
    "count_form": (_("It is no number of people"), _("Give digits alone, like 420.")),
    "range": (_("The number is too large"), _("Give at most 1,000,000.")),
    "yes_no": (_("It is neither yes nor no"), _("Write 是 or 否, or leave it empty.")),
    "nameless": (
        _("There is a phone, but no name to it"),
        _("Give the name of the head or contact too, or leave the phone out."),
    ),
    "contacts_full": (
        _("The enterprise has five contacts already"),
        _("Remove one on the page of its record, or leave this one out."),
    ),
}

VERDICTS = {
    "new": lazy_pgettext("row of a sheet", "New"),
    "changed": lazy_pgettext("row of a sheet", "Changed"),
    "same": lazy_pgettext("row of a sheet", "Same as before"),
    "wrong": lazy_pgettext("row of a sheet", "Wrong"),
}


def field(name: str) -> str:
    """What a field is called."""
    return str(FIELDS.get(name, name))


def problem(kind: str, other: int = 0) -> str:
    """What is wrong, in words."""
    told = FAULTS.get(kind, (kind, ""))[0]
    return str(told) % {"other": other} if kind.startswith("twice") else str(told)


def remedy(kind: str) -> str:
    """How it is mended."""
    return str(FAULTS.get(kind, ("", ""))[1])


def verdict(code: str) -> str:
    """What becomes of a row."""
    return str(VERDICTS[code])
