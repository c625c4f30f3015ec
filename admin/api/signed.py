"""Who a request is from: a kiosk proves itself by its key's signature over the request."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import g, request

from admin.api.problems import Objection
from admin.db import office
from checkpoint.errors import NotFound
from checkpoint.services import enrolment
from checkpoint.wire.request import Authorization, SignedRequest

P = ParamSpec("P")
R = TypeVar("R")

_REMEDY = "enrol the kiosk again: python -m kiosk enroll CODE"


def signed(view: Callable[P, R]) -> Callable[P, R]:
    """Let in only requests that a known kiosk's key signed. One answer for every failure."""

    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        g.kiosk_id = _kiosk()
        enrolment.seen(office(), g.kiosk_id, office().clock.now())
        return view(*args, **kwargs)

    return checked


def _kiosk() -> str:
    claimed = Authorization.parse(request.headers.get("Authorization", ""))
    query = request.query_string.decode("ascii", "replace")
    path = f"{request.path}?{query}" if query else request.path
    meant = SignedRequest(request.method, path, request.get_data())
    if claimed is not None:
        try:
            key = enrolment.key_of(office(), claimed.kiosk_id)
        except NotFound:
            key = None
        if key is not None and claimed.holds(meant, key):
            return claimed.kiosk_id
    raise Objection(401, "the request is not signed by a known kiosk", _REMEDY)
