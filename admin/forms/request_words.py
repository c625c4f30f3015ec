"""Words for requests to the bureau and for warrants that many get at once."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from checkpoint.domain.request import RequestState
from checkpoint.services.warrant_terms import LeftOut

STATES = {
    RequestState.REQUESTED: _("Waits for the bureau"),
    RequestState.ASKED_BACK: _("Waits for the enterprise"),
    RequestState.REFUSED: _("Refused by the bureau"),
    RequestState.GRANTED: _("Granted"),
    RequestState.WITHDRAWN: lazy_pgettext("a request", "Withdrawn"),
}
TONES = {
    RequestState.REQUESTED: "warn",
    RequestState.ASKED_BACK: "warn",
    RequestState.REFUSED: "bad",
    RequestState.GRANTED: "good",
    RequestState.WITHDRAWN: "idle",
}
LEFT_OUT = {
    LeftOut.SUSPENDED: _("The enterprise is suspended"),
    LeftOut.NO_ACCOUNT: _("It has no inspector's account"),
    LeftOut.UNTRAINED: _("The operating guide is not confirmed"),
    LeftOut.HELD: _("Holds a warrant for as long already"),
}
