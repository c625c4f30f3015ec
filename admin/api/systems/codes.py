"""The stable codes of problems, and what people read beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

_QUOTED = re.compile(r"'[^']*' ")


@dataclass(frozen=True, slots=True)
class Words:
    """What is wrong, and what mends it, in the language of the request."""

    problem: Any
    remedy: Any


_SEND = _("Send what the description at /api/v1/openapi.json asks for.")
WORDS = {
    "token_unknown": Words(
        _("No valid access token came with the request."),
        _("Send Authorization: Bearer and a token made on the page Own systems."),
    ),
    "token_expired": Words(_("The token has expired."), _("Make another one.")),
    "token_revoked": Words(_("The token was revoked."), _("Make another one.")),
    "token_maker_gone": Words(
        _("Whoever made the token is no admin of the enterprise any more."),
        _("Let another admin make a token."),
    ),
    "enterprise_suspended": Words(_("The enterprise is suspended"), _("Ask the bureau.")),
    "scope_missing": Words(
        _("The token may not do this."), _("Make a token with the scope that is named.")
    ),
    "not_found": Words(
        _("There is no such thing in this enterprise."), _("Compare the id and the path.")
    ),
    "wrong_method": Words(
        _("This path does not take that method."), _("The header Allow names those it takes.")
    ),
    "invalid": Words(_("The request is not of the described form."), _SEND),
    "not_json": Words(_("The body is not JSON."), _("Send application/json.")),
    "too_large": Words(_("That is too much at once"), _("Send it in smaller parts.")),
    "rate_limited": Words(_("Too many requests"), _("Wait a minute, then try again.")),
    "unavailable": Words(
        _("The database does not answer"), _("Try again in a minute; nothing was taken.")
    ),
    "fault": Words(
        _("Something went wrong on our side"), _("It was noted. Ask again, or tell the operator.")
    ),
    "refused": Words(
        _("The present state does not allow this."), _("Read the object anew and look at it.")
    ),
    "taken": Words(_("This is taken already."), _("Search for it, and use what is there.")),
    "changed": Words(
        _("Somebody else changed it since."), _("Read it anew, then send the change again.")
    ),
    "hook_stopped": Words(
        _("The webhook is stopped."), _("Begin it again on the page Own systems.")
    ),
    "wrong_value": Words(_("This value can't be."), _("Correct the field and send it again.")),
    "done_already": Words(_("This was done already."), _("Nothing is left to do.")),
    "holder_blocked": Words(
        _("The holder is blocked."), _("Unblock on the enterprise's pages first.")
    ),
    "pass_worthless": Words(_("The pass is worth nothing any more."), _("Issue another one.")),
    "phone_pass": Words(_("This is a phone's pass."), _("It is shown by the phone alone.")),
    "key_reused": Words(
        _("This Idempotency-Key was used for another request."),
        _("Send a fresh key for every request that is another one."),
    ),
    "in_progress": Words(
        _("A request with this Idempotency-Key is being served."), _("Ask again in a second.")
    ),
}

_STARTS = {
    "is in the roster already": "taken",
    "is taken": "taken",
    "is revoked already": "done_already",
    "is blocked already": "done_already",
    "is not blocked": "done_already",
    "has left already": "done_already",
    "is stopped": "hook_stopped",
    "is blocked": "holder_blocked",
    "enterprise is suspended": "enterprise_suspended",
    "is suspended": "enterprise_suspended",
    "is revoked": "pass_worthless",
    "has expired": "pass_worthless",
    "is of a withdrawn key": "pass_worthless",
    "is of a blocked holder": "holder_blocked",
    "is a phone's": "phone_pass",
    "was used for another request": "key_reused",
    "is being served": "in_progress",
    "is not 1 to 64 printable characters": "wrong_value",
    "is not 17 digits and a check character": "wrong_value",
    "begins with no known region": "wrong_value",
    "holds no possible date of birth": "wrong_value",
    "has a wrong check character": "wrong_value",
    "is not a province character": "wrong_value",
    "is not 5 to 15 digits": "wrong_value",
    "is out of range": "wrong_value",
    "holds characters that can't be shown": "wrong_value",
    "has passed already": "wrong_value",
    "is for workers alone": "wrong_value",
    "of the visit is not one day": "wrong_value",
    "is another one in": "taken",
}


def of(refusal: str) -> str:
    """The code of a service's refusal, without the name of its field; empty for none of these."""
    plain = _QUOTED.sub("", refusal)
    found = next((code for start, code in _STARTS.items() if plain.startswith(start)), "")
    lengthy = re.match(r"has \d+ characters", plain)
    return found or ("wrong_value" if lengthy else "")
