"""What the rules of the screening ask, in words for those who switch them on and off."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

RULES = {
    "credential": _("The pass is genuine, in force and not revoked"),
    "wrong_site": _("The pass is for this site"),
    "suspension": _("The enterprise is not suspended"),
    "warrant": _("An inspector's warrant covers the site"),
    "trust_age": _("The gate has heard of the server lately"),
    "clock": _("The gate's clock can be trusted"),
    "passback": _("Nobody enters twice without leaving"),
    "outside_shift": _("Workers come for the shift that their pass names"),
    "temperature": _("The temperature is measured and no fever"),
    "mask": _("A mask covers nose and mouth"),
    "devices": _("Nobody is judged by a device that is down, where the policy says so"),
    "plate": _("A vehicle bears the plate of its pass"),
    "status": _("The health status of a worker who comes in is green"),
    "declaration": _("A worker who comes in has declared lately"),
    "boarding": _("A commuting vehicle comes on its days, with riders of its manifest and seats"),
}


def words(rule: str) -> object:
    """What a rule asks; its name where there are no words yet."""
    return RULES.get(rule, rule)
