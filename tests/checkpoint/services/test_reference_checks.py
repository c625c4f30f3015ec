"""A reference check on the server: taken in, shown, proven, and forgotten like any name."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from checkpoint.domain.entry import EntryKind, Personal
from checkpoint.entrylog.audit import audit
from checkpoint.entrylog.export_file import open_export
from checkpoint.entrylog.report import Verdict
from checkpoint.services import Scope, auditing, export, lookup
from checkpoint.services.ingest import ingest
from checkpoint.services.rows import EntryPlace
from checkpoint.storage import evidence
from checkpoint.wire.entries import Standing
from tests.checkpoint.services.district import ALICE, CAROL, District, Kiosk

ZHAO = Personal("赵六", "", "")
CHECK = {
    "kind": EntryKind.REFERENCE,
    "direction": None,
    "outcome": None,
    "reasons": (),
    "pass_id": "",
    "pass_kind": None,
    "issuer": "",
    "mask": None,
    "mask_source": "",
    "details": {
        "against": "skin",
        "reference": "3650",
        "difference": "12",
        "result": "passed",
    },
}


@pytest.fixture
def kiosk(district: District) -> Kiosk:
    """A gate whose thermometer was checked between two passings."""
    made = district.kiosk()
    made.entry()
    made.entry(ZHAO, **CHECK)
    made.entry()
    note = ingest(district.office, made.kiosk_id, made.batch())
    assert [line.standing for line in district.receipt(note).lines] == [Standing.ACCEPTED] * 3
    return made


def test_it_is_found_with_who_checked(district: District, kiosk: Kiosk) -> None:
    place = EntryPlace(kiosk.kiosk_id, 1, 2)
    seen = lookup.unmask(district.office, CAROL, Scope.of("acme"), place, "who checked")
    assert seen == ZHAO


def test_the_log_audits_intact_with_it(district: District, kiosk: Kiosk) -> None:
    with auditing.evidence(district.office, evidence.ALL) as log:
        report = audit(log)
    assert (report.verdict, report.entries) == (Verdict.INTACT, 3)
    assert kiosk.links[1].personal


def test_both_verifiers_of_an_export_agree_on_it(
    district: District, kiosk: Kiosk, tmp_path: Path
) -> None:
    path = tmp_path / "log.zip"
    assert export.write(district.office, ALICE, Scope.whole_district(), path) == len(kiosk.links)
    with open_export(path) as found:
        assert audit(found).verdict is Verdict.INTACT
    with zipfile.ZipFile(path) as folder:
        folder.extractall(tmp_path)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "verify.py")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
