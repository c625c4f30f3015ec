"""`checkpoint verify` takes ours and foreign texts alike; `checkpoint agree` prints the table."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from checkpoint.cli import main
from checkpoint.clock import rfc3339
from checkpoint.keys import Keyring
from tests.checkpoint.conftest import NOW, District

VECTORS = Path(__file__).parents[1] / "assets" / "hc1" / "vectors.jsonl"
VECTOR = json.loads(VECTORS.read_text(encoding="utf-8").splitlines()[0])
AT = ["--at", VECTOR["context"]["VALIDATIONCLOCK"]]


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    path = tmp_path / "states.pem"
    body = base64.encodebytes(base64.b64decode(VECTOR["context"]["CERTIFICATE"])).decode()
    path.write_text(f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n")
    return path


@pytest.fixture
def keyring(tmp_path: Path, district: District) -> Path:
    path = tmp_path / "trust.json"
    Keyring([district.bobs.trusted]).save(path)
    return path


def _run(*arguments: str | Path, given: bytes | None = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=given)


def test_a_foreign_text_is_judged_by_pem_certificates(pem: Path) -> None:
    result = _run("verify", "--trust", pem, *AT, VECTOR["text"])
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["valid"], answer["reasons"]) == (0, True, ["ok"])
    assert answer["claims"]["name"] == "Gabriele Musterfrau-Gößinger"
    assert not result.stderr


def test_a_folder_and_standard_input_do_as_well(pem: Path) -> None:
    given = VECTOR["text"].encode() + b"\r\n"
    assert _run("verify", "--trust", pem.parent, *AT, "-", given=given).exit_code == 0


def test_our_text_is_judged_by_a_keyring_as_before(keyring: Path, text: str) -> None:
    assert _run("verify", "--trust", keyring, "--at", rfc3339(NOW), text).exit_code == 0


def test_without_trust_every_issuer_is_unknown(text: str) -> None:
    for shown in (text, VECTOR["text"]):
        result = _run("verify", shown)
        assert result.exit_code == 1
        expected = {"valid": False, "reasons": ["unknown_issuer"], "claims": None}
        assert json.loads(result.stdout) == expected


@pytest.mark.parametrize("given", [b"", b"\xff\xfe\x00", b"HC1:" + b"A" * 100_000, b"SB1:\n\n"])
def test_any_bytes_on_standard_input_are_answered(given: bytes, pem: Path, keyring: Path) -> None:
    trust = keyring if given.startswith(b"SB1:") else pem
    result = _run("verify", "--trust", trust, "-", given=given)
    assert (result.exit_code, json.loads(result.stdout)["reasons"]) == (1, ["malformed"])


def test_the_wrong_kind_of_trust_is_a_fault_with_a_remedy(
    pem: Path, keyring: Path, text: str, tmp_path: Path
) -> None:
    wrong = [(pem, text, "keyring"), (keyring, VECTOR["text"], "PEM")]
    absent = tmp_path / "absent"
    for path, shown, word in [*wrong, (absent, text, "absent"), (absent, VECTOR["text"], "absent")]:
        result = _run("verify", "--trust", path, shown)
        assert result.exit_code == 4
        assert word in result.stderr
        assert "→" in result.stderr
        assert not result.stdout


def test_the_table_counts_each_field_and_gives_a_reason_for_each_disagreement() -> None:
    result = _run("agree", VECTORS)
    assert result.exit_code == 1
    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["EXPECTEDVERIFY", "10", "10", "0"] in rows
    assert "PL/1.3.0/2DCode/raw/7.json: EXPECTEDSCHEMAVALIDATION expects no, we say yes" in (
        result.stdout
    )


def test_the_judgements_can_be_read_by_a_script(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    path.write_text(json.dumps(VECTOR) + "\n")
    result = _run("agree", path, "--json")
    assert result.exit_code == 0
    assert all(item["agrees"] for item in json.loads(result.stdout)["judgements"])


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"file": 1, "text": 2, "context": {}}'])
def test_a_line_of_another_form_is_a_fault_that_names_it(tmp_path: Path, line: str) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text(json.dumps(VECTOR) + "\n" + line + "\n")
    result = _run("agree", path)
    assert result.exit_code == 4
    assert "line 2" in result.stderr
