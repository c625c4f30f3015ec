"""How fast a roster comes in from Excel, beside the bare reader in the same run.

The file is read, checked row by row and written in one transaction, as the job does it; the bare
reader (python-calamine) only turns the same bytes into lists. `again` is the same file once more,
which changes nothing. Told besides: how long the transaction was open, how long another writer had
to wait meanwhile (it records an act every 50 ms, as durably as the entries of a gate), and the most
memory that the process took.

    python -m benchmarks.roster --rows 50000
"""

from __future__ import annotations

import io
import json
import resource
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import click
import xlsxwriter
from python_calamine import CalamineWorkbook
from rich.console import Console
from rich.table import Table
from stdnum.cn import ric, uscc

from checkpoint.clock import SystemClock
from checkpoint.errors import StorageFault
from checkpoint.services import SYSTEM, Office, authorizing, roster_import, sheets
from checkpoint.services.actions import Act, record
from checkpoint.services.forms import EnterpriseForm
from checkpoint.services.roster_import import Plan, Upload
from checkpoint.services.roster_sheet import LAYOUT
from checkpoint.services.sheet_import import Verdict

HEAD = ("姓名", "身份证号", "手机号", "岗位", "厂区", "班次")
HOME = "bench"
T = TypeVar("T")
Spent = tuple[float, float]
"""Seconds by the clock, and those of them that a processor of ours worked."""


def id_number(serial: int) -> str:
    day, order = divmod(serial, 999)
    body = f"110105{1950 + day}0307{order + 1:03}"
    return body + ric.calc_check_digit(body + "0")


def made(rows: int) -> bytes:
    blob = io.BytesIO()
    book = xlsxwriter.Workbook(blob, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEAD)
    for at in range(rows):
        cells = (f"员工{at}", id_number(at), f"138{at:08}", "操作工", "一厂", "08:00-16:00")
        for column, cell in enumerate(cells):
            sheet.write_string(at + 1, column, cell)
    book.close()
    return blob.getvalue()


def office_in(folder: Path, url: str) -> Office:
    office = Office.open(url or f"sqlite:///{folder}/sibao.db", folder / "keys", SystemClock())
    office.db.upgrade()
    code = "91110000000000001"
    form = EnterpriseForm(HOME, "Bench", code + uscc.calc_check_digit(code))
    authorizing.register_enterprise(office, SYSTEM, form)
    authorizing.add_site(office, SYSTEM, HOME, "一厂")
    return office


def quiet(_done: int, _of: int) -> None:
    """No bar."""


def timed(what: Callable[[], T]) -> tuple[Spent, T]:
    began, worked = time.perf_counter(), time.process_time()
    found = what()
    return (time.perf_counter() - began, time.process_time() - worked), found


@contextmanager
def another_writer(office: Office, waits: list[float]) -> Iterator[None]:
    """Somebody else who writes while the block runs, and tries again where that is refused.

    How long each write took, in seconds, with the 50 ms before it.
    """
    over = threading.Event()

    def write() -> None:
        began = time.perf_counter()
        while not over.wait(0.05):
            with suppress(StorageFault):
                with office.db.write() as session:
                    record(office, session, SYSTEM, Act("beside", "bench"))
                waits.append(time.perf_counter() - began)
                began = time.perf_counter()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def peak_mib() -> int:
    """The most memory that this process took so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def measured(office: Office, blob: bytes) -> tuple[dict[str, Spent], dict[str, float]]:
    def bare() -> int:
        book = CalamineWorkbook.from_filelike(io.BytesIO(blob))
        return len(book.get_sheet_by_index(0).to_python())

    def looked() -> Plan:
        return roster_import.plan(office, HOME, blob, quiet)

    upload, held, waits = Upload(HOME, "0" * 16, blob), list[float](), list[float]()

    def brought() -> Plan:
        made = roster_import.import_holders(
            office, SYSTEM, upload, lambda _session: held.append(time.perf_counter()), quiet
        )
        held.append(time.perf_counter())
        return made

    times = {
        "bare reader": min(timed(bare)[0] for _ in range(3)),
        "read": timed(lambda: sheets.table(sheets.read(blob), LAYOUT))[0],
        "look": timed(looked)[0],
    }
    before = peak_mib()
    with another_writer(office, waits):
        times["import"] = timed(brought)[0]
    beside: dict[str, float] = {
        "transaction, s": round(held[-1] - held[-2], 2),
        "another writer at most, s": round(max(waits), 2),
        "MiB before": before,
        "MiB": peak_mib(),
    }
    times["again"], last = timed(brought)
    if last.count(Verdict.SAME) != len(last.verdicts):
        raise click.ClickException("the second import changed something")
    return times, beside


@click.command()
@click.option("--rows", default=50_000, type=click.IntRange(1, sheets.ROWS))
@click.option("--database", default="", help="PostgreSQL's URL; SQLite in a folder without.")
@click.option("--json", "as_json", is_flag=True)
def main(rows: int, database: str, as_json: bool) -> None:
    """Time an import of a roster and compare it with the bare reader."""
    with tempfile.TemporaryDirectory() as name:
        office = office_in(Path(name), database)
        times, beside = measured(office, made(rows))
        office.close()
    bare, _ = times["bare reader"]
    found = {
        what: {
            "seconds": round(spent, 2),
            "processor": round(worked, 2),
            "rows_per_second": round(rows / spent),
            "ratio": round(spent / bare, 1),
        }
        for what, (spent, worked) in times.items()
    }
    if as_json:
        click.echo(json.dumps({**found, "beside": beside}))
        return
    table = Table("", "seconds", "of a processor", "rows/s", "× bare reader")
    for what, row in found.items():
        table.add_row(what, *(str(number) for number in row.values()))
    Console().print(table)
    Console().print(", ".join(f"{what} {value}" for what, value in beside.items()))


if __name__ == "__main__":
    main()
