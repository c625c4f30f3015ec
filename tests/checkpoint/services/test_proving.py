"""One entry is proven to an outsider by a file of a few kilobytes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from checkpoint.cli import main
from checkpoint.domain.entry import Personal
from checkpoint.entrylog.proof_audit import audit_proof
from checkpoint.entrylog.proof_file import Proof, read_proof
from checkpoint.entrylog.report import Layer, Verdict
from checkpoint.entrylog.tree import consistency, extends, leaf_hash, node_hash, root
from checkpoint.entrylog.tree_head import TreeHead
from checkpoint.errors import NotFound, Refused
from checkpoint.keys import Keyring
from checkpoint.services import receipt_log, restoring
from checkpoint.services.ingest import ingest
from checkpoint.services.proving import ProofForm, prove
from checkpoint.services.rows import EntryPlace
from checkpoint.storage import tables
from checkpoint.storage.scope import Scope
from tests.checkpoint.services.district import ALICE, CAROL, District, Kiosk, build

ZHANG = Personal("张三", "283X", "00000000000000aa")
ALL = Scope.whole_district()


def send(district: District, count: int = 5) -> Kiosk:
    kiosk = district.kiosk()
    links = [kiosk.entry(ZHANG) for _ in range(count)]
    ingest(district.office, kiosk.kiosk_id, kiosk.batch(links))
    return kiosk


def proof_of(district: District, kiosk: Kiosk, seq: int = 3, **more: str) -> Proof:
    form = ProofForm(EntryPlace(kiosk.kiosk_id, 1, seq), **more)
    return prove(district.office, CAROL, ALL, form)


def layers(content: bytes, trust: Keyring | None = None, *kept: str) -> set[Layer]:
    return {breach.layer for breach in audit_proof(content, trust, kept).breaches}


def test_a_proof_is_small_names_nobody_and_verifies(district: District) -> None:
    content = proof_of(district, send(district)).to_bytes()
    trust = district.office.keys.server_keyring()
    report = audit_proof(content, trust, ())
    assert report.verdict is Verdict.INTACT
    assert report.entries == 1
    assert len(content) < 4096
    assert "张三" not in content.decode()
    assert "张三".encode().hex() not in content.decode()
    assert ["no person" in note for note in report.notes].count(True) == 1


def test_each_entry_of_a_chain_is_proven(small: District) -> None:
    kiosk = send(small, 9)
    trust = small.office.keys.server_keyring()
    for seq in range(1, 10):
        assert not layers(proof_of(small, kiosk, seq).to_bytes(), trust)


def test_with_the_person_it_is_recorded_as_an_unmasking(small: District) -> None:
    kiosk = send(small)
    proof_of(small, kiosk)
    report = audit_proof(proof_of(small, kiosk, why="asked by the court").to_bytes(), None, ())
    assert report.verdict is Verdict.INTACT
    assert any("张三" in note for note in report.notes)
    with small.office.db.read() as session:
        told = session.execute(select(tables.Lookup.verb, tables.Lookup.why)).all()
    assert [tuple(row) for row in told] == [("prove", ""), ("unmask", "asked by the court")]
    with pytest.raises(Refused):
        proof_of(small, kiosk, why=" ")


def test_what_is_out_of_scope_or_not_here_is_not_proven(small: District) -> None:
    kiosk = send(small)
    form = ProofForm(EntryPlace(kiosk.kiosk_id, 1, 3))
    with pytest.raises(NotFound):
        prove(small.office, CAROL, Scope.of("zenith"), form)
    with pytest.raises(NotFound):
        proof_of(small, kiosk, 99)


def test_an_entry_after_a_gap_waits_for_the_one_before(small: District) -> None:
    kiosk = small.kiosk()
    links = [kiosk.entry() for _ in range(3)]
    ingest(small.office, kiosk.kiosk_id, kiosk.batch(links[2:]))
    with pytest.raises(Refused, match="before this one"):
        proof_of(small, kiosk)


def test_an_entry_without_a_person_has_none_to_hand_out(small: District) -> None:
    kiosk = small.kiosk()
    ingest(small.office, kiosk.kiosk_id, kiosk.batch([kiosk.entry()]))
    with pytest.raises(Refused, match="nobody"):
        proof_of(small, kiosk, 1, why="asked by the court")


def test_a_kept_head_is_led_from_or_shows_another_history(small: District) -> None:
    kiosk = send(small)
    old = receipt_log.standing(small.office).note
    send(small, 4)
    alone = proof_of(small, kiosk).to_bytes()
    assert audit_proof(alone, None, [old]).verdict is Verdict.INCOMPLETE
    led = proof_of(small, kiosk, kept=old).to_bytes()
    assert audit_proof(led, None, [old]).verdict is Verdict.INTACT
    other = old.replace(old.splitlines()[2], "A" * 43 + "=")
    assert layers(led, None, other) == {Layer.HELD_HEAD}
    now = receipt_log.standing(small.office).note
    assert audit_proof(alone, None, [now]).verdict is Verdict.INTACT
    assert audit_proof(alone, None, [kiosk.head()]).verdict is Verdict.INCOMPLETE
    assert audit_proof(alone, None, [kiosk.head(), now]).verdict is Verdict.INTACT


def test_after_a_restore_a_proof_still_stands_in_the_log_before(small: District) -> None:
    kiosk = send(small)
    before = receipt_log.standing(small.office).note
    head = TreeHead.read(before)
    assert head is not None
    more = TreeHead(head.origin, head.size + 5, head.root)
    small.office.heads.keep(more.sign(small.office.keys.server), {})
    restoring.begin(small.office, ALICE, "the disk broke")
    send(small, 2)
    assert audit_proof(proof_of(small, kiosk).to_bytes(), None, [before]).verdict is Verdict.INTACT


def test_a_stranger_can_not_make_a_proof_that_a_keyring_believes(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    ours = build(f"sqlite:///{tmp_path}/a/sibao.db", tmp_path / "a" / "keys")
    theirs = build(f"sqlite:///{tmp_path}/b/sibao.db", tmp_path / "b" / "keys")
    forged = proof_of(theirs, send(theirs)).to_bytes()
    assert not layers(forged)
    assert layers(forged, ours.office.keys.server_keyring()) == {Layer.SIGNATURE}
    assert audit_proof(forged, Keyring(), ()).verdict is Verdict.INCOMPLETE
    ours.office.close()
    theirs.office.close()


def _replaced(change: Callable[[Proof], Proof]) -> set[Layer]:
    proof = read_proof(whole())
    assert isinstance(proof, Proof)
    return layers(change(proof).to_bytes())


def test_each_part_is_held_by_its_own_layer() -> None:
    assert _replaced(lambda p: replace(p, previous=bytes(32))) == {Layer.CHAIN}
    assert _replaced(lambda p: replace(p, key=p.key.upper())) == {Layer.SIGNATURE}
    assert _replaced(lambda p: replace(p, leaf=p.leaf.replace("accepted", "flagged"))) == {
        Layer.TREE
    }
    assert _replaced(lambda p: replace(p, person=(p.body, bytes(16)))) == {Layer.COMMITMENT}
    assert Layer.BODY in _replaced(lambda p: replace(p, body=p.body + b"\0"))
    assert layers(b" " + whole()) == {Layer.EXPORT}


@cache
def whole() -> bytes:
    """A proof with everything that one can hold: the person, and an earlier head."""
    with TemporaryDirectory() as folder:
        district = build(f"sqlite:///{folder}/sibao.db", Path(folder) / "keys")
        kiosk = send(district, 6)
        old = receipt_log.standing(district.office).note
        send(district, 7)
        proof = proof_of(district, kiosk, why="asked by the court", kept=old)
        district.office.close()
        return proof.to_bytes()


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_any_changed_byte_is_found(draw: st.DataObject) -> None:
    content = bytearray(whole())
    at = draw.draw(st.integers(0, len(content) - 1))
    content[at] ^= draw.draw(st.integers(1, 255))
    assert audit_proof(bytes(content), None, ()).verdict is Verdict.TAMPERED


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_part_that_is_another_value_is_found_and_no_fault(draw: st.DataObject) -> None:
    value = json.loads(whole())
    odd = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers())
    name = draw.draw(st.sampled_from(sorted(value)))
    other = draw.draw(odd)
    if name == "sibao_proof" and other == 1 and other is not True:
        return
    value[name] = other
    content = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    report = audit_proof(content.encode(errors="replace") + b"\n", None, ())
    assert report.verdict is Verdict.TAMPERED


def test_no_other_size_fits_a_path_between_two_heads() -> None:
    hashes = [leaf_hash(bytes([n])) for n in range(24)]
    for new in range(2, 24):
        for old in range(1, new):
            proof = _path(hashes, old, new)
            sizes = [n for n in range(1, new) if extends((n, *_root(hashes, old)), *proof)]
            assert sizes == [old]


def _node(hashes: list[bytes]) -> Callable[[int, int], bytes]:
    def node(level: int, index: int) -> bytes:
        if level == 0:
            return hashes[index]
        return node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

    return node


def _root(hashes: list[bytes], size: int) -> tuple[bytes]:
    return (root(size, _node(hashes)),)


def _path(hashes: list[bytes], old: int, new: int) -> tuple[tuple[int, bytes], list[bytes]]:
    return (new, *_root(hashes, new)), consistency(old, new, _node(hashes))


def _audit(*words: str) -> Result:
    return CliRunner().invoke(main, ["audit", *words])


def test_the_command_says_which_layer_found_it(tmp_path: Path) -> None:
    path = tmp_path / "entry.proof"
    path.write_bytes(whole())
    good = _audit(str(path), "--json")
    assert (good.exit_code, json.loads(good.stdout)["verdict"]) == (0, "intact")
    path.write_bytes(re.sub(rb"accepted", b"acceptee", whole()))
    bad = _audit(str(path))
    assert bad.exit_code == 2
    assert "[tree]" in bad.stdout
    (tmp_path / "trust.json").write_text(json.dumps(Keyring().to_json()))
    path.write_bytes(whole())
    assert _audit(str(path), "--trust", str(tmp_path / "trust.json")).exit_code == 3
