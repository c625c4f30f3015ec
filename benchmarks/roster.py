"""How fast a roster comes in from Excel, beside the bare reader in the same run.

The file is read, checked row by row and written in one transaction, as the job does it; the bare
reader (python-calamine) only turns the same bytes into lists. `again` is the same file once more,
which changes nothing.

    python -m benchmarks.roster --rows 50000
"""

from __future__ import annotations

import io
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
import xlsxwriter
from python_calamine import CalamineWorkbook
from rich.console import Console
from rich.table import Table
from stdnum.cn import ric, uscc

from checkpoint.clock import SystemClock
from checkpoint.services import SYSTEM, Office, authorizing, roster_import, sheets
from checkpoint.services.forms import EnterpriseForm
from checkpoint.services.roster_import import Plan, Upload
from checkpoint.services.roster_sheet import LAYOUT
from checkpoint.services.sheet_import import Verdict

HEAD = ("姓名", "身份证号", "手机号", "岗位", "厂区", "班次")
HOME = "bench"
T = TypeVar("T")


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


def timed(what: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    found = what()
    return time.perf_counter() - began, found


def measured(office: Office, blob: bytes) -> dict[str, float]:
    def bare() -> int:
        book = CalamineWorkbook.from_filelike(io.BytesIO(blob))
        return len(book.get_sheet_by_index(0).to_python())

    def looked() -> Plan:
        return roster_import.plan(office, HOME, blob, quiet)

    upload = Upload(HOME, "0" * 16, blob)

    def brought() -> Plan:
        hold = lambda _session: None  # noqa: E731
        return roster_import.import_holders(office, SYSTEM, upload, hold, quiet)

    times = {
        "bare reader": min(timed(bare)[0] for _ in range(3)),
        "read": timed(lambda: sheets.table(sheets.read(blob), LAYOUT))[0],
        "look": timed(looked)[0],
        "import": timed(brought)[0],
    }
    times["again"], last = timed(brought)
    if last.count(Verdict.SAME) != len(last.verdicts):
        raise click.ClickException("the second import changed something")
    return times


@click.command()
@click.option("--rows", default=50_000, type=click.IntRange(1, sheets.ROWS))
@click.option("--database", default="", help="PostgreSQL's URL; SQLite in a folder without.")
@click.option("--json", "as_json", is_flag=True)
def main(rows: int, database: str, as_json: bool) -> None:
    """Time an import of a roster and compare it with the bare reader."""
    with tempfile.TemporaryDirectory() as name:
        office = office_in(Path(name), database)
        times = measured(office, made(rows))
        office.close()
    bare = times["bare reader"]
    found = {
        what: {
            "seconds": round(spent, 2),
            "rows_per_second": round(rows / spent),
            "ratio": round(spent / bare, 1),
        }
        for what, spent in times.items()
    }
    if as_json:
        click.echo(json.dumps(found))
        return
    table = Table("", "seconds", "rows/s", "× bare reader")
    for what, row in found.items():
        table.add_row(what, *(str(number) for number in row.values()))
    Console().print(table)


if __name__ == "__main__":
    main()
