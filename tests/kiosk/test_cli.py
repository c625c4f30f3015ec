"""The commands: a fault is one line that tells the remedy, and exit status 2."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

from checkpoint.keys import Keyring, SigningKey
from checkpoint.wire.enrolment import EnrolmentCode
from kiosk.bundle import standalone
from kiosk.cli import main
from tests.kiosk.gatehouse import HEAD, KIOSK, SERVER, SERVER_KEYRING

ROOT = Path(__file__).parents[2]
BLIND = "standalone = true\n[camera]\ndriver = 'none'"
SCANS = "[scanner]\ndriver = 'simulated'"
VIEWS = "[thermometer]\ndriver = 'mlx90640'\nview = [0.1, 0.1, 0.5, 0.5]"


@pytest.fixture
def kiosk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CliRunner:
    monkeypatch.chdir(tmp_path)
    return CliRunner()


def written(folder: Path, text: str) -> str:
    path = folder / "kiosk.toml"
    path.write_text(f'folder = "data"\n{text}', encoding="utf-8")
    return str(path)


def stand_alone(folder: Path, camera: str) -> str:
    sensors = '[thermometer]\ndriver = "simulated"\n[mask]\ndriver = "simulated"\n'
    return written(folder, f"standalone = true\n[camera]\n{camera}\n{sensors}")


def fault(result: Result) -> str:
    """The one line of a fault."""
    assert result.exit_code == 2, result.output
    assert isinstance(result.exception, SystemExit), "no traceback"
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, result.stderr
    assert "→" in result.stderr
    return result.stderr


def enrolled(folder: Path) -> None:
    """A folder as enrolment leaves it."""
    HEAD.save(folder / "keys" / "kiosk.json")
    SERVER_KEYRING.save(folder / "trust.json")
    place = {
        "server": "http://127.0.0.1:9",
        "kiosk_id": KIOSK,
        "enterprise_id": "E001",
        "site_id": "S1",
        "gate_id": "G1",
    }
    (folder / "enrolled.json").write_text(json.dumps(place), encoding="utf-8")


def test_a_folder_that_is_no_gates_is_told(kiosk: CliRunner, tmp_path: Path) -> None:
    line = fault(kiosk.invoke(main, ["run", "--config", written(tmp_path, "")]))
    assert "is not enrolled" in line
    assert "kiosk enroll" in line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[gate]\nopen_s = 'x'", "gate.open_s = 'x'"),
        ("standalone = true\n[camera]\ndriver = 'crystal ball'", "camera.driver"),
        ("standalone = true\n[barrier]\ndriver = 'wall'", "barrier.driver"),
        ("standalone = true\n[camera]\nsource = 'none.mp4'", "none.mp4"),
        (BLIND, 'scanner.driver = "none"'),
        (f"{BLIND}\n{SCANS}\n[thermometer]\ndriver = 'film'", 'thermometer.driver = "film"'),
        (f"{BLIND}\n{SCANS}\n[mask]\ndriver = 'film'", 'mask.driver = "film"'),
        (f"{BLIND}\n{SCANS}\n[mask]\ndriver = 'camera'", 'mask.driver = "camera"'),
        (f"{BLIND}\n{SCANS}\n[plate]\ndriver = 'camera'", 'plate.driver = "camera"'),
        (f"{BLIND}\n{SCANS}\n{VIEWS}", "thermometer.view = [0.1, 0.1, 0.5, 0.5]"),
    ],
)
def test_a_wrong_setting_is_told(kiosk: CliRunner, tmp_path: Path, text: str, words: str) -> None:
    args = ["run", "--headless", "--config", written(tmp_path, text)]
    assert words in fault(kiosk.invoke(main, args))


def test_the_camera_of_the_command_line_is_the_one_that_counts(
    kiosk: CliRunner, tmp_path: Path
) -> None:
    args = ["run", "--headless", "--config", written(tmp_path, BLIND), "--camera", "gone.mp4"]
    assert "gone.mp4" in fault(kiosk.invoke(main, args))
    args = ["run", "--headless", "--config", written(tmp_path, "standalone = true")]
    line = fault(kiosk.invoke(main, [*args, "--camera", "none"]))
    assert 'camera.driver = "none"' in line
    assert "kiosk run --camera" in line


def test_an_enrolled_gate_without_a_bundle_and_server_is_told(
    kiosk: CliRunner, tmp_path: Path
) -> None:
    enrolled(tmp_path / "data")
    args = ["run", "--headless", "--config", written(tmp_path, "")]
    assert "http://127.0.0.1:9 can't be reached" in fault(kiosk.invoke(main, args))


def test_a_stand_alone_gate_looks_at_pictures_and_prints_its_entries(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    code = cv2.QRCodeEncoder.create().encode("a code of a shop")
    big = cv2.resize(code, None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST)
    framed = cv2.copyMakeBorder(big, 60, 60, 60, 60, cv2.BORDER_CONSTANT, value=(255,))
    cv2.imwrite(str(tmp_path / "pictures" / "1.png"), framed)
    cv2.imwrite(str(tmp_path / "pictures" / "2.png"), np.full_like(framed, 255))
    (tmp_path / "pictures" / "3.png").write_bytes(b"no picture")
    camera = 'driver = "pictures"\nsource = "pictures"\nfps = 20\n[gate]\nverdict_s = 0.2'
    config = stand_alone(tmp_path, camera)
    command = [sys.executable, "-m", "kiosk", "run", "--headless", "--until-end"]
    done = subprocess.run(
        [*command, "--config", config], cwd=ROOT, capture_output=True, check=False, timeout=50
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [x["seq"] for x in lines] == list(range(1, len(lines) + 1))
    decided = [x for x in lines if x["outcome"]]
    assert [(x["outcome"], x["reasons"][0]) for x in decided] == [("DENY", "malformed")]
    shown = CliRunner().invoke(main, ["status", "--config", config])
    assert json.loads(shown.stdout)["hash"] == lines[-1]["hash"]


def test_a_gate_stops_in_order_when_it_is_told_to(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    cv2.imwrite(str(tmp_path / "pictures" / "1.png"), np.full((64, 64, 3), 255, np.uint8))
    config = stand_alone(tmp_path, 'driver = "pictures"\nsource = "pictures"')
    command = [sys.executable, "-m", "kiosk", "run", "--headless", "--config", config]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as gate:
        assert gate.stdout is not None
        assert json.loads(gate.stdout.readline())["seq"] == 1
        gate.terminate()
        rest = [json.loads(line) for line in gate.stdout]
    assert gate.returncode == 0
    assert rest[-1]["seq"] == len(rest) + 1


def test_status_of_a_folder_without_anything(kiosk: CliRunner, tmp_path: Path) -> None:
    report = json.loads(kiosk.invoke(main, ["status", "--folder", str(tmp_path)]).stdout)
    assert (report["enrolled"], report["kiosk"], report["seq"]) == (False, None, 0)


def test_reading_files_tells_of_the_unreadable_and_goes_on(
    kiosk: CliRunner, tmp_path: Path
) -> None:
    (tmp_path / "bad.png").write_bytes(b"no picture")
    cv2.imwrite(str(tmp_path / "empty.png"), np.full((64, 64, 3), 255, np.uint8))
    result = kiosk.invoke(main, ["read", "bad.png", "empty.png", "none.png"])
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert ["error" in line for line in lines] == [True, False, True]
    assert lines[1]["texts"] == []
    assert kiosk.invoke(main, ["read", "empty.png"]).exit_code == 0


def test_enrolling_with_a_server_that_is_down_is_told(kiosk: CliRunner, tmp_path: Path) -> None:
    code = EnrolmentCode("http://127.0.0.1:9", "ABCD", SERVER.key_id).text()
    line = fault(kiosk.invoke(main, ["enroll", code, "--folder", str(tmp_path / "data")]))
    assert "can't be reached" in line
    assert "no enrolment code" in fault(kiosk.invoke(main, ["enroll", "nonsense"]))


def test_enrolling_twice_says_so_and_is_no_fault(kiosk: CliRunner, tmp_path: Path) -> None:
    enrolled(tmp_path / "data")
    result = kiosk.invoke(main, ["enroll", "whatever", "--folder", str(tmp_path / "data")])
    assert result.exit_code == 0
    assert "enrolled already" in result.stderr


def test_feed_needs_no_camera_and_no_web_server() -> None:
    heavy = ("cv2", "numpy", "flask", "sqlalchemy", "httpx")
    code = f"import sys, kiosk.cli, kiosk.feed; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


def test_a_stand_alone_folder_can_judge_its_own_passes(kiosk: CliRunner, tmp_path: Path) -> None:
    standalone(tmp_path)
    issuer = SigningKey.load(tmp_path / "keys" / "issuer.json")
    assert Keyring.load(tmp_path / "issuers.json").by_id(issuer.key_id) == (issuer.trusted,)
