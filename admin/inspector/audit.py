"""An audit at a click: the chains of one's warrants recomputed, the result in words.

It runs beside the requests, one at a time for each account, and the page asks how far it is. The
result is kept in the memory of the one process there is, until the next audit or a restart.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime

from flask import Flask, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.access import actor, scope
from admin.auth.current import account
from admin.db import office
from admin.forms.layers import VERDICTS, meaning
from admin.inspector.filters import places
from admin.inspector.home import blueprint
from checkpoint.entrylog.report import Report
from checkpoint.errors import Refused, SibaoError
from checkpoint.services import Actor, Office, auditing
from checkpoint.storage.scope import Scope

_RUNS = "sibao_audits"
_SHOWN = 20


@dataclass(slots=True)
class _Run:
    """One audit: how far it is, then its report, or why it ended without one."""

    begun: datetime
    scope: Scope
    total: int = 0
    done: int = 0
    report: Report | None = None
    fault: SibaoError | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    def go(self, of: Office, by: Actor) -> None:
        """The whole of it; the body of a thread."""
        try:
            self.report = auditing.audited(of, by, self.scope, self._all, self._one)
        except SibaoError as fault:
            self.fault = fault
        finally:
            self.ended.set()

    def _all(self, total: int) -> None:
        self.total = total

    def _one(self) -> None:
        self.done += 1


@blueprint.get("/audit")
def audit() -> ResponseReturnValue:
    """What an audit is, the button, and how the last one stands."""
    mine = scope()
    run = _runs(current_app).get(account().account_id)
    part = bool(request.headers.get("HX-Request"))
    gates = {gate.gate_id: gate.name for place in places(mine) for gate in place.gates}
    return render_template(
        "inspector/audited.html" if part else "inspector/audit.html",
        run=run if run and run.scope == mine else None,
        warranted=mine.enterprises or mine.sites,
        gates=gates,
        verdicts=VERDICTS,
        meaning=meaning,
        shown=_SHOWN,
    )


@blueprint.post("/audit")
def begin_audit() -> ResponseReturnValue:
    """Begin one, unless one of this account is running."""
    mine = scope()
    if not (mine.enterprises or mine.sites):
        raise Refused("no warrant is in force", remedy="ask the bureau")
    runs, whose = _runs(current_app), account().account_id
    with _ALONE:
        running = runs.get(whose)
        if running is None or running.ended.is_set():
            run = runs[whose] = _Run(office().clock.now(), mine)
            body = (office(), actor())
            threading.Thread(target=run.go, args=body, name="audit", daemon=True).start()
    return redirect(url_for("inspector.audit"))


_ALONE = threading.Lock()


def _runs(app: Flask) -> dict[str, _Run]:
    held: dict[str, _Run] = app.extensions.setdefault(_RUNS, {})
    return held
