"""What runs background jobs: a thread of each process, and which kinds of job there are.

The database gives a job to one of all threads (`job_runs`). A task queue's library would bring a
server of its own to be kept, for a few jobs a day.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Mapping
from functools import partial

from flask import Flask
from flask_babel import force_locale

from admin.bureau import replays, warrant_many
from admin.inspector import list_export
from admin.sheets import enterprises, people, roster, vehicles
from checkpoint.errors import SibaoError
from checkpoint.services import issuing_roster, job_runs, revoking
from checkpoint.services.agreed import GRANT
from checkpoint.services.job_runs import Outcome, Progress, Run, Work
from checkpoint.services.office import Office
from checkpoint.services.roster_kinds import VEHICLES, WORKERS

ASK_EVERY_S = 1.0
KINDS: Mapping[str, Work] = {
    "replay_policy": replays.replay,
    "check_roster": partial(roster.check, WORKERS),
    "import_roster": partial(roster.bring_in, WORKERS),
    "export_roster": people.export,
    "check_vehicles": partial(roster.check, VEHICLES),
    "import_vehicles": partial(roster.bring_in, VEHICLES),
    "export_vehicles": vehicles.export,
    "issue_roster": issuing_roster.work,
    GRANT: warrant_many.work,
    revoking.JOB: revoking.work,
    "check_enterprises": enterprises.check,
    "import_enterprises": enterprises.bring_in,
    "export_enterprises": enterprises.export,
    list_export.LIST: list_export.list_work,
    list_export.LOG: list_export.log_work,
}
"""Each kind of job and its work. A kind has its words in `forms.job_words`."""


def begin(app: Flask, office: Office) -> threading.Event:
    """Start the thread; the event stops it after the job at hand."""
    stop = threading.Event()
    threading.Thread(target=run, args=(app, office, stop), name="jobs", daemon=True).start()
    return stop


def run(app: Flask, office: Office, stop: threading.Event) -> None:
    """Do job after job until told to stop; the body of the thread."""
    while not stop.is_set():
        try:
            more = turn(app, office)
        except SibaoError as fault:
            app.logger.error("a job: %s", type(fault).__name__)  # noqa: TRY400 - it may quote
            more = False
        except Exception as fault:  # noqa: BLE001 - its words may quote a row of somebody's file
            told = f"{type(fault).__name__} at {_place(fault)}"
            app.logger.error("a job failed: %s", told)  # noqa: TRY400
            more = False
        if not more:
            stop.wait(ASK_EVERY_S)


def turn(app: Flask, office: Office) -> bool:
    """Do the next job, if there is one; whether there was."""
    with app.app_context():
        return job_runs.run_next(office, {kind: _spoken(work) for kind, work in KINDS.items()})


def _spoken(work: Work) -> Work:
    """The work in the language of the page on which it was asked for."""

    def done(office: Office, run: Run, progress: Progress) -> Outcome:
        with force_locale(run.asked.get("language", "zh_Hans_CN")):
            return work(office, run, progress)

    return done


def _place(fault: Exception) -> str:
    """Where it was raised, without the values at hand there."""
    last = traceback.extract_tb(fault.__traceback__)[-1]
    return f"{last.filename}:{last.lineno}"
