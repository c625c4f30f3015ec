"""Words for the details of an entry: their names, and the codes that they hold."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

DETAILS = {
    "certificate": _("Certificate"),
    "country": _("Issued in"),
    "words": _("Reason given"),
    "barrier": _("Barrier"),
    "pressed": _("Pressed at"),
    "version": _("Bundle version"),
    "policy": _("Policy version"),
    "software": _("Software"),
    "simulated": _("Simulated devices"),
    "device": _("Device"),
    "by": _("Seen by"),
    "down": _("Devices that were down"),
    "state": _("State"),
    "code": _("Operator code"),
    "message": _("Message"),
    "step": _("Step of the living code"),
    "mask_sensed": _("What the sensor said of the mask"),
    "scanner": _("Scanned by"),
    "plate": _("Plate beside that of the pass"),
    "plate_source": _("Who compared the plate"),
    "plate_sensed": _("What the reader said of the plate"),
    "vehicle": _("Its vehicle's entry"),
    "counted": _("The reading that counted"),
    "again": _("Measured again, as the first was"),
    "against": _("Held to"),
    "reference": _("Temperature of the reference"),
    "difference": _("Off by"),
    "result": _("Result"),
}
CITATION = frozenset({"epoch", "seq", "hash", "inside_since"})
"""Details of an entry that is about another one: shown as a link to it, and in words."""
CREDENTIAL = frozenset({"certificate", "country"})
"""Details that say what was shown: beside the person, in place of a pass."""

SCANNERS = {
    "keyboard": _("a USB scanner"),
    "serial": _("a scanner on a serial line"),
    "simulated": _("a simulated scanner"),
}
STATES = {
    "opened": _("opened"),
    "failed": _("failed"),
    "recovered": _("recovered"),
}
AGAIN = {"fever": _("a fever"), "low": _("too low"), "high": _("too high")}
AGAINST = {"skin": _("a forehead of known temperature"), "black_body": _("a black body")}
RESULTS = {"passed": _("passed"), "failed": _("not passed")}
