"""Requests that bear an Idempotency-Key: asked again, they are answered and not done again."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from checkpoint.clock import to_ms
from checkpoint.errors import Refused
from checkpoint.services.office import Office
from checkpoint.storage import access_tokens as stored

KEPT = timedelta(hours=24)
UNSETTLED = timedelta(minutes=2)
"""After it a request that was never settled, as its process died, may be made again."""
_KEY = re.compile(r"[!-~]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: whose token, its text, the key that it bears (empty for none), what it says."""

    token_id: str
    token: str
    key: str
    said: bytes


def once(office: Office, asked: Asked, do: Callable[[], str]) -> str:
    """What `do` answers, the id of what it made; for a request that was made before, that id.

    Raises Refused for a key that is none, one that was used for another request, and one whose
    request is being served right now. What `do` refuses leaves the key free.
    """
    if not asked.key:
        return do()
    if not _KEY.fullmatch(asked.key):
        raise Refused(
            "idempotency_key is not 1 to 64 printable characters", remedy="send a fresh UUID"
        )
    print_ = hmac.digest(asked.token.encode(), asked.said, hashlib.sha256)
    now = office.clock.now()
    row = {
        "token_id": asked.token_id,
        "request_key": asked.key,
        "fingerprint": print_,
        "subject": "",
        "at": to_ms(now),
    }
    with office.db.write() as session:
        stored.forget_asked(session, asked.token_id, to_ms(now - KEPT))
        held = stored.claim(session, row, to_ms(now - UNSETTLED))
        if held is not None and held.fingerprint != print_:
            raise Refused(
                "idempotency_key was used for another request", remedy="send a fresh UUID"
            )
        if held is not None and not held.subject:
            raise Refused("idempotency_key is being served", remedy="ask again in a second")
    if held is not None:
        return held.subject
    subject = ""
    try:
        subject = do()
    finally:
        with office.db.write() as session:
            stored.settle(session, asked.token_id, asked.key, subject)
    return subject
