"""The verifier in an export: it stands by itself, misses no change, and agrees with the audit."""

from __future__ import annotations

import ast
import io
import json
import subprocess
import sys
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import cryptography
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkpoint.cli.kept import kept_notes
from checkpoint.clock import from_ms
from checkpoint.entrylog import Head, sign_head
from checkpoint.entrylog.audit import audit
from checkpoint.entrylog.export_file import canonical_line, open_export
from checkpoint.entrylog.export_kit import verify
from checkpoint.entrylog.export_zip import ENTRIES
from checkpoint.entrylog.tree_head import TreeHead
from checkpoint.keys import Keyring, Purpose, SigningKey
from fuzz.export_mutators import Draft
from fuzz.export_sample import MADE_AT, NOW, Sample, parsed
from fuzz.exports import audited, compared, verified

INTACT, TAMPERED, INCOMPLETE, NO_EXPORT = 0, 2, 3, 4
SAMPLE = Sample.made()
WHOLE = Draft.of(SAMPLE).zipped()
SOURCE = Path(verify.__file__)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exports")


LIBRARIES = Path(cryptography.__file__).parents[1]
START = "import sys, runpy; sys.path.append(sys.argv.pop(1)); sys.argv.pop(0)"


def run(*args: str | Path, cwd: Path, start: str = "") -> subprocess.CompletedProcess[str]:
    """As an outsider does: an interpreter that has the one library and knows nothing of ours."""
    ending = start or "runpy.run_path(sys.argv[0], run_name='__main__')"
    words = [sys.executable, "-I", "-S", "-c", f"{START}; {ending}", str(LIBRARIES)]
    words += map(str, args)
    return subprocess.run(words, cwd=cwd, capture_output=True, text=True, timeout=50, check=False)


