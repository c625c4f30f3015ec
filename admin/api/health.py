"""Whether the server lives and its database answers."""

from __future__ import annotations

from flask import jsonify
from flask.typing import ResponseReturnValue

from admin.api.document import Health, answers, tree
from admin.db import log_state, office, ping
from checkpoint.errors import StorageFault


@tree.validate(resp=answers(503, HTTP_200=Health), skip_validation=True, tags=["health"])
def health() -> ResponseReturnValue:
    """Liveness, for supervisors and start scripts, and whether receipts are given."""
    try:
        ping(office())
    except StorageFault:
        return jsonify(error="the database does not answer", remedy="see the server's log"), 503
    return jsonify(status="ok", database="ok", receipts=log_state())
