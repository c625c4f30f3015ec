"""Feed: every printed line is on disk, every wrong line is told, nothing stops the next one."""

from __future__ import annotations

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkpoint.clock import FixedClock
from checkpoint.credential import issue
from checkpoint.credential.foreign import Certificates
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.health_pass import PassKind, Vehicle
from checkpoint.domain.observation import Direction, Mask
from checkpoint.domain.policy import ForeignWorth
from checkpoint.entrylog import decode_entry, genesis, link
from checkpoint.errors import JournalFault, SettingError
from checkpoint.keys import SigningKey
from kiosk.feed import LINE_LIMIT, Feed, Foreign, lines_of
from tests.checkpoint.foreign_issuer import certificate_of
from tests.checkpoint.foreign_issuer import issue as issue_foreign
from tests.kiosk.gatehouse import NOW, worker

ROOT = Path(__file__).parents[2]


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Feed]:
    made = Feed.open(tmp_path / "gate", FixedClock(NOW))
    with made.journal:
        yield made


def pass_of(folder: Path, **changes: Any) -> str:
    key = SigningKey.load(folder / "keys" / "issuer.json")
    return issue(worker(**{"issuer": "local", "enterprise_id": "local"} | changes), key)


def observation(**fields: Any) -> bytes:
    plain = {"text": None, "temperature_c": 36.5, "mask": "worn", "direction": "in", "at": None}
    return json.dumps(plain | fields).encode() + b"\n"


def fed(gate: Feed, *lines: bytes) -> tuple[int, list[dict[str, Any]], list[str]]:
    out: list[str] = []
    err: list[str] = []
    status = gate.run(lines, out.append, err.append)
    return status, [json.loads(line) for line in out], err


def test_a_worker_in_order_is_admitted(gate: Feed, tmp_path: Path) -> None:
    status, (line,), err = fed(gate, observation(text=pass_of(tmp_path / "gate")))
    assert (status, err) == (0, [])
    assert set(line) == {"kiosk", "epoch", "seq", "hash", "outcome", "reasons", "at"}
    assert (line["outcome"], line["reasons"], line["seq"]) == ("ADMIT", ["ok"], 1)
    assert line["at"] == "2026-03-02T07:30:00.000Z"


AGREES = {"plate": "agrees", "plate_source": "feed"}
DIFFERS = {"plate": "differs", "plate_source": "feed"}


@pytest.mark.parametrize(
    ("told", "reason", "details"),
    [
        ({}, "ok", AGREES),
        ({"plate": "agrees"}, "ok", AGREES),
        ({"plate": "differs"}, "plate_mismatch", DIFFERS),
        ({"plate": None}, "plate_unknown", {}),
    ],
)
def test_a_vehicle_bears_its_plate_unless_the_line_says_otherwise(
    gate: Feed, tmp_path: Path, told: dict[str, Any], reason: str, details: dict[str, str]
) -> None:
    kind = {"kind": PassKind.COMMUTING_VEHICLE, "vehicle": Vehicle("京A12345", 45)}
    text = pass_of(tmp_path / "gate", **kind)
    _, (line,), _ = fed(gate, observation(text=text, **told))
    assert line["reasons"] == [reason]
    assert line["outcome"] == ("ADMIT" if reason == "ok" else "REFER")
    (stored,) = gate.journal.unsent(10)
    assert decode_entry(stored.body).details == details


def test_each_line_is_its_entry(gate: Feed, tmp_path: Path) -> None:
    text = pass_of(tmp_path / "gate")
    status, lines, _ = fed(
        gate,
        observation(text=text),
        observation(text=text),
        observation(text=text, direction="out"),
        observation(text=text, temperature_c=38.5, mask="none"),
        observation(text=None),
        observation(text="HELLO"),
    )
    assert status == 0
    assert [(x["outcome"], x["reasons"]) for x in lines] == [
        ("ADMIT", ["ok"]),
        ("REFER", ["already_inside"]),
        ("ADMIT", ["ok"]),
        ("DENY", ["fever", "no_mask"]),
        ("REFER", ["no_code"]),
        ("DENY", ["malformed"]),
    ]
    assert [x["hash"] for x in lines] == [k.hash.hex() for k in gate.journal.unsent(9)]


