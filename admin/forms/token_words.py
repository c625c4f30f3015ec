"""Words for what access tokens may do and how they stand."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

SCOPES = {
    "roster:read": _("Read the roster"),
    "roster:write": _("Change the roster, block and unblock"),
    "passes:read": _("Read passes"),
    "passes:write": _("Issue and revoke passes, and read their text for printing"),
    "entries:read": _("Read entries of own gates and who is inside, persons masked"),
    "kiosks:read": _("Read the state of kiosks"),
    "webhooks": _("Read how webhooks went, and try them"),
}

STATES = {
    "in_force": (_("In force"), "good"),
    "expired": (_("Expired"), "idle"),
    "revoked": (_("Revoked"), "bad"),
    "suspended": (_("The enterprise is suspended"), "bad"),
    "maker_gone": (_("Its maker is no admin any more"), "bad"),
}
"""With the tone of the badge."""
