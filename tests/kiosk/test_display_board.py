"""The board between the gate's thread and the browsers."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from checkpoint.clock import FixedClock
from checkpoint.domain.decision import Decision, Outcome, Treasure
from checkpoint.domain.entry import Personal
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import Direction, Mask, Reading
from checkpoint.domain.reason import Reason
from checkpoint.errors import Ailment
from kiosk.display.board import MOST_ACTS, Board
from kiosk.display.state import as_json
from kiosk.ports import (
    Annullable,
    BoardingView,
    Connection,
    EmergencyOpened,
    Fault,
    GateView,
    Light,
    Opening,
    Overridable,
    Phase,
    Shown,
)

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
WAITING = GateView(Phase.WAITING, Direction.IN, AT)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(AT)


@pytest.fixture
def board(clock: FixedClock) -> Board:
    return Board(clock)


def test_only_a_change_is_news(board: Board) -> None:
    board.post(WAITING)
    first = board.posted(-1, 0).version
    board.post(replace(WAITING, at=AT + timedelta(seconds=1)))
    assert board.posted(-1, 0).version == first
    board.post(replace(WAITING, inside=1))
    assert board.posted(-1, 0).version == first + 1


def test_a_waiting_browser_is_woken(board: Board) -> None:
    board.post(WAITING)
    version = board.posted(-1, 0).version
    seen: list[int] = []
    browser = threading.Thread(target=lambda: seen.append(board.posted(version, 30).version))
    browser.start()
    board.post(replace(WAITING, inside=2))
    browser.join(10)
    assert seen == [version + 1]


def test_each_person_is_a_turn(board: Board) -> None:
    phases = [
        Phase.WAITING,
        Phase.TEMPERATURE,
        Phase.MASK,
        Phase.VERDICT,
        Phase.CLEAR,
        Phase.WAITING,
        Phase.VERDICT,
        Phase.TEMPERATURE,
    ]
    turns = []
    for phase in phases:
        board.post(replace(WAITING, phase=phase))
        turns.append(board.posted(-1, 0).turn)
    assert turns == [1, 2, 2, 2, 2, 2, 3, 4]


def test_silence_is_measured(board: Board, clock: FixedClock) -> None:
    board.post(WAITING)
    clock.advance(12)
    assert board.posted(-1, 0).silent_s == 12
    board.post(WAITING)
    assert board.posted(-1, 0).silent_s == 0


def test_only_the_newest_picture_is_kept_and_it_is_a_copy(board: Board) -> None:
    assert board.picture(0, 0) is None
    image = np.zeros((4, 4, 3), np.uint8)
    board.hang(image)
    board.hang(image)
    image[:] = 255
    picture = board.picture(0, 0)
    assert picture is not None
    assert (picture.number, int(picture.image.max())) == (2, 0)
    assert board.picture(2, 0) is None


def test_acts_come_once_and_in_order_and_are_bounded(board: Board) -> None:
    assert all(board.press(EmergencyOpened()) for _ in range(MOST_ACTS))
    assert not board.press(EmergencyOpened())
    assert len(board.pressed()) == MOST_ACTS
    assert board.pressed() == []


def test_closing_wakes_everyone_and_forgets_the_picture(board: Board) -> None:
    board.hang(np.zeros((4, 4, 3), np.uint8))
    board.post(WAITING)
    browser = threading.Thread(target=lambda: board.posted(1, 60))
    browser.start()
    board.close()
    browser.join(10)
    assert not browser.is_alive()
    assert board.picture(0, 0) is None


def test_a_view_as_json_is_codes_and_numbers() -> None:
    view = replace(
        WAITING,
        phase=Phase.VERDICT,
        lights={Treasure.CODE: Light.GOOD, Treasure.MASK: Light.BAD},
        shown=Shown("张伟", "012X", PassKind.COMMUTING_VEHICLE, "苏A12345"),
        readings=(Reading(3600, 3650, "keypad", AT), Reading(3610, 3660, "keypad", AT)),
        mask=Mask.NONE,
        plate_read="苏A12346",
        decision=Decision(Outcome.DENY, (Reason.NO_MASK,), 7),
        connection=Connection(True, False, 3, 60, AT),
        faults=(Fault("camera", "gone", "plug it in", Ailment.LOST),),
        simulated=("barrier",),
        boarding=BoardingView("京A12345", 3, 40),
        opening=Opening(Reason.EMERGENCY),
        overridable=(
            Overridable("1/7/00ff", AT, None, Decision(Outcome.DENY, (Reason.MALFORMED,), 7)),
        ),
        annullable=(
            Annullable("1/8/00ee", AT, Direction.IN, Personal("李四", "9999", "h1")),
            Annullable("1/9/00dd", AT, Direction.OUT, None),
        ),
    )
    assert as_json(view) == {
        "phase": "verdict",
        "direction": "in",
        "at": 1772352000000,
        "lights": {"code": "good", "register": "off", "temperature": "off", "mask": "bad"},
        "asks": False,
        "by_hand": False,
        "shown": {
            "name": "张伟",
            "id_tail": "012X",
            "kind": "commuting_vehicle",
            "plate": "苏A12345",
            "country": "",
            "born": "",
            "result": "",
            "says": "",
        },
        "temperatures_c": [3650, 3660],
        "mask": "none",
        "plate_read": "苏A12346",
        "decision": {"outcome": "DENY", "reasons": ["no_mask"], "policy_version": 7},
        "second_look": False,
        "entry": "",
        "inside": 0,
        "connection": {
            "enrolled": True,
            "online": False,
            "unsent": 3,
            "trust_age_s": 60,
            "last_receipt": 1772352000000,
        },
        "faults": [{"code": "C-01", "device": "camera", "message": "gone", "remedy": "plug it in"}],
        "simulated": ["barrier"],
        "several_codes": False,
        "place": "",
        "opening": {"why": "emergency", "shown": None},
        "unwalked": None,
        "codeless": False,
        "boarding": {"plate": "京A12345", "riders": 3, "seats": 40},
        "reference": {"at": None, "difference_c": 0, "phase": "fine", "typed": False},
        "overridable": [
            {"entry": "1/7/00ff", "at": 1772352000000, "shown": None, "reasons": ["malformed"]}
        ],
        "annullable": [
            {
                "entry": "1/8/00ee",
                "at": 1772352000000,
                "shown": {"name": "李四", "id_tail": "9999", "plate": ""},
                "direction": "in",
            },
            {"entry": "1/9/00dd", "at": 1772352000000, "shown": None, "direction": "out"},
        ],
    }