def test_an_admission_is_annulled_by_its_number(gate: Feed, tmp_path: Path) -> None:
    text = pass_of(tmp_path / "gate")
    annul = json.dumps({"annul": 1}).encode()
    status, lines, err = fed(gate, observation(text=text), annul, observation(text=text), annul)
    assert [(x["outcome"], x["reasons"]) for x in lines] == [
        ("ADMIT", ["ok"]),
        (None, ["annulled"]),
        ("ADMIT", ["ok"]),
    ]
    assert (status, len(err)) == (1, 1), "an entry is annulled once"
    assert "field 'annul' is 1" in err[0]


@pytest.mark.parametrize("seq", [0, 2, True, "1", None, 1.0])
def test_what_is_no_admission_is_not_annulled(gate: Feed, tmp_path: Path, seq: object) -> None:
    observed = observation(text=pass_of(tmp_path / "gate"))
    status, lines, err = fed(gate, observed, json.dumps({"annul": seq}).encode())
    assert (status, len(lines), len(err)) == (1, 1, 1)


def test_a_given_time_is_when_it_was(gate: Feed, tmp_path: Path) -> None:
    text = pass_of(tmp_path / "gate")
    late = (NOW + timedelta(days=31)).isoformat()
    _, lines, _ = fed(gate, observation(text=text, at=late), observation(text=text))
    assert lines[0]["reasons"] == ["expired"]
    assert lines[0]["at"] == "2026-04-02T07:30:00.000Z"
    assert lines[1]["outcome"] == "ADMIT"


@pytest.mark.parametrize("celsius", [1e999, -1e999, 0, 99, -40, 3650, 10**30])
def test_an_absurd_temperature_is_no_reading(gate: Feed, celsius: float) -> None:
    line = observation(temperature_c=7).replace(
        b"7", repr(celsius).replace("inf", "1e999").encode()
    )
    status, (said,), _ = fed(gate, line)
    assert status == 0
    assert "no_temperature" in said["reasons"]


WRONG = {
    b"garbage": "not JSON",
    b"\xff\xfe": "not JSON",
    b"[1]": "not a JSON object",
    b"{}": "'text' is missing",
    b'{"text": 1}': "'text' is 1",
    b'{"text": null, "temperature_c": NaN}': "NaN is not a number",
    b'{"text": null, "temperature_c": "warm"}': "'temperature_c'",
    b'{"text": null, "temperature_c": true}': "'temperature_c'",
    b'{"text": null, "mask": "blue"}': "'mask' is 'blue'",
    b'{"text": null, "mask": 1}': "'mask' is 1",
    b'{"text": null, "direction": "up"}': "'direction'",
    b'{"text": null, "direction": null}': "'direction'",
    b'{"text": null, "at": "noon"}': "'at'",
    b'{"text": null, "at": "2026-03-01T08:00:00"}': "'at'",
    b'{"text": null, "at": 5}': "'at'",
    b'{"text": null, "hat": 5}': "'hat'",
    b'{"text": null, "text": null}': "twice",
    b"[" * 60000: "not JSON",
    b'{"text": "' + b"x" * LINE_LIMIT: "over 65536 bytes",
}


@pytest.mark.parametrize(("wrong", "words"), WRONG.items(), ids=[repr(w[:40]) for w in WRONG])
def test_a_wrong_line_is_told_by_number_and_field_and_the_next_is_taken(
    gate: Feed, wrong: bytes, words: str
) -> None:
    status, lines, (told,) = fed(gate, observation(), wrong, observation())
    assert status == 1
    assert [x["seq"] for x in lines] == [1, 2]
    assert told.startswith("line 2: ")
    assert words in told
    assert "→" in told, "it says what to write instead"
    assert len(told) < 600


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(noise=st.one_of(st.binary(max_size=80), st.text(max_size=80).map(str.encode)))
def test_no_bytes_stop_it(gate: Feed, noise: bytes) -> None:
    before = gate.journal.unsent_count()
    _, lines, _ = fed(gate, noise.replace(b"\n", b" "), observation())
    assert lines[-1]["reasons"] == ["no_code"]
    assert gate.journal.unsent_count() == before + len(lines)


def test_an_endless_line_is_not_kept_in_memory() -> None:
    stream = io.BytesIO(b"x" * (LINE_LIMIT * 3) + b"\n" + observation() + b"last")
    lines = list(lines_of(stream))
    assert [len(line) for line in lines] == [LINE_LIMIT + 1, len(observation()), 4]


