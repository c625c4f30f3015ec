"""What the running server does by itself once a day: keeping the policy's retention.

A thread that asks now and then whether it is its turn; the database says so to one of all
processes (`retaining.retain_daily`). A scheduler's library would have to be asked the same.
"""

from __future__ import annotations

import threading

from flask import Flask

from checkpoint.errors import SibaoError
from checkpoint.services import retaining
from checkpoint.services.office import Office

ASK_EVERY_S = 600.0


def begin(app: Flask, office: Office) -> threading.Event:
    """Start the thread; the event stops it."""
    stop = threading.Event()
    threading.Thread(target=run, args=(app, office, stop), name="daily", daemon=True).start()
    return stop


def run(app: Flask, office: Office, stop: threading.Event) -> None:
    """Ask until told to stop; the body of the thread."""
    while not stop.is_set():
        try:
            done = retaining.retain_daily(office)
            if done is not None:
                app.logger.info("retention kept: %s erased", done.total)
        except SibaoError as fault:
            app.logger.error("retention: %s", type(fault).__name__)  # noqa: TRY400 - it may quote
        except Exception:
            app.logger.exception("retention failed")
        stop.wait(ASK_EVERY_S)
