"""After the sunset: a gate that was left running goes on by itself, and nothing more is taken."""

from __future__ import annotations

import sqlite3
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from checkpoint.clock import SystemClock
from checkpoint.services import Actor, Office, sunset
from checkpoint.services.sunset import Order
from tests.e2e.demo_district import District, command
from tests.e2e.one_gate import one_gate, pass_by, pass_by_and_send, unsent

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

OFFICERS = (Actor("a1", "bureau", "Alice"), Actor("a2", "bureau", "Amy"))


def entries(folder: Path) -> int:
    with sqlite3.connect(folder) as database:
        return int(database.execute("SELECT count(*) FROM entry").fetchone()[0])


def end(district: District, archive: Path) -> None:
    """What two officers do, while the server runs."""
    url = f"sqlite:///{district.folder}/sibao.db"
    office = Office.open(url, district.folder / "keys", SystemClock())
    try:
        sunset.begin(office, Order(OFFICERS, "the health code ended", archive))
    finally:
        office.close()


def status(district: District) -> int:
    """What the server answers to anybody who asks for its pages."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{district.server}/sign-in", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as fault:
        return fault.code


def test_a_gate_goes_on_by_itself_after_the_server_ended(tmp_path: Path) -> None:
    with one_gate(tmp_path / "district") as district:
        pass_by_and_send(district)
        journal, log = district.folder / "kiosk" / "journal.db", district.folder / "sibao.db"
        before = entries(journal), entries(log)
        end(district, tmp_path / "archive")
        assert status(district) == 410
        pass_by(district)
        assert entries(journal) > before[0], "people still pass, and every passing is on disk"
        assert entries(log) == before[1], "the ended server takes nothing"
        assert unsent(district) == entries(journal) - before[0], "and nothing counts as sent"
        audited = command("checkpoint", "audit", str(district.folder / "kiosk"), "--json")
        assert audited.returncode == 0, audited.stdout
