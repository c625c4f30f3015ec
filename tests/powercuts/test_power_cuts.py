"""Nothing that was acknowledged is lost when the power goes, and the control does lose."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuzz.powercuts import enrolling, faults, gate, server, serving
from fuzz.powercuts.faults import Fault

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400), pytest.mark.usefixtures("recorder")]


def test_a_printed_entry_is_in_the_journal_and_the_gate_goes_on(tmp_path: Path) -> None:
    found = gate.trial(40, 1, tmp_path)
    assert found.broken == []
    assert (found.cuts, found.lost) == (40, 0)
    assert found.acknowledged > 200


def test_without_a_sync_for_each_commit_printed_entries_are_lost(tmp_path: Path) -> None:
    assert gate.trial(20, 1, tmp_path, gate.CONTROL).lost > 0


def test_an_entry_with_a_receipt_is_in_the_log_and_the_server_goes_on(tmp_path: Path) -> None:
    found = server.trial(12, 1, tmp_path)
    assert found.broken == []
    assert (found.cuts, found.lost) == (12, 0)
    assert found.acknowledged > 100


def test_without_a_sync_for_each_commit_receipts_speak_of_lost_entries(tmp_path: Path) -> None:
    assert server.trial(12, 1, tmp_path, serving.CONTROL).lost > 0


def test_an_enrolled_gate_stays_enrolled_and_a_half_enrolled_one_tries_again(
    tmp_path: Path,
) -> None:
    found = enrolling.trial(60, 1, tmp_path)
    assert found.broken == []
    assert (found.cuts, found.lost) == (60, 0)


REFUSALS = [
    Fault(call, errno, number)
    for call, errno in (("fdatasync", "EIO"), ("pwrite64", "ENOSPC"), ("pwrite64", "EIO"))
    for number in (1, 7)
]


def test_a_disk_that_refuses_loses_nothing_that_was_printed(tmp_path: Path) -> None:
    found = faults.trial([*REFUSALS, Fault("fsync", "EIO", 1)], 1, tmp_path)
    assert found.broken == []
    assert found.lost == 0
    assert found.acknowledged > 50