def unpacked(folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as held:
        held.extractall(folder)
    return folder


def said(folder: Path, draft: Draft, *, sealed: bool = False) -> int:
    """What both say of a changed export; `sealed` when the server itself lies."""
    if sealed:
        draft.seal(with_files=True)
    path = folder / "changed.zip"
    path.write_bytes(draft.zipped())
    status = verified(path)
    assert audited(path) == status
    return status


def test_it_imports_nothing_of_ours_and_nothing_of_ours_imports_it() -> None:
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else name.name) or ""
        for node in ast.walk(ast.parse(SOURCE.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    outside = {name.split(".")[0] for name in imported} - sys.stdlib_module_names
    assert outside == {"cryptography"}
    for package in ("checkpoint", "kiosk", "admin"):
        for path in (SOURCE.parents[3] / package).rglob("*.py"):
            assert "export_kit.verify" not in path.read_text(encoding="utf-8"), path
            assert "export_kit import" not in path.read_text(encoding="utf-8"), path


def test_it_runs_where_nothing_of_ours_is(tmp_path: Path) -> None:
    there = unpacked(tmp_path)
    assert run("x", cwd=there, start="import cryptography").returncode == 0
    assert "No module named" in run("x", cwd=there, start="import checkpoint").stderr
    done = run(there / "verify.py", cwd=Path("/"))
    assert (done.returncode, done.stderr) == (INTACT, "")
    assert "完好" in done.stdout
    assert "INTACT: every entry" in done.stdout
    assert "entries: 79, chains: 2" in done.stdout


def test_it_says_what_is_wrong_in_words(tmp_path: Path) -> None:
    there = unpacked(tmp_path)
    lines = (there / ENTRIES).read_bytes().splitlines(keepends=True)
    (there / ENTRIES).write_bytes(b"".join(lines[:4] + lines[5:]))
    done = run("verify.py", cwd=there)
    assert done.returncode == TAMPERED
    assert "被改" in done.stdout
    assert "TAMPERED" in done.stdout
    assert "K-north epoch 1 seq 5" in done.stdout


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"", NO_EXPORT), (b"\x89PNG\r\n", NO_EXPORT), (WHOLE[: len(WHOLE) // 2], TAMPERED)],
)
def test_what_is_no_export_or_half_of_one(tmp_path: Path, content: bytes, status: int) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    assert run(SOURCE, path, cwd=tmp_path).returncode == status
    assert audited(path) == status
    for args in ((SOURCE, tmp_path / "none.zip"), (SOURCE,)):
        none = run(*args, cwd=tmp_path)
        assert none.returncode == NO_EXPORT
        assert "no export here; give its path" in none.stdout


@pytest.mark.parametrize("option", ["--trust", "--head"])
def test_a_wrong_file_beside_it_is_named_and_not_the_export(tmp_path: Path, option: str) -> None:
    (tmp_path / "whole.zip").write_bytes(WHOLE)
    done = run(SOURCE, "whole.zip", option, "wrong.txt", cwd=tmp_path)
    assert done.returncode == NO_EXPORT
    assert f"{option} wrong.txt" in done.stdout
    assert "whole.zip" not in done.stdout


def test_a_zip_that_was_packed_anew_says_so(tmp_path: Path) -> None:
    signed = Draft.of(SAMPLE)
    signed.lines[0] = canonical_line(parsed(signed.lines[0]) | {"zip": "signed"})
    signed.lines[-1] = SAMPLE.seal(signed.lines[:-1])
    path = tmp_path / "anew.zip"
    path.write_bytes(signed.zipped())
    done = run(SOURCE, path, cwd=tmp_path)
    assert done.returncode == TAMPERED == audited(path)
    assert "packed anew, or its signed note was removed" in done.stdout
    del signed.files["README.txt"]
    path.write_bytes(signed.zipped())
    done = run(SOURCE, path, cwd=tmp_path)
    assert done.returncode == TAMPERED == audited(path)
    assert "it lacks README.txt" in done.stdout


def kept_beside(folder: Path, draft: Draft, *notes: str) -> tuple[int, str]:
    """What both say of an export beside kept notes, and the words of its own."""
    path, held = folder / "beside.zip", folder / "heads.txt"
    path.write_bytes(draft.zipped())
    held.write_text("\n".join(notes), encoding="utf-8")
    with open_export(path) as evidence:
        report = audit(evidence, kept_notes(held))
    status, words = verify.judged(path, kept=(held,))
    assert report.verdict == status
    return status, "\n".join(words)


def head_at(seq: int, at: datetime) -> str:
    return sign_head(Head("K-north", 1, seq, bytes(32), at), SAMPLE.kiosks["K-north"])


def test_a_head_younger_than_the_export_does_not_accuse_it(folder: Path) -> None:
    made = from_ms(MADE_AT)
    whole = Draft.of(SAMPLE)
    status, words = kept_beside(folder, whole, head_at(12, made + timedelta(seconds=1)))
    assert status == INCOMPLETE
    assert "this head is younger than the export" in words
    assert kept_beside(folder, whole, head_at(12, made))[0] == TAMPERED
    assert kept_beside(folder, whole, head_at(5, made + timedelta(days=1)))[0] == TAMPERED
    later = canonical_line(parsed(whole.lines[0]) | {"made_at": 1})
    forged = Draft(SAMPLE, [later, *whole.lines[1:]], whole.files)
    assert kept_beside(folder, forged, head_at(12, made))[0] == TAMPERED, "no seal holds that time"


@pytest.mark.parametrize(
    ("scope", "told"),
    [({"enterprises": ["acme"], "sites": []}, INCOMPLETE), ({"district": True}, TAMPERED)],
)
def test_a_head_of_another_plants_gate_accuses_an_export_of_the_district_only(
    folder: Path, scope: dict[str, object], told: int
) -> None:
    far = SigningKey.generate("K-far", frozenset({Purpose.HEAD}), NOW - timedelta(days=1))
    part = Draft.of(SAMPLE)
    header = parsed(part.lines[0])
    keys = Keyring.from_json(header["keys"]) + Keyring([far.trusted])
    part.lines[0] = canonical_line(header | {"scope": scope, "keys": keys.to_json()})
    part.lines[-1] = SAMPLE.seal(part.lines[:-1])
    head = sign_head(Head("K-far", 1, 5, bytes(32), NOW), far)
    status, words = kept_beside(folder, part, head)
    assert status == told
    assert ("holds nothing of this gate" in words) == (told == INCOMPLETE)


def test_the_servers_tree_head_is_set_aside_and_the_gates_heads_decide(folder: Path) -> None:
    whole = Draft.of(SAMPLE)
    tree = TreeHead("sibao.receipts/0123456789abcdef/1", 25, bytes(32)).sign(SAMPLE.server)
    good = [parsed(whole.lines[n])["head"] for n in whole.kinds("head")]
    status, words = kept_beside(folder, whole, tree, *good)
    assert status == INTACT
    assert "tree head cannot be held to an export; the gates' heads were" in words
    assert kept_beside(folder, whole, tree, head_at(5, NOW))[0] == TAMPERED
    assert kept_beside(folder, whole, tree)[0] == INCOMPLETE


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, sum(map(len, SAMPLE.lines)) - 1), change=st.integers(1, 255))
def test_any_changed_byte_of_the_entries_is_found(folder: Path, at: int, change: int) -> None:
    blob = bytearray(b"".join(SAMPLE.lines))
    blob[at] ^= change
    draft = Draft.of(SAMPLE)
    draft.lines = bytes(blob).splitlines(keepends=True)
    assert said(folder, draft) == TAMPERED


