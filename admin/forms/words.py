"""Words for the codes that are stored: reasons, outcomes, kinds. The person's language decides."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from admin.forms import act_words, detail_words, names, times
from admin.forms.fault_words import DEVICES, FAULTS
from checkpoint.clock import from_ms

REASONS = {
    "ok": _("All in order"),
    "malformed": _("Not a pass code"),
    "unknown_issuer": _("Unknown issuer"),
    "bad_signature": _("The signature is wrong: it may be forged"),
    "wrong_purpose": _("The issuer may not issue this kind of pass"),
    "expired": _("It has expired"),
    "not_yet_valid": _("The pass is not valid yet"),
    "revoked": _("The pass has been revoked"),
    "blocked": _("The holder has been blocked"),
    "wrong_site": _("The pass is not for this site"),
    "stale_code": _("The living code is out of date"),
    "replayed": _("This code has been used already"),
    "foreign_certificate": _("A foreign health certificate"),
    "foreign_not_accepted": _("Foreign health certificates are not taken here"),
    "foreign_insufficient": _("The certificate is not enough to let you in"),
    "status_yellow": _("Health status is yellow"),
    "status_red": _("Health status is red"),
    "status_expired": _("Health status has expired"),
    "status_absent": _("No health status on record"),
    "status_unknown": _("Health status could not be looked up"),
    "no_declaration": _("No recent declaration on record"),
    "fever": _("Temperature is high"),
    "temperature_low": _("Temperature is too low to be true"),
    "reference_due": _("The thermometer's daily check is overdue"),
    "reference_failed": _("The thermometer failed its daily check"),
    "device_down": _("A device of the gate is down"),
    "no_temperature": _("No temperature was taken"),
    "no_mask": _("No mask"),
    "mask_incorrect": _("The mask is not worn properly"),
    "mask_unknown": _("The mask could not be seen"),
    "already_inside": _("Already recorded as inside"),
    "not_inside": _("No record of entering"),
    "outside_shift": _("Outside the shift or the vehicle's days"),
    "vehicle_full": _("The vehicle is full"),
    "plate_mismatch": _("The plate is not the one on the pass"),
    "plate_unknown": _("Nobody has compared the plate"),
    "not_on_manifest": _("Not on the manifest"),
    "not_disinfected": _("No record of disinfection"),
    "no_code": _("No code was shown"),
    "no_warrant": _("No inspector's warrant is in force here"),
    "enterprise_suspended": _("The enterprise is suspended"),
    "bundle_stale": _("The gate has been offline: its data is old"),
    "clock_suspect": _("The gate's clock is wrong"),
    "overridden": _("Let through by the gatekeeper"),
    "annulled": _("This entry was annulled"),
    "emergency": _("Emergency opening"),
}

OUTCOMES = {
    "ADMIT": _("Admitted"),
    "REFER": _("Referred to a person"),
    "DENY": _("Refused"),
}

DIRECTIONS = {"in": lazy_pgettext("direction", "In"), "out": lazy_pgettext("direction", "Out")}

MASKS = {"worn": _("Worn"), "incorrect": _("Worn wrongly"), "none": _("None worn")}

PLATES = {"agrees": _("The same"), "differs": _("Another"), "unknown": _("Not read")}

PASS_KINDS = {
    "worker": _("Worker's pass"),
    "commuting_vehicle": _("Commuting vehicle's pass"),
    "emergency_vehicle": _("Emergency vehicle's pass"),
    "visitor": _("Visitor's pass"),
}

CERTIFICATE_KINDS = {
    "vaccination": _("Foreign vaccination certificate"),
    "test": _("Foreign test certificate"),
    "recovery": _("Foreign recovery certificate"),
}

CERTIFICATE_USAGES = {
    "vaccination": _("vaccinations"),
    "test": _("tests"),
    "recovery": _("recoveries"),
}

FOREIGN_WORTHS = {
    "off": _("Off: refused, and nobody is named"),
    "refer": _("Referred: the gatekeeper decides"),
    "admit": _("Admitted like a visitor's pass, where it suffices"),
}

LANES = {
    "manual": _("The gatekeeper does its work by hand"),
    "refer": _("Everybody is referred to the gatekeeper"),
}

HOLDER_KINDS = {"worker": _("Worker"), "vehicle": _("Vehicle"), "visitor": _("Visitor")}

ENTRY_KINDS = {
    "passage": _("Passage"),
    "override": _("Override by the gatekeeper"),
    "annulment": _("Annulment"),
    "emergency": _("Emergency opening"),
    "boot": _("The gate started"),
    "shutdown": _("The gate was shut down"),
    "bundle": _("New bundle in force"),
    "fault": _("A device failed or came back"),
    "reference": _("Reference check of the thermometer"),
    "heartbeat": _("Sign of life"),
}

BY_PEOPLE = "people"
"""The kinds of entries that people made, passing or keeping the gate; the rest is the machine's."""
BY_PEOPLE_KINDS = "passage override annulment emergency reference"
ENTRY_KINDS_BY_PEOPLE = _("Passings and acts of the gatekeeper")

REMARK_KINDS = {"correction": _("Correction"), "note": _("Late note")}

CLOCKS = {
    "synchronised": _("Synchronised"),
    "unsynchronised": _("Not synchronised"),
    "suspect": _("Doubtful"),
}

LATER = {
    "overridden": _("Decided over by the gatekeeper"),
    "annulled": _("Annulled: nobody walked through"),
    "remarked": _("Something was said of it"),
    "corrected": _("Corrected"),
}

