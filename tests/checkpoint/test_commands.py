"""The core's commands: bad input is one clear line, never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from checkpoint.cli import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = ["keygen", str(tmp_path / "key.json"), "--owner", "E001"]
    trust = ["--trust", str(tmp_path / "trust.json")]
    assert CliRunner().invoke(main, made + trust).exit_code == 0
    (tmp_path / "deep.json").write_text("[" * 200_000)
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    return tmp_path


def test_a_pass_that_was_issued_verifies_with_the_keyring(folder: Path) -> None:
    words = ["issue", "--key", str(folder / "key.json"), "--name", "林试一", "--id-tail", "003X"]
    text = CliRunner().invoke(main, words).stdout.strip()
    found = CliRunner().invoke(main, ["verify", "--trust", str(folder / "trust.json"), text])
    assert found.exit_code == 0
    answer = json.loads(found.stdout)
    assert (answer["valid"], answer["claims"]["name"]) == (True, "林试一")
    alone = CliRunner().invoke(main, ["verify", text])
    assert (alone.exit_code, json.loads(alone.stdout)["reasons"]) == (1, ["unknown_issuer"])


@pytest.mark.parametrize(
    "words",
    [
        ["issue", "--key", "{}/key.json", "--name", "x", "--days", "1e9"],
        ["issue", "--key", "{}/key.json", "--name", "x", "--days", "nan"],
        ["issue", "--key", "{}/key.json", "--name", "x", "--from", "9999-12-31T00:00:00Z"],
        ["issue", "--key", "{}/key.json", "--name", ""],
        ["issue", "--key", "{}/key.json", "--name", "x", "--id-tail", "12345"],
        ["issue", "--key", "{}/nowhere.json", "--name", "x"],
        ["keygen", "{}/other.json", "--owner", "a\nb"],
        ["keygen", "{}/key.json", "--owner", "E001"],
        ["verify", "--trust", "{}/deep.json", "SB1:"],
        ["verify", "--trust", "{}", "SB1:"],
        ["audit", "{}/deep.json"],
        ["audit", "{}/bytes"],
        ["audit", "{}"],
        ["audit", "{}/bytes", "--head", "{}"],
        ["audit", "nonsense://x"],
    ],
)
def test_bad_input_is_one_line_with_its_remedy(folder: Path, words: list[str]) -> None:
    result = CliRunner().invoke(main, [word.format(folder) for word in words])
    assert result.exit_code == 4, result.output
    assert result.stderr.count("\n") == 1
    assert "→" in result.stderr


def test_a_time_before_time_is_refused_by_the_option(folder: Path) -> None:
    result = CliRunner().invoke(main, ["verify", "--at", "0001-01-01T00:00:00+14:00", "SB1:"])
    assert result.exit_code == 2
    assert "2026-03-01T08:00:00Z" in result.stderr