@settings(max_examples=100, deadline=None)
@given(at=st.integers(0, len(WHOLE) - 1), change=st.integers(1, 255))
def test_any_changed_byte_of_the_zip_is_found_or_changes_nothing(
    folder: Path, at: int, change: int
) -> None:
    blob = bytearray(WHOLE)
    blob[at] ^= change
    path = folder / "byte.zip"
    path.write_bytes(bytes(blob))
    status = verified(path)
    assert audited(path) == status
    if status == INTACT:
        with zipfile.ZipFile(path) as held:
            read = {name: held.read(name) for name in held.namelist()}
        assert read == SAMPLE.files | {ENTRIES: b"".join(SAMPLE.lines)}


@pytest.mark.parametrize("name", ["README.txt", "policies.json", "verify.py"])
def test_the_other_files_are_sealed_too(folder: Path, name: str) -> None:
    draft = Draft.of(SAMPLE)
    draft.files[name] += b" "
    assert said(folder, draft) == TAMPERED
    del draft.files[name]
    assert said(folder, draft) == TAMPERED


def entry(draft: Draft, kiosk: str, seq: int) -> int:
    wanted = f'"kiosk_id":"{kiosk}",'.encode()
    there = [n for n in draft.entries() if wanted in draft.lines[n]]
    return there[seq - 1]


def test_a_server_that_lies_is_caught_by_what_it_signed_before(folder: Path) -> None:
    """Sealed anew each time, so the seal is no help: chains, heads and receipts are."""
    dropped, swapped, doubled, hidden, back, silent = (Draft.of(SAMPLE) for _ in range(6))
    del dropped.lines[entry(dropped, "K-north", 6)]
    assert said(folder, dropped, sealed=True) == TAMPERED
    one, other = entry(swapped, "K-south", 7), entry(swapped, "K-south", 8)
    swapped.lines[one], swapped.lines[other] = swapped.lines[other], swapped.lines[one]
    assert said(folder, swapped, sealed=True) == TAMPERED
    doubled.lines.insert(one, doubled.lines[one])
    assert said(folder, doubled, sealed=True) == TAMPERED
    at = entry(hidden, "K-north", 5)
    person = hidden.lines[at].index(b'"personal":"') + 12
    hidden.lines[at] = hidden.lines[at][:person] + b'","salt":"' + hidden.lines[at][-20:]
    assert said(folder, hidden, sealed=True) == TAMPERED
    back.lines = [line for line in back.lines if not line.startswith(b'{"erasure"')]
    assert said(folder, back, sealed=True) == TAMPERED
    silent.lines = [line for line in silent.lines if not line.startswith(b'{"quarantined"')]
    assert said(folder, silent, sealed=True) == TAMPERED


