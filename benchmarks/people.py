"""How long questions about people take at a busy site, and the replay of a policy.

A site where `--people` pass in and out each day, for ten days: whom one of them was inside with
(one day, a week), and the whole week of one who passed thousands of times; a policy's replay over
all entries (asked once). Each beside a floor of the same run and the same rows: a bare read of
them, for the replay with their bodies decoded.

    python -m benchmarks.people --people 5000
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from benchmarks.lookup import ACME, CAROL, grown, opened
from benchmarks.lookup_log import BEGINS, LookupLog
from checkpoint.domain.policy import Policy
from checkpoint.entrylog import decode_entry
from checkpoint.services import contacts, replaying, tracing
from checkpoint.services.rows import EntryPlace
from checkpoint.services.tracing import Question

DAYS = 10
ROUNDS = 5
_DAY = timedelta(days=1)
_WAYS = (
    "SELECT holder_id, at, direction, kiosk_id, epoch, seq FROM entry WHERE at >= :a AND at < :b"
)
_ALL = "SELECT at, id, body FROM entry WHERE at >= :a AND at < :b ORDER BY at, id"
_HIS = "SELECT * FROM entry WHERE holder_id = :h AND holder_id <> '' AND at >= :a AND at < :b"


@dataclass(frozen=True, slots=True)
class Timed:
    """Milliseconds of a question and of its floor: medians, and p95 of the question."""

    what: str
    rows: int
    p50: float
    p95: float
    floor: float

    def to_json(self) -> dict[str, Any]:
        """As plain values; `ratio` to the floor."""
        ratio = round(self.p50 / self.floor, 1)
        found = {name: getattr(self, name) for name in ("what", "rows")}
        return found | {
            "p50_ms": round(self.p50, 1),
            "p95_ms": round(self.p95, 1),
            "floor_ms": round(self.floor, 1),
            "ratio": ratio,
        }


def timed(
    what: str, rows: int, ours: Callable[[], Any], floor: Callable[[], Any], rounds: int = ROUNDS
) -> Timed:
    """Both by turns, so that they meet the same load."""
    spent: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for call, times in zip((ours, floor), spent, strict=True):
            began = time.perf_counter()
            call()
            times.append((time.perf_counter() - began) * 1000)
    mine, bare = spent
    p95 = statistics.quantiles(mine, n=20, method="inclusive")[-1] if len(mine) > 1 else mine[0]
    return Timed(what, rows, statistics.median(mine), p95, statistics.median(bare))


def _read(made: LookupLog, sql: str, since: datetime, until: datetime, **given: str) -> list[Any]:
    span = {"a": int(since.timestamp() * 1000), "b": int(until.timestamp() * 1000)}
    with made.office.db.read() as session:
        return list(session.execute(text(sql), span | given).all())


def busy_site(made: LookupLog) -> list[Timed]:
    """Contacts of a day and a week, and a replay of everything."""
    place = EntryPlace(made.kiosks[0].kiosk_id, 1, made.size // 2)
    middle = BEGINS + _DAY * (DAYS // 2)
    found = []
    for what, span in (("contacts, a day", _DAY), ("contacts, a week", 7 * _DAY)):
        question = Question(place, middle - span / 2, middle + span / 2)
        # A stay may begin a day before the time, or end a day after it.
        around = (question.since - _DAY, question.until + _DAY)
        rows = len(_read(made, _WAYS, *around))
        ours = partial(contacts.contacts, made.office, CAROL, ACME, question)
        found.append(timed(what, rows, ours, partial(_read, made, _WAYS, *around)))
    everything = (BEGINS, BEGINS + 2 * DAYS * _DAY)
    draft = replace(Policy(), fever_threshold_c=3700)
    return [
        *found,
        timed(
            "replay of a policy",
            made.size,
            lambda: replaying.replay(made.office, draft, everything),
            lambda: [decode_entry(row.body) for row in _read(made, _ALL, *everything)],
            rounds=1,
        ),
    ]


def frequent_person(made: LookupLog) -> list[Timed]:
    """A week of one who passed thousands of times."""
    place = EntryPlace(made.kiosks[0].kiosk_id, 1, made.size // 2)
    middle = BEGINS + _DAY * (DAYS // 2)
    question = Question(place, middle - 3.5 * _DAY, middle + 3.5 * _DAY)
    shown = tracing.timeline(made.office, CAROL, ACME, question)
    with made.office.db.read() as session:
        asked = text("SELECT holder_id FROM entry WHERE seq = :seq")
        holder = session.execute(asked, {"seq": place.seq}).scalar_one()
    return [
        timed(
            "timeline, a week of one person",
            len(shown.rows),
            lambda: tracing.timeline(made.office, CAROL, ACME, question),
            lambda: _read(made, _HIS, question.since, question.until, h=holder),
        )
    ]


@click.command()
@click.option("--people", default=5000, help="who pass the site each day")
@click.option("--database", "kinds", multiple=True, default=("sqlite", "postgresql"))
@click.option("--json", "as_json", is_flag=True)
def main(people: int, kinds: tuple[str, ...], as_json: bool) -> None:
    passings = 2 * people * DAYS
    every = DAYS * _DAY / passings
    for kind in kinds:
        found: list[Timed] = []
        for asked, given in (
            (busy_site, {"people": people}),
            (frequent_person, {"people": 10}),
        ):
            terms = {"sites": 1, "every": every} | given
            with (
                tempfile.TemporaryDirectory() as folder,
                opened(kind, Path(folder), **terms) as made,
            ):
                grown(made, passings)
                found += asked(made)
        told = [each.to_json() for each in found]
        if as_json:
            print(json.dumps({"database": kind, "load": os.getloadavg()[0], "found": told}))
            continue
        shown = Table(*told[0], title=f"{kind}, load average {os.getloadavg()[0]:.1f}")
        for row in told:
            shown.add_row(
                *(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row.values())
            )
        Console(width=120).print(shown)


if __name__ == "__main__":
    main()
