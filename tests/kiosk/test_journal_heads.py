"""Heads kept elsewhere, held to a gate's journal: its own accuse it, those of other gates don't."""

from __future__ import annotations

from pathlib import Path

from checkpoint.entrylog import Head, sign_head
from checkpoint.entrylog import journal_file as evidence_of
from checkpoint.entrylog.audit import audit
from checkpoint.entrylog.report import Report, Verdict
from checkpoint.keys import Keyring, Purpose, SigningKey
from tests.kiosk.gatehouse import HEAD, KIOSK, NOW, SERVER, SINCE, draft, open_journal

FAR = SigningKey.generate("K-far", frozenset({Purpose.HEAD}), SINCE)
TRUST = Keyring([HEAD.trusted, FAR.trusted, SERVER.trusted])


def audited(folder: Path, *kept: str) -> Report:
    with evidence_of.open_journal(folder, TRUST) as evidence:
        return audit(evidence, kept)


def head(key: SigningKey, kiosk_id: str, seq: int) -> str:
    return sign_head(Head(kiosk_id, 1, seq, bytes(32), NOW), key)


def test_another_gates_head_does_not_accuse_a_journal(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.append(draft())
    assert audited(tmp_path).verdict != Verdict.TAMPERED
    report = audited(tmp_path, head(FAR, "K-far", 7))
    assert report.verdict == Verdict.INCOMPLETE
    assert any("holds nothing of this gate" in str(breach) for breach in report.breaches)


def test_a_head_of_its_own_beyond_the_end_accuses_it(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        journal.append(draft())
    assert audited(tmp_path, head(HEAD, KIOSK, 7)).verdict == Verdict.TAMPERED


def test_an_emptied_journal_is_accused_by_its_heads(tmp_path: Path) -> None:
    open_journal(tmp_path).close()
    assert audited(tmp_path, head(HEAD, KIOSK, 7)).verdict == Verdict.TAMPERED