DOUBTS = {
    "still_inside": _("Has not left yet: counted until now"),
    "no_way_out": _("Was not seen to leave: counted for 24 hours"),
    "came_again": _("Came in again without having left: counted until then"),
    "no_way_in": _("Was not seen to come in: counted from 24 hours before at most"),
}

STANDINGS = {
    "accepted": _("Accepted"),
    "flagged": _("Accepted, with a mark"),
    "quarantined": _("Set aside"),
}

MEETINGS = {
    "two_sites": _("The same pass was shown at another site within five minutes"),
    "no_exit": _("The same pass came in twice and did not leave in between"),
}

SENSORS = {
    "film": _("the demonstration film"),
    "keypad": _("typed by the gatekeeper"),
    "button": _("judged by the gatekeeper"),
    "gatekeeper": _("judged by the gatekeeper"),
    "camera": _("seen by the camera"),
    "simulated": _("simulated"),
    "mlx90614": _("infrared sensor"),
    "mlx90640": _("thermal array"),
    "iio": _("infrared sensor"),
    "serial": _("forehead thermometer"),
}

DETAILS, CITATION = detail_words.DETAILS, detail_words.CITATION
CREDENTIAL = detail_words.CREDENTIAL
_OF_DETAIL = {
    "again": detail_words.AGAIN,
    "against": detail_words.AGAINST,
    "result": detail_words.RESULTS,
    "scanner": detail_words.SCANNERS,
    "device": DEVICES,
    "by": DEVICES,
    "state": detail_words.STATES,
    "barrier": detail_words.STATES,
    "plate": PLATES,
    "plate_sensed": PLATES,
    "plate_source": SENSORS,
}

ROLES = {
    "bureau": _("Bureau"),
    "enterprise": _("Enterprise admin"),
    "inspector": _("Inspector"),
    "token": _("Own system"),
    "phone": _("Holder's phone"),
}

ACTS = act_words.ACTS

GROUNDS = {
    "retention": _("Kept long enough"),
    "request": _("The person asked for it"),
    "consent": _("The person withdrew consent"),
    "unlawful": _("It should not have been kept"),
    "erased_before": _("Erased before it came from a gate"),
    "arrived": _("The gate had erased it"),
    "sunset": _("The deployment ended"),
}

ASKED = {
    "since": _("From"),
    "until": _("Until"),
    "site_id": _("Site"),
    "plate": _("Plate"),
    "holder_id": _("Holder"),
    "clock_quality": _("Gate's clock"),
    "standing": _("Standing"),
    "degraded": _("Only while the gate lacked something"),
    "later": _("Afterwards"),
    "gate_id": _("Gate"),
    "kiosk_id": _("Kiosk"),
    "name": _("Name"),
    "id_tail": _("ID ends in"),
    "pass_id": _("Pass"),
    "kind": _("Kind"),
    "kinds": _("Kind"),
    "pass_kind": _("Kind of pass"),
    "direction": _("Direction"),
    "outcome": _("Outcome"),
    "reason": _("Reason"),
    "temperature_from_c": _("Temperature from"),
    "temperature_to_c": _("Temperature to"),
    "limit": _("Rows"),
    "epoch": _("Epoch"),
    "seq": _("Sequence number"),
    "verdict": _("Verdict"),
    "entries": lazy_pgettext("of the entry log", "Entries"),
    "case": _("Case"),
    "format": _("Format"),
    "columns": _("Columns"),
    "places": _("Stretches of the chains"),
    "lookup": _("Of lookup no."),
}


_OF_ASKED = {
    "kind": ENTRY_KINDS,
    "kinds": {BY_PEOPLE_KINDS: ENTRY_KINDS_BY_PEOPLE, **ENTRY_KINDS},
    "direction": DIRECTIONS,
    "outcome": OUTCOMES,
    "reason": REASONS,
    "pass_kind": PASS_KINDS,
    "clock_quality": CLOCKS,
    "standing": STANDINGS,
    "later": LATER,
    "verdict": {"intact": _("Intact"), "tampered": _("Tampered"), "incomplete": _("Incomplete")},
}


def asked(key: str, value: str) -> object:
    """The words for what a lookup asked for, as the record keeps it."""
    if value == "(given)":
        return _("(given)")
    if key in ("since", "until"):
        return times.moment(datetime.fromisoformat(value))
    if key == "places":
        return str(len(value.split()))
    if key.startswith("temperature"):
        return times.celsius(int(value))
    return of(_OF_ASKED.get(key, {}), value)


_SPELT: dict[str, Callable[[str], object]] = {
    "country": names.country,
    "code": lambda code: f"{code} · {FAULTS[code]}" if code in FAULTS else code,
    "down": lambda down: " · ".join(str(of(DEVICES, one)) for one in down.split(",")),
}


def detail(key: str, text: str) -> object:
    """The words for the value of a detail; what people or devices wrote stays as it is."""
    spelt = _SPELT.get(key)
    if spelt:
        return spelt(text)
    if key == "certificate":
        return of(CERTIFICATE_KINDS, text)
    if key == "mask_sensed":
        return of(MASKS | {"unknown": _("Not seen")}, text)
    if key in ("reference", "difference") and re.fullmatch(r"-?[0-9]{1,5}", text, re.ASCII):
        sign = "+" if key == "difference" else ""
        return f"{int(text) / 100:{sign}.2f} °C"
    if key == "pressed" and re.fullmatch(r"[0-9]{1,14}", text, re.ASCII):
        return times.moment(from_ms(int(text)))
    return of(_OF_DETAIL.get(key, {}), text)


def of(table: dict[str, object], code: object) -> object:
    """The words for a code; the code itself where there are none yet, a dash for none."""
    return table.get(str(code), str(code)) if code else "—"
