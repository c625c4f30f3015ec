"""What a million revoked passes cost: the bundle's size, signing, opening, looking up, memory.

One side signs a bundle with so many revoked ids, the other opens it as a gate does, in a process
of its own so that its memory can be measured. Beside it the plain set of texts that the sorted
ids replace, and the server's own question to its database.

    python -m benchmarks.revocation --passes 1000000
"""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import insert

from checkpoint.clock import FixedClock, to_ms
from checkpoint.credential import Trust
from checkpoint.credential.id_set import IdSet
from checkpoint.domain.place import Enterprise, Gate, Site
from checkpoint.domain.policy import Policy
from checkpoint.keys import Keyring, SigningKey
from checkpoint.keys.keyring import SERVER_PURPOSES
from checkpoint.storage import Database, people, tables
from checkpoint.wire.bundle import Bundle, sign_bundle
from kiosk.bundle import BUNDLE, BundleStore
from kiosk.drivers.transport import LARGE

NOW = datetime(2026, 3, 2, tzinfo=UTC)
_MIB = 1 << 20
_LOOKUPS = 100_000
_ROWS = 20_000


@contextmanager
def _timed(into: dict[str, float], name: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    into[name] = round((time.perf_counter() - began) * 1000, 2)


def _peak() -> float:
    """The most memory that this process had, in MiB; getrusage would count its parent's too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def _bundle(ids: list[str], key: SigningKey) -> Bundle:
    place = Enterprise("acme", "Acme", ""), Site("S1", "acme", "Works"), Gate("G1", "S1", "North")
    trust = Trust(Keyring(), IdSet(ids))
    keys = Keyring([key.trusted])
    return Bundle(1, NOW, "K1", *place, Policy(), trust, server_keys=keys)


def server_side(ids: list[str], folder: Path) -> dict[str, float]:
    """Sign the bundle into the folder; times in ms."""
    found: dict[str, float] = {}
    key = SigningKey.generate("server", SERVER_PURPOSES, NOW)
    Keyring([key.trusted]).save(folder / "trust.json")
    with _timed(found, "make_ms"):
        bundle = _bundle(ids, key)
    with _timed(found, "sign_ms"):
        blob = sign_bundle(bundle, key)
    with _timed(found, "digest_ms"):
        IdSet.of(bundle.trust.revoked).digest()
    (folder / BUNDLE).write_bytes(blob)
    (folder / "probe.json").write_text(json.dumps(ids[:: max(1, len(ids) // 1000)]))
    found["bundle_mib"] = round(len(blob) / _MIB, 2)
    found["cap_mib"] = LARGE / _MIB
    return found


def gate_side(folder: Path) -> dict[str, float]:
    """Open the bundle as a gate does at its start, and ask for passes in it and not in it."""
    found: dict[str, float] = {}
    store = BundleStore(folder, "K1", Keyring.load(folder / "trust.json"), FixedClock(NOW))
    before = _peak()
    with _timed(found, "open_ms"):
        held = store.load()
    assert held is not None
    found["memory_mib"] = round(_peak() - before, 1)
    there = json.loads((folder / "probe.json").read_text())
    asked = there * (_LOOKUPS // len(there)) + [secrets.token_hex(8) for _ in range(_LOOKUPS)]
    with _timed(found, "lookups"):
        hits = sum(pass_id in held.trust.revoked for pass_id in asked)
    assert hits == len(there) * (_LOOKUPS // len(there))
    found["lookup_us"] = round(found.pop("lookups") * 1000 / len(asked), 3)
    return found


def plain_set(folder: Path) -> dict[str, float]:
    """The same ids as a frozenset of texts."""
    store = BundleStore(folder, "K1", Keyring.load(folder / "trust.json"), FixedClock(NOW))
    held = store.load()
    assert held is not None
    found: dict[str, float] = {}
    before = _peak()
    with _timed(found, "plain_open_ms"):
        ids = frozenset(held.trust.revoked)
    assert len(ids) == len(held.trust.revoked)
    probe = json.loads((folder / "probe.json").read_text())
    asked = [probe[place % len(probe)] for place in range(_LOOKUPS)]
    with _timed(found, "lookups"):
        assert all(pass_id in ids for pass_id in asked)
    found["plain_lookup_us"] = round(found.pop("lookups") * 1000 / len(asked), 3)
    found["plain_memory_mib"] = round(_peak() - before, 1)
    return found


def database(ids: list[str], folder: Path) -> dict[str, float]:
    """What the server asks its database: the list when it changed, its mark at each answer."""
    db = Database.open(f"sqlite:///{folder / 'sibao.db'}")
    db.upgrade()
    holder: dict[str, Any] = {
        "holder_id": "0" * 16,
        "kind": "worker",
        "name_sealed": b"",
        "name_index": b"",
    }
    blank = dict.fromkeys(("id_tail", "job", "plate", "route", "blocked_why"), "")
    row: dict[str, Any] = {
        "holder_id": "0" * 16,
        "issuer": "acme",
        "kind": "worker",
        "key_id": "00112233",
    }
    times = dict.fromkeys(("issued_at", "not_before", "revoked_at"), to_ms(NOW))
    row_all = row | times | {"expires_at": to_ms(NOW + timedelta(days=365))}
    row_all |= {"text_sealed": b"x" * 250, "revoked_why": "lost"}
    with db.write() as session:
        session.add(tables.Holder(**holder, **blank, seats=0, added_at=0))
    for start in range(0, len(ids), _ROWS):
        with db.write() as session:
            rows = [row_all | {"pass_id": pass_id} for pass_id in ids[start : start + _ROWS]]
            session.execute(insert(tables.IssuedPass), rows)
    found: dict[str, float] = {}
    with _timed(found, "query_ms"), db.read() as session:
        held = people.revoked(session, ("acme", "bureau"), to_ms(NOW))
    with _timed(found, "mark_ms"), db.read() as session:
        mark = people.revoked_mark(session, ("acme", "bureau"), to_ms(NOW))
    assert len(held) == len(ids) == mark[1]
    db.close()
    return found


_SIDES = {"gate": gate_side, "plain": plain_set}


def _alone(side: str, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.revocation", "--side", side, str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


@click.command()
@click.option("--passes", type=click.IntRange(1000), default=1_000_000, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--side", type=click.Choice(sorted(_SIDES)), hidden=True)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def main(passes: int, as_json: bool, side: str | None, folder: Path | None) -> None:
    """Measure the lists of revoked passes."""
    if side and folder:
        click.echo(json.dumps(_SIDES[side](folder)))
        return
    ids = [secrets.token_hex(8) for _ in range(passes)]
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        found = {"passes": float(passes)} | server_side(ids, place)
        for each in _SIDES:
            found |= _alone(each, place)
        found |= database(ids, place)
    if as_json:
        click.echo(json.dumps(found))
        return
    table = Table("what", "measured")
    for key, value in found.items():
        table.add_row(key, f"{value:,g}")
    Console().print(table)


if __name__ == "__main__":
    main()