@pytest.mark.parametrize("part", ["entry", "words", "more"])
def test_a_remark_is_of_one_form_and_about_an_entry_that_is_there(folder: Path, part: str) -> None:
    held = Draft.of(SAMPLE)
    at = held.kinds("remark")[0]
    value = parsed(held.lines[at])["remark"]
    other = dict(value, entry=value["entry"][:-1] + "x")
    less = {name: told for name, told in value.items() if name != part}
    held.lines[at] = canonical_line(
        {"remark": {"entry": other, "words": less, "more": value | {"more": ""}}[part]}
    )
    assert said(folder, held, sealed=True) == TAMPERED


def test_an_export_of_the_form_before_remarks_is_read(folder: Path) -> None:
    held = Draft.of(SAMPLE)
    held.lines = [x for n, x in enumerate(held.lines) if n not in held.kinds("remark")]
    header = parsed(held.lines[0]) | {"sibao_export": 2}
    held.lines[0] = canonical_line(header)
    held.lines[-1] = SAMPLE.seal(held.lines[:-1])
    assert said(folder, held) == INTACT


def test_missing_parts_are_incomplete_and_no_more(folder: Path) -> None:
    unsealed, headless, lawless = (Draft.of(SAMPLE) for _ in range(3))
    unsealed.lines.pop()
    assert said(folder, unsealed) == INCOMPLETE
    headless.lines = [line for line in headless.lines if not line.startswith(b'{"head"')]
    assert said(folder, headless, sealed=True) == INCOMPLETE
    lawless.files["policies.json"] = b'{"policies":[],"sibao_policies":1}\n'
    assert said(folder, lawless, sealed=True) == INCOMPLETE


def test_keys_and_heads_from_elsewhere_decide(tmp_path: Path) -> None:
    there = unpacked(tmp_path)
    thief = Sample.made()
    trust = tmp_path / "trust.json"
    keys = {"sibao_keyring": 1, "keys": [k.trusted.to_json() for k in _keys(SAMPLE)]}
    trust.write_text(json.dumps(keys), encoding="utf-8")
    assert run("verify.py", "--trust", trust, cwd=there).returncode == INTACT
    (there / "forged.zip").write_bytes(Draft.of(thief).zipped())
    assert run("verify.py", "forged.zip", cwd=there).returncode == INTACT
    assert run("verify.py", "forged.zip", "--trust", trust, cwd=there).returncode == TAMPERED
    held = Draft.of(SAMPLE)
    _, head = held.kinds("head")[:2]
    _, receipt = held.kinds("receipt")[:2]
    (there / "head.txt").write_text(parsed(held.lines[head])["head"], encoding="utf-8")
    gone = {head, receipt, *(entry(held, "K-north", seq) for seq in range(6, 10))}
    cut = Draft(SAMPLE, [x for n, x in enumerate(held.lines) if n not in gone], held.files)
    assert said(there, cut, sealed=True) == INTACT, "nothing in it shows what was cut off"
    for args, status in ((("verify.py",), INTACT), ((SOURCE, "changed.zip"), TAMPERED)):
        assert run(*args, "--head", "head.txt", cwd=there).returncode == status


def _keys(sample: Sample) -> list[SigningKey]:
    return [sample.server, *sample.kiosks.values()]


@pytest.mark.parametrize("portion", range(4))
def test_both_verifiers_agree_on_changed_exports(folder: Path, portion: int) -> None:
    found = {compared(7, 50 * portion + n, folder / "agreed.zip") for n in range(50)}
    assert {TAMPERED} < found


def test_the_sample_is_what_it_says(folder: Path) -> None:
    assert said(folder, Draft.of(SAMPLE)) == INTACT
