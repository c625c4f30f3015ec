"""Access tokens 访问令牌: what an enterprise's own systems prove themselves with.

A token is refused once it has expired or was revoked, while its enterprise is suspended, and while
the account that made it could not make it any more; who asks for that last part is `maker_may`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from checkpoint.clock import from_ms, to_ms
from checkpoint.domain.token_scope import TokenScope
from checkpoint.errors import NotFound, Refused
from checkpoint.services import fields
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.authorizing import short_id
from checkpoint.services.office import Office
from checkpoint.storage import access_tokens as stored
from checkpoint.storage import places, tables

LIFE_MOST = timedelta(days=366)
TOKENS_MOST = 20
"""Tokens in force of one enterprise: enough for each of its systems, few enough to know them."""
ROLE = "token"
"""The role under which a token stands in the action record, with its own name."""
_USED_EVERY_MS = 60_000
_FORM = re.compile(r"sibao_([0-9A-Z]{6})_([0-9a-f]{64})", re.ASCII)
_NOBODY = bytes(32)


class TokenState(StrEnum):
    """Whether a token opens anything."""

    IN_FORCE = "in_force"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    """the enterprise is"""
    MAKER_GONE = "maker_gone"
    """whoever made it is disabled, or no admin of the enterprise any more"""


@dataclass(frozen=True, slots=True)
class TokenForm:
    """A token to be made."""

    name: str
    scopes: tuple[TokenScope, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as its enterprise sees it: never the token itself."""

    token_id: str
    enterprise_id: str
    name: str
    scopes: tuple[TokenScope, ...]
    made_by: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    used_from: str
    revoked_at: datetime | None
    state: TokenState

    @property
    def actor(self) -> Actor:
        """Who is written to the action record for what the token does."""
        return Actor(self.token_id, ROLE, self.name)


MakerMay = Callable[[str, str], bool]
"""Whether an account may still make tokens of an enterprise."""


def make(office: Office, by: Actor, enterprise_id: str, form: TokenForm) -> tuple[str, TokenRow]:
    """A new token: its text, which is told this once, and its row.

    Raises Refused naming the field: no scope, a term of more than `LIFE_MOST`, too many tokens.
    """
    name = fields.line("name", form.name)
    if not form.scopes:
        raise Refused("scopes are missing", remedy="choose what the system may do")
    now = office.clock.now()
    if not now < form.expires_at <= now + LIFE_MOST:
        raise Refused("expires_at is not within a year", remedy="give a day within a year")
    token_id = short_id("T")
    text = f"sibao_{token_id[2:]}_{secrets.token_hex(32)}"
    row = tables.AccessToken(
        token_id=token_id,
        enterprise_id=enterprise_id,
        name=name,
        scopes=" ".join(scope.value for scope in TokenScope if scope in form.scopes),
        secret_hash=_hash(text),
        made_by=by.account_id,
        made_at=to_ms(now),
        expires_at=to_ms(form.expires_at),
        used_at=None,
        used_from="",
        revoked_at=None,
        revoked_why="",
    )
    with office.db.write() as session:
        places.enterprise(session, enterprise_id, lock=True)
        alive = [r for r in stored.tokens(session, enterprise_id) if _alive(r, to_ms(now))]
        if len(alive) >= TOKENS_MOST:
            raise Refused(f"tokens are at most {TOKENS_MOST}", remedy="revoke one first")
        if any(other.name == name for other in alive):
            raise Refused("name is taken", remedy="give each system its own name")
        session.add(row)
        record(office, session, by, Act("make_token", token_id, enterprise_id))
    return text, _row(row, TokenState.IN_FORCE)


def revoke(office: Office, by: Actor, enterprise_id: str, token_id: str, why: str) -> None:
    """End a token for good. Raises NotFound for another enterprise's, Refused for one revoked."""
    why = fields.reason(why)
    with office.db.write() as session:
        row = stored.token(session, enterprise_id, token_id, lock=True)
        if row.revoked_at is not None:
            raise Refused(f"token {token_id!r} is revoked already")
        row.revoked_at, row.revoked_why = office.now_ms(), why
        record(office, session, by, Act("revoke_token", token_id, enterprise_id, why))


def tokens(office: Office, enterprise_id: str, maker_may: MakerMay) -> tuple[TokenRow, ...]:
    """All tokens of an enterprise, the newest first."""
    now = office.now_ms()
    with office.db.read() as session:
        home = places.enterprise(session, enterprise_id)
        found = stored.tokens(session, enterprise_id)
        return tuple(_row(row, _state(row, home, now, maker_may)) for row in found)


def holder_of(office: Office, text: str, maker_may: MakerMay) -> TokenRow:
    """The token of this text, whatever its state. Raises NotFound for one that is none of ours.

    Compared in constant time, with a hash of nothing where there is no such token.
    """
    form = _FORM.fullmatch(text)
    now = office.now_ms()
    with office.db.read() as session:
        row = stored.anybodys(session, f"T-{form[1]}") if form else None
        held = row.secret_hash if row else _NOBODY
        if not hmac.compare_digest(_hash(text), held) or row is None:
            raise NotFound("no such token")
        home = places.enterprise(session, row.enterprise_id)
        return _row(row, _state(row, home, now, maker_may))


def used(office: Office, token: TokenRow, address: str) -> None:
    """Note when and from where a token was used, to within a minute."""
    now = office.now_ms()
    fresh = token.used_at is not None and to_ms(token.used_at) + _USED_EVERY_MS > now
    if fresh and token.used_from == address:
        return
    with office.db.write() as session:
        row = stored.token(session, token.enterprise_id, token.token_id, lock=True)
        row.used_at, row.used_from = now, address[:64]


def _alive(row: tables.AccessToken, now: int) -> bool:
    return row.revoked_at is None and row.expires_at > now


def _state(
    row: tables.AccessToken, home: tables.Enterprise, now: int, maker_may: MakerMay
) -> TokenState:
    if row.revoked_at is not None:
        return TokenState.REVOKED
    if row.expires_at <= now:
        return TokenState.EXPIRED
    if home.suspended_at is not None:
        return TokenState.SUSPENDED
    if not maker_may(row.made_by, row.enterprise_id):
        return TokenState.MAKER_GONE
    return TokenState.IN_FORCE


def _row(row: tables.AccessToken, state: TokenState) -> TokenRow:
    return TokenRow(
        token_id=row.token_id,
        enterprise_id=row.enterprise_id,
        name=row.name,
        scopes=tuple(map(TokenScope, row.scopes.split())),
        made_by=row.made_by,
        made_at=from_ms(row.made_at),
        expires_at=from_ms(row.expires_at),
        used_at=None if row.used_at is None else from_ms(row.used_at),
        used_from=row.used_from,
        revoked_at=None if row.revoked_at is None else from_ms(row.revoked_at),
        state=state,
    )


def _hash(text: str) -> bytes:
    return hashlib.sha256(b"sibao/access-token/v1\0" + text.encode()).digest()
