"""Access tokens and the requests that they made once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from checkpoint.errors import NotFound
from checkpoint.storage.tables import AccessToken, AskedOnce


def token(
    session: Session, enterprise_id: str, token_id: str, *, lock: bool = False
) -> AccessToken:
    """A token of the enterprise; `lock` makes others wait. Raises NotFound for another's."""
    row = session.get(AccessToken, token_id, with_for_update=lock or None)
    if row is None or row.enterprise_id != enterprise_id:
        raise NotFound(f"no token {token_id!r} here")
    return row


def anybodys(session: Session, token_id: str) -> AccessToken | None:
    """A token of whichever enterprise, None for an unknown one."""
    return session.get(AccessToken, token_id)


def tokens(session: Session, enterprise_id: str) -> Sequence[AccessToken]:
    """All tokens of an enterprise, the newest first."""
    rows = select(AccessToken).where(AccessToken.enterprise_id == enterprise_id)
    return session.scalars(rows.order_by(AccessToken.made_at.desc(), AccessToken.token_id)).all()


def claim(session: Session, row: dict[str, Any], stale_before: int) -> AskedOnce | None:
    """Take a request key; None when it is the caller's, else what holds it.

    One that was taken before `stale_before` and never settled is given away.
    """
    postgres = session.get_bind().dialect.name == "postgresql"
    adding = (postgresql if postgres else sqlite).insert(AskedOnce).values(row)
    taken = session.execute(adding.on_conflict_do_nothing().returning(AskedOnce.token_id)).first()
    if taken is not None:
        return None
    held = session.get(AskedOnce, (row["token_id"], row["request_key"]), with_for_update=True)
    if held is None or held.subject or held.at >= stale_before:
        return held
    if held.fingerprint == row["fingerprint"]:
        held.at = row["at"]
        return None
    return held


def settle(session: Session, token_id: str, request_key: str, subject: str) -> None:
    """Note what came of a request; without a subject it may be made again."""
    row = session.get(AskedOnce, (token_id, request_key), with_for_update=True)
    if row is not None and subject:
        row.subject = subject
    elif row is not None:
        session.delete(row)


def forget_asked(session: Session, token_id: str, before: int) -> None:
    """Drop the requests of a token that were made before a time."""
    session.execute(delete(AskedOnce).where(AskedOnce.token_id == token_id, AskedOnce.at < before))
