"""What services refuse, in the person's language.

A refusal is an English sentence for operators; its first word names the field. Those that a
person at a form can meet are translated here; another one is shown as what it is.
"""

from __future__ import annotations

import re

from flask_babel import gettext
from flask_babel import lazy_gettext as _

_QUOTED = re.compile(r"'[^']*' ")
_NAMED = re.compile(r"\bpass '([0-9a-f]{16})'|\bcertificate (\d+)")
_KNOWN = {
    "is not 17 digits and a check character": _("This is not 17 digits and a check character."),
    "begins with no known region": _("It begins with no known region."),
    "holds no possible date of birth": _("It holds no possible date of birth."),
    "has a wrong check character": _("The check character is wrong: compare it with the card."),
    "is not a province character, a letter and 5 or 6 characters": _(
        "Type it as painted: a province character, a letter, then 5 characters, 6 for new energy,"
        " without the letters I and O."
    ),
    "is not a unified social credit code": _("This is no such code: compare all 18 characters."),
    "is not within a year": _("Give a day from tomorrow on, within a year."),
    "are at most 20": _("Twenty tokens are the most: revoke one first."),
    "is no address of the web": _("Give an address that begins with https://."),
    "holds a password or a fragment": _("Leave out password and fragment."),
    "are at most 30": _("Thirty views are the most: delete one first."),
    "are at most 5": _("Five webhooks are the most: remove one first."),
    "nobody is named in this entry": _("This entry names nobody: choose another one."),
    "is registered already": _("This is registered already."),
    "is in the roster already": _("This is in the roster already."),
    "is in no roster": _("It is in no roster."),
    "has a request that is open": _("A request for this person is open: answer or withdraw it."),
    "guide is not confirmed": _("The inspector has not confirmed the operating guide yet."),
    "count is another one": _("Something changed meanwhile: look at the preview again."),
    "count is out of range": _("Nobody of these can get a warrant."),
    "version is old": _("Somebody was faster. Reload the page and look again."),
    "warrant has ended": _("The warrant has ended: renew it first."),
    "was set by the bureau": _("The bureau set it: only the bureau lowers it before its end."),
    "is not within the next year": _("Give a last day from today on, within a year."),
    "is given without a contact": _("Tick with whom there was a contact."),
    "nobody is ticked": _("Tick who is meant."),
    "a manifest has at most": _("A manifest has 400 riders at most: take others off first."),
    "a rider has left": _("Somebody of them has left the enterprise: search again."),
    "a rider is a worker": _("Only workers ride a vehicle."),
    "the vehicle is out of use": _("The vehicle is out of use: take it back first."),
    "are none or too many": _("Tick somebody, 200 persons at most."),
    "has 0 characters": _("Fill this in."),
    "is not 5 to 15 digits": _("Give 5 to 15 digits, with + for abroad."),
    "is out of range": _("This is out of range."),
    "holds characters that can't be shown": _("It holds characters that can't be shown."),
    "can't be used": _("This form is not allowed, or it is a word of the system."),
    "is wrong": _("The code is wrong. Take the newest, and compare the clock of the phone."),
    "an account has ten": _("Ten second factors are the most: remove one first."),
    "passkey does not hold": _("That passkey can't be added. Try again, or take another device."),
    "passkey is held": _("This passkey is yours already."),
    "nobody changes the account in use": _("Your own account is changed by a colleague."),
    "an officer's account is not": _(
        "An officer's account is invited anew at the server's terminal, not by another officer."
    ),
    "account is disabled": _("The account is disabled: enable it first."),
    "is taken by an account": _(
        "This is taken already. Where you have just invited this person and the link is gone:"
        ' "Invite anew" under Accounts makes another one.'
    ),
    "is taken": _("This is taken already."),
    "is not of the allowed form": _("This form is not allowed."),
    "is not after valid_from and now": _("The last day must be after the first one and not past."),
    "has passed already": _("The last day has passed already."),
    "enterprise is suspended": _("The enterprise is suspended: ask the bureau."),
    "has expired": _("The pass has expired"),
    "is revoked": _("The pass is revoked: issue another one."),
    "is of a withdrawn key": _("The key that signed the pass was withdrawn: issue another one."),
    "is of a blocked holder": _("The holder is blocked: unblock first."),
    "is a phone's": _("A phone pass can't be printed: on paper every gate refuses it as stale."),
    "pass of these is in force": _("None of these passes is in force any more."),
    "pass of this batch is in force": _("No pass of this batch is in force any more."),
    "holder has left already": _("This holder has left already."),
    "holder has not left": _("This holder is in the roster as ever."),
    "holder has left": _("The holder has left: take them back first."),
    "is the one in the roster": _("This number is in the roster already, for this worker."),
    "holder is blocked": _("The holder is blocked: unblock first."),
    "of the visit is not one day": _("A visit is of one day, at sites of one time zone."),
    "jobs are waiting": _("Five of your jobs have not ended: wait for one, or cancel it."),
    "the job has not ended": _("The job has not ended: cancel it first."),
    "was renewed already": _("It was renewed already: what was shown then holds."),
    "file is empty": _("The file is empty: choose it again."),
    "photo is empty": _("The file is empty: choose it again."),
    "has more than 10 MB": _(
        "The file has more than 10 MB: send a smaller picture, a screenshot of it will do."
    ),
    "has more than 50 megapixels": _(
        "The picture has more than 50 megapixels: take it anew with fewer, 12 are plenty."
    ),
    "is too small": _(
        "The picture is too small: a person's photo has 150 pixels across and 200 down or more."
    ),
    "moves": _("The picture moves: choose a still one."),
    "shows no picture": _(
        "This is no picture that can be read. Choose a JPEG, PNG or WebP; save another kind (HEIC,"
        " SVG, GIF, PDF) as a JPEG first, renaming it is not enough."
    ),
    "is empty": _("The file is empty: choose it again."),
    "file is no spreadsheet": _(
        "This is no spreadsheet, whatever its name says: save it as .xlsx, or as CSV in UTF-8."
    ),
    "file is locked": _("A password locks the file: open it in Excel and save it without one."),
    "file is too large": _("The file is too large once unpacked: copy the rows to the template."),
    "file has more than 2000": _("The file has more than 2,000 rows: send it in parts."),
    "file has more than": _("The file has more than 50,000 rows: send it in parts."),
    "heading is not": _(
        "No row of the file has the headings that are needed: take the template, or name the"
        " columns as it does."
    ),
    "heading stands twice": _("One heading stands twice in the file: remove one of the columns."),
    "rows are wrong": _(
        "There are rows that are wrong, so nothing was imported: mend them, or leave them out."
    ),
    "rows are being changed": _("Others keep changing this too: try again in a minute."),
    "is another one in pass": _("This vehicle has a pass in force for another route: revoke it."),
    "is another one in a pass that": _(
        "This vehicle has a pass of another enterprise for another route: agree on one."
    ),
    "is for workers alone": _("Only workers have a shift: leave it empty."),
    "can't be read": _("This can't be read as certificates in PEM"),
    "is past its term": _("All of these have expired: ask the issuer for its present ones."),
    "was withdrawn earlier": _(
        "All of these were withdrawn earlier: believe one again in the list, with a reason."
    ),
    "is held already": _("All of these are on the list already."),
    "holds no key that may sign": _("None of these may sign: P-256, or RSA of 2,048 bits or more."),
    "is too many": _("The list would be too long: withdraw what is not needed."),
    "has more bytes": _("This is more than 4 MB: send it in parts."),
    "the entry before this one is not here": _(
        "The entry before this one has not come from its gate yet: without it nothing can be"
        " proven."
    ),
    "list is too long": _("The list is too long for this format: choose a shorter time, or CSV."),
    "no warrant is in force": _("Your warrant is no longer in force: ask the bureau."),
    "the case is closed": _("The case is closed: open it again first."),
    "the case is open already": _("The case is open already."),
    "the case links too many entries": _("A case links 500 entries at most: open another one."),
    "the entry is of another site": _("The entry is of another site: open another case for it."),
    "the receipt log does not hold this entry": _(
        "The receipt log does not hold this entry: ask for an audit of the database."
    ),
    "nobody stands in this entry": _("Nobody stands in this entry, or the person was erased."),
    "vehicle is missing": _("Give the plate."),
    "a policy without rules": _("A policy without rules would admit everybody: tick one."),
    "policy was changed since": _(
        "The policy was changed since it was proposed: propose it anew from those numbers."
    ),
    "is past or more than": _("Take a time from now on, at most 90 days ahead."),
    "proposal is one's own": _("This is your own proposal: a colleague decides on it."),
    "proposal does not wait": _("Somebody has decided on it meanwhile: reload the page."),
    "proposal is another officer's": _("This is a colleague's proposal: decline it instead."),
    "key began just now": _(
        "A key of this owner was made just now and signs: look at the list before you make another."
    ),
    "is suspended already": _("It is suspended already: reload the page."),
    "trust ages must grow": _("The three ages must grow from one to the next."),
    "temperatures must satisfy": _(
        "The temperatures must be in order: implausible below, fever, implausible above."
    ),
}


def words(refusal: str) -> str:
    """The words for a refusal, without the name of its field, and with the pass that it names."""
    plain = _QUOTED.sub("", refusal)
    return known(refusal) or str(gettext("Not accepted: %(why)s", why=plain))


def known(refusal: str) -> str:
    """The words for a refusal, empty where there are none in the person's language."""
    plain = _QUOTED.sub("", refusal)
    starts = (plain, plain.partition(" ")[2])
    told = next((told for start, told in _KNOWN.items() if _begins(starts, start)), None)
    if told is None:
        return ""
    named = _NAMED.search(refusal)
    if named and named[2]:
        return str(gettext("%(told)s, at certificate %(place)s", told=told, place=named[2]))
    return f"{told} ({named[1]})" if named else str(told)


def _begins(texts: tuple[str, ...], start: str) -> bool:
    return any(text.startswith(start) for text in texts)
