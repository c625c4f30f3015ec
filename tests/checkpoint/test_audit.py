"""The audit: quiet on a whole log, and naming the entry on a changed one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkpoint.cli import main
from checkpoint.domain.entry import Entry, EntryKind, Personal
from checkpoint.domain.observation import ClockQuality
from checkpoint.entrylog import (
    Head,
    Link,
    commit,
    encode_entry,
    encode_personal,
    genesis,
    link,
    sign_head,
)
from checkpoint.entrylog.audit import Evidence, audit
from checkpoint.entrylog.export_file import canonical_line, open_export, seal_text
from checkpoint.entrylog.receipt import Receipt, ReceiptLine, Standing
from checkpoint.entrylog.report import Layer, Report, Verdict
from checkpoint.keys import Keyring, Purpose, SigningKey, sign_note
from tests.checkpoint.conftest import NOW

KIOSK = SigningKey.generate("K1", frozenset({Purpose.HEAD}), NOW)
SERVER = SigningKey.generate("server", frozenset({Purpose.EXPORT}), NOW)
TRUST = Keyring([KIOSK.trusted, SERVER.trusted])
SALT = b"0123456789abcdef"


def chain(count: int) -> list[Link]:
    links, previous = [], genesis("K1", 1)
    for seq in range(1, count + 1):
        personal = encode_personal(Personal(f"林试{seq}", "003X", "ab" * 8))
        entry = Entry(EntryKind.PASSAGE, "K1", 1, seq, NOW, ClockQuality.SYNCHRONISED, 1, 1)
        body = encode_entry(replace(entry, commitment=commit(personal, SALT)))
        previous = link(previous, body)
        links.append(Link("K1", 1, seq, previous, body, SALT, personal))
    return links


def head(links: list[Link], seq: int) -> str:
    return sign_head(Head("K1", 1, seq, links[seq - 1].hash, NOW), KIOSK)


def judged(links: list[Link], heads: list[str], *, gaps_expected: bool = False) -> Report:
    evidence = Evidence(links, heads, TRUST, lambda one: one.personal, gaps_expected=gaps_expected)
    return audit(evidence)


WHOLE = chain(20)
HEADS = [head(WHOLE, 10), head(WHOLE, 20)]


def test_a_whole_log_is_intact() -> None:
    report = judged(WHOLE, HEADS)
    assert (report.verdict, report.entries, report.chains[0].signed_through) == (
        Verdict.INTACT,
        20,
        20,
    )


def test_erasing_a_person_leaves_the_chain_intact() -> None:
    erased = [*WHOLE[:4], replace(WHOLE[4], personal=b"", salt=b""), *WHOLE[5:]]
    report = judged(erased, HEADS)
    assert (report.verdict, report.chains[0].erased) == (Verdict.INTACT, 1)


def _flip(blob: bytes, position: int) -> bytes:
    at = position % len(blob)
    return blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :]


@given(
    seq=st.integers(1, 20),
    position=st.integers(0, 300),
    column=st.sampled_from(["hash", "body", "salt", "personal"]),
)
def test_any_changed_byte_names_its_entry(seq: int, position: int, column: str) -> None:
    victim = WHOLE[seq - 1]
    flipped: dict[str, Any] = {column: _flip(getattr(victim, column), position)}
    changed = replace(victim, **flipped)
    report = judged([*WHOLE[: seq - 1], changed, *WHOLE[seq:]], HEADS)
    assert report.verdict is Verdict.TAMPERED
    assert report.breaches[0].seq == seq


@given(seq=st.integers(1, 19))
def test_deleting_swapping_and_repeating_are_seen_where_they_happened(seq: int) -> None:
    gone = [*WHOLE[: seq - 1], *WHOLE[seq:]]
    assert judged(gone, HEADS).breaches[0].seq == seq + 1
    swapped = [*WHOLE[: seq - 1], WHOLE[seq], WHOLE[seq - 1], *WHOLE[seq + 1 :]]
    assert judged(swapped, HEADS).verdict is Verdict.TAMPERED
    twice = [*WHOLE[:seq], WHOLE[seq - 1], *WHOLE[seq:]]
    assert judged(twice, HEADS).breaches[0].seq == seq


def test_a_rewritten_and_rehashed_chain_fails_at_the_first_head_after_it() -> None:
    forged = [replace(x) for x in WHOLE[:5]]
    for old in WHOLE[5:]:
        body = encode_entry(
            Entry(EntryKind.HEARTBEAT, "K1", 1, old.seq, NOW, ClockQuality.SYNCHRONISED, 1, 1)
        )
        forged.append(Link("K1", 1, old.seq, link(forged[-1].hash, body), body))
    report = judged(forged, HEADS)
    assert [(b.layer, b.seq) for b in report.breaches] == [(Layer.HEAD, 10), (Layer.HEAD, 20)]


def test_a_cut_tail_is_incomplete_while_a_head_is_left() -> None:
    report = judged(WHOLE[:15], HEADS)
    assert report.verdict is Verdict.INCOMPLETE
    assert report.breaches[0].seq == 16


def test_a_cut_tail_with_its_heads_is_caught_by_a_head_kept_elsewhere() -> None:
    evidence = Evidence(WHOLE[:10], HEADS[:1], TRUST, lambda one: one.personal)
    assert audit(evidence).verdict is Verdict.INTACT
    report = audit(evidence, kept_heads=HEADS[1:])
    assert (report.verdict, report.breaches[0].layer) == (Verdict.TAMPERED, Layer.HELD_HEAD)


def test_a_head_by_a_stranger_is_tampering() -> None:
    stranger = SigningKey.generate("K1", frozenset({Purpose.HEAD}), NOW)
    forged = sign_head(Head("K1", 1, 20, WHOLE[-1].hash, NOW), stranger)
    assert judged(WHOLE, [forged]).verdict is Verdict.TAMPERED


def test_keys_that_do_not_know_the_kiosk_accuse_nobody() -> None:
    evidence = Evidence(WHOLE, HEADS, Keyring([SERVER.trusted]), lambda one: one.personal)
    report = audit(evidence)
    assert report.verdict is Verdict.INCOMPLETE
    assert [breach.kiosk_id for breach in report.breaches][:1] == ["K1"]


def test_a_long_tail_without_a_head_is_incomplete_and_a_short_one_is_told() -> None:
    long = chain(80)
    assert judged(long, [head(long, 10)]).verdict is Verdict.INCOMPLETE
    report = judged(long, [head(long, 70)])
    assert (report.verdict, len(report.notes)) == (Verdict.INTACT, 1)


def test_a_server_that_waits_for_entries_is_incomplete_not_tampered() -> None:
    gap = [*WHOLE[:7], *WHOLE[9:]]
    assert judged(gap, HEADS, gaps_expected=True).verdict is Verdict.INCOMPLETE
    assert judged(gap, HEADS).verdict is Verdict.TAMPERED


def receipt(*seqs: int) -> Receipt:
    lines = (ReceiptLine(seq, WHOLE[seq - 1].hash, Standing.ACCEPTED) for seq in seqs)
    return Receipt("K1", 1, NOW, tuple(lines))


def test_a_pruned_journal_begins_after_a_signed_head_and_nowhere_else() -> None:
    pruned = Evidence(
        WHOLE[10:],
        HEADS,
        TRUST,
        lambda one: one.personal,
        receipts=[receipt(*range(1, 21))],
        pruned=True,
    )
    report = audit(pruned)
    assert (report.verdict, report.entries) == (Verdict.INTACT, 10)
    assert "begins after seq 10" in report.notes[0]
    assert audit(replace(pruned, links=WHOLE[11:])).verdict is Verdict.TAMPERED
    assert audit(replace(pruned, pruned=False)).verdict is Verdict.TAMPERED


def test_entries_gone_that_the_server_never_had_are_missing() -> None:
    cut = Evidence(WHOLE[10:], HEADS, TRUST, lambda one: one.personal, pruned=True)
    assert audit(cut).verdict is Verdict.INCOMPLETE
    partly = audit(replace(cut, receipts=[receipt(*range(1, 8))]))
    assert [(b.layer, b.seq) for b in partly.breaches] == [(Layer.RECEIPT, 8)]


def test_a_receipt_holds_the_log_to_what_the_server_took() -> None:
    cut = Evidence(WHOLE[:15], HEADS[:1], TRUST, lambda one: one.personal, receipts=[receipt(18)])
    assert [(b.layer, b.verdict) for b in audit(cut).breaches] == [
        (Layer.RECEIPT, Verdict.TAMPERED)
    ]
    other = Receipt("K1", 1, NOW, (ReceiptLine(3, b"x" * 32, Standing.ACCEPTED),))
    changed = audit(replace(cut, links=WHOLE, receipts=[other]))
    assert (changed.verdict, changed.breaches[0].seq) == (Verdict.TAMPERED, 3)


def test_an_empty_log_is_not_called_intact() -> None:
    assert judged([], []).verdict is Verdict.INCOMPLETE


# ------------------------------------------------------------------ the export file


def export_bytes() -> bytes:
    header = {"sibao_export": 1, "made_at": 1, "by": "Carol", "keys": TRUST.to_json()}
    lines = [canonical_line(header)]
    for one in WHOLE:
        blobs = {"hash": one.hash, "body": one.body, "salt": one.salt, "personal": one.personal}
        place = {"kiosk_id": one.kiosk_id, "epoch": one.epoch, "seq": one.seq}
        lines.append(canonical_line(place | {name: blob.hex() for name, blob in blobs.items()}))
    lines += [canonical_line({"head": note}) for note in HEADS]
    text = seal_text(len(lines), hashlib.sha256(b"".join(lines)).hexdigest(), 1)
    lines.append(canonical_line({"export": sign_note(text, Purpose.EXPORT, SERVER)}))
    return b"".join(lines)


EXPORT = export_bytes()


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    def command(content: bytes, *options: str) -> Result:
        path = tmp_path / "export.jsonl"
        path.write_bytes(content)
        return CliRunner().invoke(main, ["audit", str(path), "--json", *options])

    return command


def test_a_whole_export_exits_0(run: Callable[..., Result]) -> None:
    result = run(EXPORT)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["entries"] == 20


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150
)
@given(position=st.integers(0, len(EXPORT) - 1), change=st.integers(1, 255))
def test_any_changed_byte_of_an_export_is_found(tmp_path: Path, position: int, change: int) -> None:
    changed = bytearray(EXPORT)
    changed[position] ^= change
    path = tmp_path / "export.jsonl"
    path.write_bytes(bytes(changed))
    result = CliRunner().invoke(main, ["audit", str(path), "--json"])
    assert result.exit_code == 2, result.output


@pytest.mark.parametrize("seq", [1, 7, 20])
def test_the_changed_entry_of_an_export_is_named(run: Callable[..., Result], seq: int) -> None:
    line = EXPORT.splitlines(keepends=True)[seq]
    value = json.loads(line)
    body = bytearray.fromhex(value["body"])
    body[-1] ^= 1
    changed = EXPORT.replace(line, canonical_line(value | {"body": body.hex()}))
    result = run(changed)
    assert result.exit_code == 2
    first = json.loads(result.stdout)["first"]
    assert (first["kiosk_id"], first["epoch"], first["seq"]) == ("K1", 1, seq)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150
)
@given(seq=st.integers(1, 20), position=st.integers(0, 2000), change=st.integers(1, 255))
def test_a_byte_changed_anywhere_in_an_entry_names_that_entry(
    tmp_path: Path, seq: int, position: int, change: int
) -> None:
    lines = EXPORT.splitlines(keepends=True)
    victim = bytearray(lines[seq])
    victim[position % (len(victim) - 1)] ^= change
    path = tmp_path / "export.jsonl"
    path.write_bytes(b"".join([*lines[:seq], bytes(victim), *lines[seq + 1 :]]))
    result = CliRunner().invoke(main, ["audit", str(path), "--json"])
    assert result.exit_code == 2
    assert json.loads(result.stdout)["first"]["seq"] == seq


def test_an_export_cut_short_is_incomplete(run: Callable[..., Result]) -> None:
    result = run(b"".join(EXPORT.splitlines(keepends=True)[:-1]))
    assert result.exit_code == 3


def test_a_resealed_export_is_caught_by_keys_held_elsewhere(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    TRUST.save(tmp_path / "trust.json")
    assert run(EXPORT, "--trust", str(tmp_path / "trust.json")).exit_code == 0
    other = Keyring([SigningKey.generate("server", frozenset({Purpose.EXPORT}), NOW).trusted])
    other.save(tmp_path / "other.json")
    assert run(EXPORT, "--trust", str(tmp_path / "other.json")).exit_code == 2


def test_keys_without_the_servers_can_not_judge_the_seal(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    Keyring([KIOSK.trusted]).save(tmp_path / "kiosk.json")
    assert run(EXPORT, "--trust", str(tmp_path / "kiosk.json")).exit_code == 3


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n", b"{}\n", b"[]\n", b'{"sibao_export":2}\n']
)
def test_what_is_no_export_is_a_clear_fault(run: Callable[..., Result], content: bytes) -> None:
    result = run(content)
    assert result.exit_code == 4
    assert "→" in result.stderr


def test_an_export_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    path.write_bytes(EXPORT)
    with open_export(path) as evidence:
        first = next(iter(evidence.links))
        assert first.seq == 1
