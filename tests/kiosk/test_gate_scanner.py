"""A scanned code goes the way of one that the camera read, and its entry says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from checkpoint.clock import FixedClock
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.reason import Reason
from checkpoint.entrylog import Link, decode_entry
from checkpoint.errors import DeviceFault
from kiosk.bootstrap import Voice, station
from kiosk.config import Settings
from kiosk.ports import GateView, Phase
from kiosk.runner import Runner
from tests.kiosk.gatehouse import NOW, House, open_journal, text_of, worker

WANG = text_of(worker())
ZHAO = text_of(worker("Zhao Liu (fictional)", number=2))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_journal(tmp_path) as journal:
        yield House(journal, FixedClock(NOW))


def _scan(house: House, text: str, in_view: str | None = None) -> GateView:
    house.scanner.text = text
    return house.see(in_view)


def _outcome(view: GateView) -> Outcome | None:
    return view.decision.outcome if view.decision else None


def test_a_scan_is_admitted_without_any_picture(house: House) -> None:
    house.scanner.text = WANG
    view = house.gate.step(None, (), house.clock.now())
    assert _outcome(view) is Outcome.ADMIT
    (entry,) = house.entries
    assert entry.details == {"scanner": "keyboard"}
    assert house.barrier.opened == 1


def test_what_the_camera_read_names_no_scanner(house: House) -> None:
    house.see(WANG)
    (entry,) = house.entries
    assert entry.details == {}


def test_rubbish_that_is_scanned_is_refused_like_rubbish_that_is_shown(house: House) -> None:
    assert _outcome(_scan(house, "https://example.org/")) is Outcome.DENY
    assert house.barrier.opened == 0


def test_the_same_code_scanned_and_shown_is_one_person(house: House) -> None:
    _scan(house, WANG, in_view=WANG)
    for _ in range(20):
        _scan(house, WANG, in_view=WANG)
    assert len(house.entries) == 1


def test_who_scans_while_the_verdict_before_is_shown_is_next(house: House) -> None:
    _scan(house, WANG)
    assert _scan(house, ZHAO).phase is Phase.VERDICT
    house.empty(4)
    assert [e.pass_id for e in house.entries] == [f"{n:016x}" for n in (1, 2)]
    assert house.entries[1].details == {"scanner": "keyboard"}


def test_a_lost_scanner_is_a_fault_of_its_own_and_the_camera_goes_on(house: House) -> None:
    house.scanner.ails = DeviceFault("no such device", remedy="plug the scanner in")
    house.see(None)
    view = house.see(WANG)
    assert [(f.code, f.remedy) for f in view.faults] == [("scanner", "plug the scanner in")]
    assert _outcome(view) is Outcome.ADMIT
    kinds = [(e.kind, e.details.get("device")) for e in house.entries]
    assert kinds == [(EntryKind.FAULT, "scanner"), (EntryKind.PASSAGE, None)]


def test_a_scanner_that_raises_stops_nothing(house: House) -> None:
    house.scanner.scanned = lambda: 1 / 0  # type: ignore[assignment, method-assign, return-value]
    view = house.see(WANG)
    assert _outcome(view) is Outcome.ADMIT
    assert [f.code for f in view.faults] == ["scanner"]


def test_a_gate_may_have_a_scanner_and_no_camera(tmp_path: Path) -> None:
    told: list[Link] = []
    settings = Settings.model_validate(
        {
            "folder": str(tmp_path / "gate"),
            "standalone": True,
            "camera": {"driver": "none"},
            "scanner": {"driver": "simulated", "fixed": "SB1:NO-PASS-OF-OURS"},
            "display": {"enabled": False},
        }
    )
    clock = FixedClock(NOW)
    with station(settings, clock, Voice(told.append, print)) as made:
        assert made.gate.simulated == ("scanner", "barrier")
        Runner(made, clock).turn()
    (entry,) = [decode_entry(link.body) for link in told]
    assert (entry.outcome, entry.details) == (Outcome.DENY, {"scanner": "simulated"})
    assert entry.reasons == (Reason.MALFORMED,)
