"""The drill: a server that lost a day, real processes, a real gate; nothing stays lost."""

from __future__ import annotations

import json
import shutil
import sqlite3
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.demo_district import District, command
from tests.e2e.one_gate import faults, one_gate, pass_by, pass_by_and_send, unsent

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

Heads = dict[tuple[str, int], tuple[int, bytes]]


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    with one_gate(tmp_path / "district") as made:
        yield made


def heads(district: District) -> Heads:
    """How far the server's chains go, and the hash of each entry on the way."""
    with sqlite3.connect(district.folder / "sibao.db") as database:
        rows = database.execute("SELECT kiosk_id, epoch, seq, hash FROM kiosk_chain").fetchall()
    return {(kiosk_id, epoch): (seq, digest) for kiosk_id, epoch, seq, digest in rows}


def hash_at(district: District, chain: tuple[str, int], seq: int) -> bytes:
    with sqlite3.connect(district.folder / "sibao.db") as database:
        query = "SELECT hash FROM entry WHERE kiosk_id = ? AND epoch = ? AND seq = ?"
        found: bytes = database.execute(query, (*chain, seq)).fetchone()[0]
    return found


def receipts(district: District) -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{district.server}/healthz", timeout=5) as answer:
        return str(json.load(answer)["receipts"])


def test_a_server_restored_from_yesterdays_backup_ends_with_the_heads_it_had(
    district: District, tmp_path: Path
) -> None:
    pass_by_and_send(district)
    yesterday = tmp_path / "yesterday"
    made = command("admin", "backup", str(yesterday), "--data", district.data, "--json")
    assert made.returncode == 0, made.stderr
    pass_by_and_send(district)
    erased = holder_with_a_pass(district)
    meant = ("--holder", erased, "--ground", "request", "--yes", "--data", district.data)
    assert command("admin", "erase", *meant).returncode == 0
    assert of_person(district, erased) == (b"", 0)
    before = heads(district)
    assert receipts(district) == "ok"
    district.stop_serving()

    for leftover in district.folder.glob("sibao.db*"):
        leftover.unlink()
    shutil.copy(yesterday / "sibao.db", district.folder / "sibao.db")
    district.serve()
    assert receipts(district) == "refused", "a file that was put back in silence is seen"
    pass_by(district)
    assert unsent(district) > 0, "the gate worked on, and no receipt was given"
    district.stop_serving()

    words = ("--why", "the disk broke", "--data", district.data, "--json")
    restored = command("admin", "restore", str(yesterday), *words)
    assert restored.returncode == 0, restored.stderr
    told = json.loads(restored.stdout)
    missing = told["missing"]
    assert told["repeated"]["erase_person"] == 1, "who was erased is not back"
    assert of_person(district, erased) == (b"", 0)
    chains = {(row["kiosk_id"], row["epoch"]): row["until"] for row in missing}
    ((chain, until),) = chains.items()
    assert until == before[chain][0]

    district.serve()
    assert receipts(district) == "restored"
    pass_by_and_send(district)
    assert receipts(district) == "ok"
    for chain_, (seq, digest) in before.items():
        assert hash_at(district, chain_, seq) == digest
    pass_by_and_send(district)
    district.stop_serving()
    for source in (f"sqlite:///{district.folder}/sibao.db", str(district.folder / "kiosk")):
        audited = command("checkpoint", "audit", source, "--json")
        assert audited.returncode == 0, audited.stdout
    assert "server_log" in faults(district.folder / "kiosk")


def holder_with_a_pass(district: District) -> str:
    """Somebody of the roster who may pass."""
    with sqlite3.connect(district.folder / "sibao.db") as database:
        query = "SELECT holder_id FROM issued_pass WHERE revoked_at IS NULL ORDER BY pass_id"
        return str(database.execute(query).fetchone()[0])


def of_person(district: District, holder_id: str) -> tuple[bytes, int]:
    """What is left of a person: the sealed name, and how many passes are in force."""
    with sqlite3.connect(district.folder / "sibao.db") as database:
        name = "SELECT name_sealed FROM holder WHERE holder_id = ?"
        passes = "SELECT count(*) FROM issued_pass WHERE holder_id = ? AND revoked_at IS NULL"
        return (
            database.execute(name, (holder_id,)).fetchone()[0],
            database.execute(passes, (holder_id,)).fetchone()[0],
        )
