"""Who a request of an enterprise's own system is from, and whether its token may do this.

What scope a route asks for stands in the access table, and nowhere else.
"""

from __future__ import annotations

import hashlib

from flask import Blueprint, current_app, g, request
from flask_limiter.util import get_remote_address

from admin.access import TABLE
from admin.api.systems import told
from admin.api.systems.told import Told
from admin.auth.accounts import may_administer
from admin.config import Settings
from admin.db import office
from checkpoint.errors import NotFound
from checkpoint.services import Actor, access_tokens
from checkpoint.services.access_tokens import TokenRow, TokenState

blueprint = Blueprint("systems", __name__, url_prefix="/api/v1/enterprise")
told.handle(blueprint)

_ENDED = {
    TokenState.EXPIRED: (401, "token_expired"),
    TokenState.REVOKED: (401, "token_revoked"),
    TokenState.SUSPENDED: (403, "enterprise_suspended"),
    TokenState.MAKER_GONE: (403, "token_maker_gone"),
}


@blueprint.before_request
def _let_in() -> None:
    text = presented()
    try:
        token = access_tokens.holder_of(office(), text, _maker_may)
    except NotFound:
        raise Told(401, "token_unknown") from None
    if token.state in _ENDED:
        status, code = _ENDED[token.state]
        raise Told(status, code)
    access_tokens.used(office(), token, get_remote_address())
    wanted = TABLE[request.endpoint or ""].scope
    if wanted not in token.scopes:
        raise Told(403, "scope_missing", field=str(wanted))
    g.token = token


def presented() -> str:
    """The token as it came with the request, empty for none."""
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if kind.lower() == "bearer" else ""


def _maker_may(account_id: str, enterprise_id: str) -> bool:
    return may_administer(office(), account_id, enterprise_id)


def limit() -> str:
    """How often one token, or one address without any, may ask."""
    settings: Settings = current_app.config["SIBAO"]
    return f"{settings.api_per_minute} per minute"


def counted_as() -> str:
    """What requests are counted by: the token as presented, the address without any."""
    text = presented()
    if not text.startswith("sibao_"):
        return get_remote_address()
    return hashlib.sha256(text.encode()).hexdigest()


def token() -> TokenRow:
    """The token of this request."""
    held: TokenRow = g.token
    return held


def mine() -> str:
    """The enterprise whose token it is: all that a request may see."""
    return token().enterprise_id


def by() -> Actor:
    """Who is written to the action record."""
    return token().actor