def test_a_full_disk_is_told_and_prints_no_entry(gate: Feed) -> None:
    def full(*_: object) -> None:
        raise JournalFault("disk is full", remedy="free disk space")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gate.journal, "append", full)
        status, lines, err = fed(gate, observation())
    assert (status, lines) == (1, [])
    assert err == ["line 1: disk is full [JournalFault] → free disk space"]
    assert fed(gate, observation())[0] == 0


def test_an_enrolled_gates_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "enrolled.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SettingError, match="belongs to an enrolled gate"):
        Feed.open(tmp_path, FixedClock(NOW))


def test_the_entry_holds_what_was_fed(gate: Feed, tmp_path: Path) -> None:
    text = pass_of(tmp_path / "gate")
    fed(gate, observation(text=text, temperature_c=36.49, direction="out", mask="worn"))
    (stored,) = gate.journal.unsent(1)
    entry = decode_entry(stored.body)
    assert (entry.kind, entry.direction, entry.mask) == (
        EntryKind.PASSAGE,
        Direction.OUT,
        Mask.WORN,
    )
    assert [(r.raw_c, r.sensor) for r in entry.readings] == [(3649, "feed")]
    assert entry.mask_source == "feed"


def command(*args: str) -> list[str]:
    return [sys.executable, "-m", "kiosk", *args]


def start(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command("feed", "--journal", str(folder)),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("printed", [1, 37, 150])
def test_killed_at_any_moment_every_printed_line_is_in_the_journal(
    tmp_path: Path, printed: int
) -> None:
    folder = tmp_path / "gate"
    said: list[dict[str, Any]] = []
    for _ in range(2):
        gate = start(folder)
        assert gate.stdin is not None
        assert gate.stdout is not None
        os.set_blocking(gate.stdin.fileno(), False)
        gate.stdin.write(observation() * 500)
        said.extend(json.loads(gate.stdout.readline()) for _ in range(printed))
        gate.send_signal(signal.SIGKILL)
        said.extend(json.loads(line) for line in gate.stdout if line.endswith(b"\n"))
        gate.wait()
        gate.stdout.close()
        with suppress(BrokenPipeError):
            gate.stdin.close()
    with closing(sqlite3.connect(folder / "journal.db")) as db:
        stored = db.execute(
            "SELECT kiosk_id, epoch, seq, hash, body FROM entry ORDER BY seq"
        ).fetchall()
    before = genesis(stored[0][0], stored[0][1])
    for number, (_, _, seq, digest, body) in enumerate(stored, 1):
        assert seq == number
        assert link(before, body) == digest
        before = digest
    held = {seq: digest.hex() for _, _, seq, digest, _ in stored}
    assert all(held[line["seq"]] == line["hash"] for line in said)
    assert len({line["seq"] for line in said}) == len(said)


def test_the_command_exits_1_after_a_wrong_line_and_0_otherwise(tmp_path: Path) -> None:
    def run(data: bytes) -> subprocess.CompletedProcess[bytes]:
        args = command("feed", "--journal", str(tmp_path / "gate"))
        return subprocess.run(args, cwd=ROOT, input=data, capture_output=True, check=False)

    good = run(observation() * 2)
    assert (good.returncode, good.stdout.count(b"\n"), good.stderr) == (0, 2, b"")
    bad = run(observation() + b"garbage\n" + observation())
    assert (bad.returncode, bad.stdout.count(b"\n")) == (1, 2)
    assert bad.stderr.startswith(b"line 2: not JSON")
    now = datetime.fromisoformat(json.loads(bad.stdout.splitlines()[-1])["at"])
    assert abs(datetime.now(UTC) - now) < timedelta(minutes=1)


def test_a_foreign_certificate_is_worth_what_the_feed_was_told(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    signer = certificate_of(key)
    line = observation(text=issue_foreign(key, signer))
    wanted = {
        ForeignWorth.OFF: ("DENY", ["foreign_not_accepted"]),
        ForeignWorth.REFER: ("REFER", ["foreign_certificate"]),
        ForeignWorth.ADMIT: ("ADMIT", ["foreign_certificate"]),
    }
    for worth, (outcome, reasons) in wanted.items():
        foreign = Foreign(worth, Certificates([signer]))
        made = Feed.open(tmp_path / worth.value, FixedClock(NOW), foreign)
        with made.journal:
            status, (told,), err = fed(made, line)
        assert (status, told["outcome"], told["reasons"], err) == (0, outcome, reasons, [])
