"""Runs the contract suite and prints which driver keeps which promise: `python -m tests.contract`.

With `--write` the tables also take their place in docs/writing-a-driver.md.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pytest

from tests.contract.report import Report

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "writing-a-driver.md"
BEGIN, END = "<!-- python -m tests.contract --write -->", "<!-- end of the tables -->"


def main() -> int:
    """The exit status of the tests."""
    arguments = argparse.ArgumentParser(prog="python -m tests.contract", description=__doc__)
    arguments.add_argument("--write", action="store_true", help=f"put the tables into {PAGE.name}")
    write = arguments.parse_args().write
    report = Report()
    status = int(pytest.main(["-q", "--no-header", str(HERE)], plugins=[report]))
    tables = report.tables()
    sys.stdout.write(tables)
    if write and status == 0:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        PAGE.write_text(f"{before}{BEGIN}\n\n{tables}\n{END}{after}", encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main())
