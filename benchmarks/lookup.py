"""How long an inspector waits for a page of entries, by filter, as the log grows to a million.

The same log of 10^4, 10^5 and 10^6 entries at twenty sites lies in SQLite and in a PostgreSQL
started for it (no fsync while it is filled; vacuumed and analysed as its own daemon does). A page
is all that the list asks the services for: `lookup.find`, which unseals fifty people and leaves its
signed record, and the search for copied passes. `floor` is a bare read of fifty rows by primary
key in the same run. `page 100` follows the cursor of ninety-nine pages. At the end batches go in
as `ingest` stores them, with the indexes that filters read and with the narrow one alone.

    python -m benchmarks.lookup --entries 1000000
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import event, text

from benchmarks.lookup_log import BEGINS, EVERY, OLD, LookupLog
from checkpoint.clock import FixedClock
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import ClockQuality, Direction
from checkpoint.domain.reason import Reason
from checkpoint.services import Actor, Office, Scope, copies, lookup
from checkpoint.storage import log
from checkpoint.storage.entry_filter import EntryFilter, Later
from checkpoint.storage.tables.entries import UNUSUAL
from checkpoint.wire.entries import Standing
from tests.fixtures.postgres import database, server

CAROL = Actor("c1", "inspector", "Carol")
ACME = Scope.of("acme")
GOAL_MS = 300
NARROW = "kiosk_site_id, at, id"
WIDE = (
    f"{NARROW}, kind, outcome, direction, temperature_c, clock_quality, standing, gate_id, reasons"
    ", pass_kind"
)
WITH_ONE_SITE = (
    "no filter",
    "name",
    "reason: old",
    "reason: none",
    "temperature: none",
    "annulled",
)
BY_PEOPLE = (EntryKind.PASSAGE, EntryKind.OVERRIDE, EntryKind.ANNULMENT, EntryKind.EMERGENCY)
Found = dict[str, tuple[float, float]]


def filters(made: LookupLog) -> dict[str, EntryFilter]:
    """What is asked; `none` says that nothing is found, `old` that only the oldest are."""
    day = EVERY * (made.size // 2)
    return {
        "no filter": EntryFilter(),
        "made by people": EntryFilter(kinds=BY_PEOPLE),
        "an hour long ago": EntryFilter(
            since=BEGINS + day, until=BEGINS + day + timedelta(hours=1)
        ),
        "a year before: none": EntryFilter(until=BEGINS - timedelta(days=365)),
        "gate": EntryFilter(gate_id=made.kiosks[0].gate_id),
        "gate: none": EntryFilter(gate_id="G-nowhere"),
        "name": EntryFilter(name="王7"),
        "name: none": EntryFilter(name="王八千"),
        "ID tail": EntryFilter(id_tail="0042"),
        "plate": EntryFilter(plate="京A12345"),
        "plate: none": EntryFilter(plate="京A99999"),
        "pass": EntryFilter(pass_id=f"{42:016x}"),
        "pass: none": EntryFilter(pass_id="f" * 16),
        "outcome": EntryFilter(outcome=Outcome.DENY),
        "kind: none": EntryFilter(kinds=(EntryKind.EMERGENCY,)),
        "reason": EntryFilter(reason=Reason.FEVER),
        "reason: old": EntryFilter(reason=Reason.VEHICLE_FULL),
        "reason: none": EntryFilter(reason=Reason.MALFORMED),
        "temperature": EntryFilter(temperature_from_c=3730),
        "temperature: none": EntryFilter(temperature_from_c=4200),
        "kind of pass": EntryFilter(pass_kind=PassKind.WORKER),
        "kind of pass: old": EntryFilter(pass_kind=PassKind.VISITOR),
        "kind of pass: none": EntryFilter(pass_kind=PassKind.EMERGENCY_VEHICLE),
        "overrides": EntryFilter(kinds=(EntryKind.OVERRIDE,)),
        "overridden": EntryFilter(later=Later.OVERRIDDEN),
        "annulled": EntryFilter(later=Later.ANNULLED),
        "remarked: none": EntryFilter(later=Later.REMARKED),
        "clock: old": EntryFilter(clock_quality=ClockQuality.UNSYNCHRONISED),
        "clock: none": EntryFilter(clock_quality=ClockQuality.SUSPECT),
        "marked: none": EntryFilter(standing=Standing.FLAGGED),
        "degraded": EntryFilter(degraded=True),
        "four at once: none": EntryFilter(
            kinds=BY_PEOPLE,
            direction=Direction.OUT,
            outcome=Outcome.ADMIT,
            reason=Reason.FEVER,
            temperature_from_c=3600,
        ),
    }


def measured(made: LookupLog, rounds: int) -> Found:
    """p50 and p95 in ms by what was asked."""
    one_site = Scope(sites=frozenset({made.kiosks[3].site_id}))
    found: Found = {"floor": _times(lambda: _floor(made.office), rounds)}
    for name, wanted in filters(made).items():
        found[name] = _times(partial(_page, made.office, ACME, wanted), rounds)
        if name in WITH_ONE_SITE:
            narrow = _times(partial(_page, made.office, one_site, wanted), rounds)
            found[f"{name}, one site of twenty"] = narrow
    cursor = _cursor(made.office, 99)
    found["page 100"] = _times(lambda: _page(made.office, ACME, EntryFilter(), cursor), rounds)
    return found


def _page(office: Office, scope: Scope, wanted: EntryFilter, after: str | None = None) -> None:
    page = lookup.find(office, CAROL, scope, wanted, after)
    copies.suspected(office, scope, (row.place for row in page.rows))


def _floor(office: Office) -> None:
    with office.db.read() as session:
        session.execute(text("SELECT * FROM entry WHERE id > 5000 ORDER BY id LIMIT 50")).all()


def _cursor(office: Office, pages: int) -> str | None:
    after: str | None = None
    for _ in range(pages):
        after = lookup.find(office, CAROL, ACME, EntryFilter(), after).after
    return after


def _times(call: Callable[[], None], rounds: int) -> tuple[float, float]:
    call()
    spent: list[float] = []
    for _ in range(rounds):
        began = time.perf_counter()
        call()
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent), statistics.quantiles(spent, n=20, method="inclusive")[-1]


def ingest_cost(made: LookupLog) -> dict[str, float]:
    """Microseconds a row of storing batches of a hundred, one durable transaction each."""
    found = {}
    for name, columns, unusual in (
        ("narrow", NARROW, False),
        ("wide", WIDE, False),
        ("wide and unusual", WIDE, True),
        ("narrow again", NARROW, False),
    ):
        with made.office.db.write() as session:
            session.execute(text("DROP INDEX IF EXISTS ix_entry_unusual"))
            session.execute(text("DROP INDEX ix_entry_kiosk_site"))
            session.execute(text(f"CREATE INDEX ix_entry_kiosk_site ON entry ({columns})"))
            if unusual:
                made_of = f"entry ({columns}) WHERE {UNUSUAL}"
                session.execute(text(f"CREATE INDEX ix_entry_unusual ON {made_of}"))
        spent = []
        for _ in range(40):
            rows = list(made.rows(100))
            began = time.perf_counter()
            with made.office.db.write() as session:
                log.add_entries(session, rows)
            spent.append((time.perf_counter() - began) * 1e6 / len(rows))
        found[name] = round(statistics.median(spent), 1)
    return found


@contextmanager
def opened(kind: str, folder: Path, **given: Any) -> Iterator[LookupLog]:
    """An empty log in a database of a kind."""
    clock = FixedClock(BEGINS)
    with ExitStack() as stack:
        url = f"sqlite:///{folder}/sibao.db"
        if kind == "postgresql":
            url = stack.enter_context(database(stack.enter_context(server())))
        office = Office.open(url, folder / "keys", clock)
        stack.callback(office.close)
        yield LookupLog.begun(office, clock, **given)


def _settled(made: LookupLog) -> None:
    """What the databases do by themselves after a while."""
    if made.office.db.is_sqlite:
        made.office.db.scrub()
        return
    engine = made.office.db.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))


@contextmanager
def _unsynced(office: Office) -> Iterator[None]:
    def off(connection: object, *_: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]

    event.listen(office.db.engine, "connect", off)
    office.db.engine.dispose()
    yield
    event.remove(office.db.engine, "connect", off)
    office.db.engine.dispose()


def grown(made: LookupLog, size: int) -> None:
    """The log at a size, on disk and at rest."""
    with _unsynced(made.office) if made.office.db.is_sqlite else nullcontext():
        made.grow(size)
    _settled(made)


def table(kind: str, found: dict[int, Found]) -> Table:
    """p50 / p95 by filter and size, and how the p95 grew from the first size to the last."""
    sizes = sorted(found)
    shown = Table("filter", *(f"{size:,}: p50 / p95 ms" for size in sizes), "p95 grew", title=kind)
    for name in found[sizes[0]]:
        cells = [f"{p50:.1f} / {p95:.1f}" for p50, p95 in (found[size][name] for size in sizes)]
        shown.add_row(name, *cells, f"{found[sizes[-1]][name][1] / found[sizes[0]][name][1]:.1f}x")
    return shown


@click.command()
@click.option("--entries", default=1_000_000, help="the longest log")
@click.option("--rounds", default=8, help="how often each page is asked for")
@click.option("--database", "kinds", multiple=True, default=("sqlite", "postgresql"))
@click.option("--json", "as_json", is_flag=True)
def main(entries: int, rounds: int, kinds: tuple[str, ...], as_json: bool) -> None:
    sizes = [size for size in (10_000, 100_000, 1_000_000) if size <= entries]
    for kind in kinds:
        found: dict[int, Found] = {}
        with tempfile.TemporaryDirectory() as folder, opened(kind, Path(folder)) as made:
            for size in sizes:
                grown(made, size)
                found[size] = measured(made, rounds)
            cost = ingest_cost(made)
        if as_json:
            print(json.dumps({"database": kind, "ms": found, "ingest_us_a_row": cost}))
            continue
        Console(width=150).print(table(kind, found))
        slowest = max(found[sizes[-1]].items(), key=lambda each: each[1][1])
        print(
            f"slowest at {sizes[-1]:,}: {slowest[0]}, p95 {slowest[1][1]:.0f} ms (goal {GOAL_MS})"
        )
        print(f"storing a row, µs: {cost}; {OLD} entries are `old`")


if __name__ == "__main__":
    main()
