"""The words for how accounts stand, and for how and from where people come in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

FACTORS = {"totp": _("Authenticator app"), "passkey": _("Passkey")}
MEANS = {
    "password": _("Password"),
    "app": _("Authenticator app"),
    "passkey": _("Passkey"),
    "recovery": _("Recovery code"),
}
NETWORKS = {
    "loopback": _("The server itself"),
    "local": _("Local network"),
    "outside": _("Outside"),
}
STANDINGS = {
    "active": _("Active"),
    "disabled": _("Disabled"),
    "invited": _("Invited"),
    "lapsed": _("Invitation ran out"),
    "initial": _("Initial password"),
}
