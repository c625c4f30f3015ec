"""Words for what webhooks tell of and how that went."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

EVENTS = {
    "entry.refused": _("Somebody was refused"),
    "entry.referred": _("Somebody was referred to a person"),
    "entry.fever": _("Temperature is high"),
    "entry.overridden": _("The gatekeeper decided over the rules"),
    "gate.emergency": _("Emergency opening"),
    "kiosk.fault": _("A device of a kiosk failed or came back"),
    "kiosk.silent": _("A kiosk is silent for ten minutes"),
    "test": _("Test"),
}

STATES = {
    "waiting": (lazy_pgettext("a delivery", "Waiting"), "warn"),
    "delivered": (_("Delivered"), "good"),
    "given_up": (_("Given up"), "bad"),
}
"""With the tone of the badge."""

STOPPED = {
    "failing": _("It failed for five days"),
    "gone": _("It answered that it is gone (410)"),
}
"""Why the server stopped one; else it was a person, with a reason of their own."""

TOLD = {
    "the address is not a public one": _(
        "The address is not a public one. Your own networks are allowed by the operator."
    ),
    "only https is allowed there": _("Only https is allowed there."),
    "no answer in time": _("No answer within ten seconds"),
    "ConnectError": _("No connection"),
    "gaierror": _("The name is not known"),
}
