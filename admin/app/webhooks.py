"""What tells webhooks of events: a thread of each process; the database gives out the turns."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from flask import Flask

from admin.config import Settings
from checkpoint.errors import SibaoError
from checkpoint.services import webhook_queue
from checkpoint.services.office import Office
from checkpoint.services.webhook_sending import Sender

ASK_EVERY_S = 2.0
AT_ONCE = 4
"""Webhooks that are told at the same time: a slow one holds up no other."""


def begin(app: Flask, office: Office) -> threading.Event:
    """Start the thread; the event stops it."""
    stop = threading.Event()
    threading.Thread(target=run, args=(app, office, stop), name="webhooks", daemon=True).start()
    return stop


def run(app: Flask, office: Office, stop: threading.Event) -> None:
    """Look and tell until told to stop; the body of the thread."""
    with ThreadPoolExecutor(AT_ONCE, "webhook") as pool:
        while not stop.is_set():
            try:
                turn(app, office, pool)
            except SibaoError as fault:
                app.logger.error("webhooks: %s", type(fault).__name__)  # noqa: TRY400 - may quote
            except Exception:
                app.logger.exception("webhooks failed")
            stop.wait(ASK_EVERY_S)


def turn(app: Flask, office: Office, pool: ThreadPoolExecutor) -> int:
    """Look for events once and tell what is due; how many were taken."""
    settings: Settings = app.config["SIBAO"]
    send = Sender(office.clock, settings.webhook_networks)
    webhook_queue.notice(office)
    tell = partial(webhook_queue.deliver, office, send=send)
    return sum(pool.map(tell, webhook_queue.due(office)))
