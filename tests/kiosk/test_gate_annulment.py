"""Nobody walked through: what Bob's gatekeeper takes back, and what stays as it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkpoint.clock import FixedClock, to_ms
from checkpoint.domain.entry import Entry, EntryKind
from checkpoint.domain.health_pass import HealthPass
from checkpoint.domain.observation import Direction
from checkpoint.domain.reason import Reason
from checkpoint.entrylog.audit import audit
from checkpoint.entrylog.journal_file import open_journal as open_evidence
from checkpoint.errors import JournalFault
from kiosk.gate.admissions import MOST
from kiosk.journal import Journal
from kiosk.journal.sealing import sealing_key
from kiosk.ports import AnnulmentPressed, DirectionChosen, GateView
from tests.kiosk.gatehouse import HEAD, KIOSK, NOW, House, open_journal, text_of, worker

WANG, ZHAO = worker(), worker("Zhao Liu (fictional)", number=2)
EXPIRED = text_of(worker(expires_at=NOW - timedelta(days=1), number=3))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    clock = FixedClock(NOW)
    with open_journal(tmp_path, clock) as journal:
        yield House(journal, clock)


def passes(house: House, text: str, direction: Direction = Direction.IN) -> GateView:
    """Somebody comes, and leaves the view of the camera."""
    if house.gate.direction is not direction:
        house.see(None, DirectionChosen(direction))
    house.see(text)
    house.see(None, after=20)
    return house.see(None, after=20)


def annul(house: House, view: GateView, which: int = -1) -> GateView:
    return house.see(None, AnnulmentPressed(view.annullable[which].entry))


def annulments(house: House) -> list[Entry]:
    return [e for e in house.entries if e.kind is EntryKind.ANNULMENT]


def test_an_annulment_is_an_entry_that_cites_the_admission(house: House) -> None:
    view = house.see(text_of(WANG))
    (admitted,) = house.told
    view = annul(house, view)
    (entry,) = annulments(house)
    assert entry.details == {
        "epoch": str(admitted.epoch),
        "seq": str(admitted.seq),
        "hash": admitted.hash.hex()[:16],
        "inside_since": "0",
    }
    assert (entry.cites, entry.reasons) == (admitted.seq, (Reason.ANNULLED,))
    assert (entry.pass_id, entry.outcome, entry.passed) == (WANG.pass_id, None, False)
    assert (view.annullable, view.inside) == ((), 0)
    assert house.barrier.opened == 1


def test_who_was_annulled_may_come_in_again(house: House) -> None:
    annul(house, passes(house, text_of(WANG)))
    view = passes(house, text_of(WANG))
    assert house.entries[-1].reasons == (Reason.OK,), "not `already_inside`"
    assert view.inside == 1


def test_an_annulled_exit_leaves_its_holder_inside(house: House) -> None:
    came = house.see(text_of(WANG)).at
    house.empty(40)
    annul(house, passes(house, text_of(WANG), Direction.OUT))
    assert house.journal.inside_since(WANG.holder_id) == to_ms(came)


def test_an_entry_is_annulled_once(house: House) -> None:
    view = passes(house, text_of(WANG))
    twice = AnnulmentPressed(view.annullable[0].entry)
    house.see(None, twice, twice)
    house.see(None, twice)
    assert len(annulments(house)) == 1


def test_a_refusal_is_not_annulled_but_its_override_is(house: House) -> None:
    assert house.see(EXPIRED).annullable == ()
    refused = house.see(None).overridable[0].entry
    house.see(None, AnnulmentPressed(refused))
    assert annulments(house) == []
    view = house.override("ID card checked")
    annul(house, view)
    (entry,) = annulments(house)
    assert [e.seq for e in house.entries if e.kind is EntryKind.OVERRIDE] == [entry.cites]
    assert not house.journal.is_inside(worker(number=3).holder_id)


def test_an_override_of_nobody_is_annulled_and_moves_nobody(house: House) -> None:
    house.see("not a pass")
    annul(house, house.override("known to me"))
    (entry,) = annulments(house)
    assert (entry.moves, entry.pass_id, entry.commitment) == (None, "", b"")


@pytest.mark.parametrize(("seconds", "taken"), [(895, 1), (901, 0)])
def test_an_annulment_has_fifteen_minutes(house: House, seconds: int, taken: int) -> None:
    entry = house.see(text_of(WANG)).annullable[0].entry
    house.see(None, after=seconds)
    house.see(None, AnnulmentPressed(entry))
    assert len(annulments(house)) == taken


def test_the_last_few_admissions_may_be_annulled_and_no_more(house: House) -> None:
    for number in range(MOST + 1):
        passes(house, text_of(worker(number=number)))
    view = house.see(None)
    assert [one.entry.split("/")[1] for one in view.annullable] == [
        str(seq) for seq in range(2, MOST + 2)
    ]


@pytest.mark.parametrize("entry", ["", "1/1/0000000000000000", "nonsense"])
def test_what_was_never_admitted_is_not_annulled(house: House, entry: str) -> None:
    passes(house, text_of(WANG))
    house.see(None, AnnulmentPressed(entry))
    assert annulments(house) == []


def test_an_annulment_that_can_not_be_written_may_be_pressed_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = passes(house, text_of(WANG))

    def full(_draft: object) -> None:
        raise JournalFault("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(house.journal, "append", full)
        view = annul(house, view)
        assert (view.inside, len(view.annullable)) == (1, 1)
    house.see(None, after=2)
    annul(house, view)
    assert len(annulments(house)) == 1


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from((WANG, ZHAO)), st.integers(0, MOST)), max_size=10
    )
)
def test_who_is_inside_is_as_if_the_annulled_had_never_come(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[bool, HealthPass, int]],
) -> None:
    folder = tmp_path_factory.mktemp("gate")
    clock = FixedClock(NOW)
    with Journal.open(folder, KIOSK, HEAD, sealing_key(folder), clock) as journal:
        house = House(journal, clock)
        house.gate.begin(NOW, "test")
        for comes, who, which in steps:
            if comes:
                way = Direction.OUT if which % 2 else Direction.IN
                passes(house, text_of(who), way)
                house.override("the ID agrees")
            elif house.see(None).annullable:
                view = house.see(None)
                annul(house, view, which % len(view.annullable))
        entries = house.entries
        taken_back = {e.cites for e in entries if e.kind is EntryKind.ANNULMENT}
        for who in (WANG, ZHAO):
            since = 0
            for entry in entries:
                stays = entry.passed and entry.seq not in taken_back
                if stays and entry.pass_id == who.pass_id:
                    since = to_ms(entry.at) if entry.direction is Direction.IN else 0
            assert journal.inside_since(who.holder_id) == since
    with open_evidence(folder) as log:
        assert not audit(log).breaches
