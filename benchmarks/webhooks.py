"""What webhooks cost the intake of entries: a batch stored with none and with five of them.

Batches by turns without webhooks and with them, in processor time, so that other programs do not
count. `ingest` does nothing for webhooks itself; `noticed` is what looking for their events after
each batch takes, which a thread of the server does on its own.

    python -m benchmarks.webhooks --batches 40
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click

from benchmarks.long_log import LongLog, long_log
from checkpoint.domain.hook_event import CHOSEN
from checkpoint.services import SYSTEM, ingest, webhook_queue, webhooks
from checkpoint.services.webhooks import HookForm

HOOKS = 5
BATCH = 200


def measured(log: LongLog, batches: int) -> dict[str, float]:
    """Medians in µs an entry: stored without webhooks, with them, and the look afterwards."""
    spent: dict[str, list[float]] = {"without": [], "with": [], "noticed": []}
    size = 0
    for number in range(batches):
        hooks = _hooks(log) if number % 2 else []
        size += BATCH
        with patch.object(ingest, "ingest", _timed(ingest.ingest, spent[_name(hooks)])):
            for _ in log.grow(size, served=True):
                pass
        _timed(webhook_queue.notice, spent["noticed"] if hooks else [])(log.office)
        for hook_id in hooks:
            webhooks.remove(log.office, SYSTEM, "acme", hook_id, "measured")
    found = {name: round(statistics.median(each), 1) for name, each in spent.items()}
    return found | {"ratio": round(found["with"] / found["without"], 2)}


def _name(hooks: list[str]) -> str:
    return "with" if hooks else "without"


def _hooks(log: LongLog) -> list[str]:
    form = HookForm("https://hr.example.com/gate", CHOSEN)
    made = [webhooks.make(log.office, SYSTEM, "acme", form) for _ in range(HOOKS)]
    return [row.hook_id for _secret, row in made]


def _timed(call: Callable[..., Any], spent: list[float]) -> Callable[..., Any]:
    def timed(*given: Any) -> Any:
        began = time.process_time()
        found = call(*given)
        spent.append((time.process_time() - began) * 1e6 / BATCH)
        return found

    return timed


@click.command()
@click.option("--batches", default=40)
def main(batches: int) -> None:
    with tempfile.TemporaryDirectory() as folder, long_log(Path(folder)) as log:
        found = measured(log, batches)
    print(json.dumps({"load": os.getloadavg()[0], "us_an_entry": found}))


if __name__ == "__main__":
    main()
