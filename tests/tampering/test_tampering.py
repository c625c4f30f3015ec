"""The tamper matrix at a few positions: each class is caught, and nothing else alarms."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from checkpoint.entrylog.report import Report, Verdict
from fuzz.tampering import kinds, matrix
from fuzz.tampering.deployment import DATABASE, JOURNAL, Deployment
from fuzz.tampering.postgres import served

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

UNSEEN = {"file of half a day ago put back", "end cut off with all signed notes"}
"""What only a head held elsewhere shows: docs/trust.md."""
ON_POSTGRESQL = (
    "byte of entry: person",
    "byte of entry: place",
    "byte of entry: projections",
    "byte of receipt",
    "byte of leaf",
    "byte of action",
    "byte of remark",
    "deleted row of kiosk",
    "two entries swapped",
    "entry inserted",
    "row hidden by a view",
    "trigger or rule planted",
    "all evidence deleted",
    "trigger with a function planted",
    "row hidden by row security",
    "index made anew without a row",
    "index never asked",
    "CHECK dropped",
    "rows in a child table",
    "table shadowed by another schema's",
)
"""One of each kind of evidence: a fresh copy of the database for each takes seconds."""


def judged(target: matrix.Target, which: list[matrix.Kind]) -> dict[str, int]:
    """How often each class was missed, of one position each."""
    lines = matrix.run(target, which, 1, seed=7)
    return {line.name: line.trials - line.caught for line in lines if not line.held}


def test_every_class_of_change_to_a_journal_is_caught(made: Deployment, tmp_path: Path) -> None:
    missed = judged(matrix.journal(made, tmp_path), kinds.kinds_of_journal(made))
    assert {name for name, count in missed.items() if count} <= UNSEEN


def test_every_class_of_change_to_a_server_is_caught(made: Deployment, tmp_path: Path) -> None:
    target = matrix.sqlite_server(made, tmp_path)
    missed = judged(target, kinds.kinds_of_server(made, sqlite=True))
    assert {name for name, count in missed.items() if count} <= UNSEEN


def test_every_class_of_change_to_an_export_is_caught(made: Deployment, tmp_path: Path) -> None:
    lines = matrix.run(matrix.export(made, tmp_path), kinds.kinds_of_export(), 10, seed=7)
    missed = {line.name for line in lines if line.caught < line.trials}
    assert not missed


@pytest.fixture
def on_postgres(postgres_url: str, tmp_path: Path) -> Iterator[tuple[Deployment, matrix.Target]]:
    """The deployment on PostgreSQL, made anew from a template for each change."""
    with served(postgres_url, tmp_path, 24) as found:
        yield found


@pytest.mark.postgres
def test_changes_on_postgresql_are_caught(on_postgres: tuple[Deployment, matrix.Target]) -> None:
    made, target = on_postgres
    every = {kind.name: kind for kind in kinds.kinds_of_server(made, sqlite=False)}
    missed = judged(target, [every[name] for name in ON_POSTGRESQL])
    assert set(missed.values()) == {0}


@pytest.mark.parametrize("upkeep", ["VACUUM", "ANALYZE", "REINDEX"])
def test_upkeep_is_no_alarm(made: Deployment, tmp_path: Path, upkeep: str) -> None:
    journal, server = matrix.journal(made, tmp_path), matrix.sqlite_server(made, tmp_path)
    for target, file in ((journal, f"{JOURNAL}/journal.db"), (server, f"server/{DATABASE}")):
        target.reset()
        with closing(sqlite3.connect(tmp_path / file)) as database:
            database.execute(upkeep)
            database.commit()
        report: Report = target.audit(target.kept)
        assert (report.verdict, report.first) == (Verdict.INTACT, None)
