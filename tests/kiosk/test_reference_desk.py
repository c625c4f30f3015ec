"""The daily check from the page's button to the journal, and until its name is forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from checkpoint.clock import FixedClock
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.observation import Direction
from kiosk.display.acts import RefusedAct, act_of
from kiosk.display.board import Posted
from kiosk.journal.erasing import Wanted
from kiosk.ports import Against, GateView, Phase, ReferencePhase, ReferenceShown, ReferenceView
from tests.kiosk.gatehouse import NOW, open_journal, text_of, worker
from tests.kiosk.test_runner import Rig

VIEW = GateView(Phase.WAITING, Direction.IN, NOW)
BY_HAND = replace(VIEW, reference=ReferenceView(typed=True))
BODY: dict[str, Any] = {
    "act": "reference",
    "against": "black_body",
    "reference_c": 3500,
    "value_c": None,
    "who": "Zhao Liu (fictional)",
}


def _read(body: dict[str, Any], view: GateView = VIEW) -> Any:
    return act_of(body, Posted(1, 1, view, 0.0))


def test_the_page_says_what_is_shown_and_who_checks() -> None:
    wanted = ReferenceShown(Against.BLACK_BODY, 3500, "Zhao Liu (fictional)")
    assert _read(BODY) == wanted
    assert _read(BODY | {"value_c": 3480}, BY_HAND) == replace(wanted, typed_c=3480)
    assert _read(BODY | {"who": "  Zhao \n Liu "}).who == "Zhao Liu"
    assert _read(BODY | {"value_c": 3480}) == wanted, "the gate's own thermometer measures"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"reference_c": 2999}, "bad_temperature"),
        ({"reference_c": 36.5}, "bad_temperature"),
        ({"reference_c": True}, "bad_temperature"),
        ({"reference_c": None}, "bad_temperature"),
        ({"value_c": 9000}, "bad_temperature"),
        ({"who": "  "}, "bad_name"),
        ({"who": "x" * 65}, "bad_name"),
        ({"who": 7}, "bad_name"),
        ({"against": "tea"}, "bad_field"),
        ({"more": 1}, "bad_field"),
    ],
)
def test_what_can_be_no_check_is_refused(changed: dict[str, Any], code: str) -> None:
    with pytest.raises(RefusedAct) as caught:
        _read(BODY | changed)
    assert caught.value.code == code


def test_what_the_hand_thermometer_says_must_be_typed() -> None:
    with pytest.raises(RefusedAct, match="value_c"):
        _read(BODY, BY_HAND)


def test_a_check_in_the_running_gate(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    with open_journal(tmp_path, clock) as journal:
        rig = Rig(journal, clock)
        runner = rig.runner()
        runner.turn()
        rig.display.pressed = [ReferenceShown(Against.SKIN, 3640, "Zhao Liu (fictional)")]
        runner.turn()
        told = [view.reference.phase for view in rig.display.views]
        assert told == [ReferencePhase.DUE, ReferencePhase.PASSED]
        assert [entry.kind for entry in rig.house.entries] == [EntryKind.REFERENCE]


def test_an_overdue_check_marks_who_passes_in_the_running_gate(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    with open_journal(tmp_path, clock) as journal:
        rig = Rig(journal, clock)
        runner = rig.runner()
        clock.advance(25 * 3600)
        rig.house.reader.text = text_of(worker())
        rig.film(1)
        runner.turn()
        assert [reason.value for reason in rig.house.entries[-1].reasons] == ["reference_due"]


def test_who_checked_is_forgotten_in_time_like_everybody(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    with open_journal(tmp_path, clock) as journal:
        rig = Rig(journal, clock)
        rig.display.pressed = [ReferenceShown(Against.SKIN, 3640, "Zhao Liu (fictional)")]
        rig.runner().turn()
        assert [link.personal != b"" for link in journal.unsent(9)] == [True]
        while journal.forget(Wanted(NOW + timedelta(days=1), frozenset())):
            pass
        assert [link.personal for link in journal.unsent(9)] == [b""]
        assert journal.last_of(EntryKind.REFERENCE) is not None, "the check itself stays"
