"""Words for declarations and health statuses, as the enterprise's desk and its papers say them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

STATUSES = {
    "green": lazy_pgettext("health status", "Green"),
    "yellow": lazy_pgettext("health status", "Yellow"),
    "red": lazy_pgettext("health status", "Red"),
}
TONES = {"green": "good", "yellow": "warn", "red": "bad"}
"""In which tone a page shows a status."""

KINDS = {"card": _("Returning-worker card"), "daily": _("Daily declaration")}
BY_HAND = {"holder": _("By the worker"), "clerk": _("Taken down by a clerk")}
DECLARED_BY = BY_HAND | {"phone": _("Said by the worker's phone")}
SAID_BY = {
    "declaration": _("By the declaration itself"),
    "enterprise": _("By the enterprise"),
    "bureau": _("By the bureau"),
}
TRANSPORTS = {
    "train": _("Train"),
    "plane": _("Plane"),
    "coach": _("Coach"),
    "car": _("Car"),
    "other": _("Other"),
}
HOUSINGS = {
    "dormitory": _("Dormitory"),
    "own": _("Own home"),
    "rented": _("Rented home"),
    "isolation": _("Isolation room"),
}
SYMPTOMS = {
    "fever": lazy_pgettext("symptom", "Fever"),
    "cough": _("Cough"),
    "tired": _("Tiredness"),
    "breath": _("Short of breath"),
    "throat": _("Sore throat"),
    "diarrhoea": _("Diarrhoea"),
    "smell": _("No smell or taste"),
}
OBJECTIONS = {
    "symptoms": _("Symptoms"),
    "risk_contact": _("Contact with somebody from a risk area"),
    "ill_contact": _("Contact with somebody ill"),
    "temperature": _("High temperature at home"),
}


def why(said_by: str, text: str) -> str:
    """Why a status was set: a person's words, or what in a declaration it came from."""
    if said_by != "declaration":
        return text
    return " · ".join(str(OBJECTIONS.get(one, one)) for one in text.split())
