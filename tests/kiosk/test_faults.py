"""One fault is one entry when it begins and one when it ends, however a device comes and goes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from checkpoint.errors import Ailment, DeviceFault, WireError
from kiosk.gate.faults import CALM, HOLD, Code, FaultBook, fault_of
from kiosk.ports import Fault
from tests.kiosk.gatehouse import NOW

LOST = Fault(Code.BARRIER, "no answer", "power it", Ailment.LOST)


class Book(FaultBook):
    """A book that keeps what it records, and a day of which the seconds are counted."""

    def __init__(self) -> None:
        super().__init__(lambda at, details: self.told.append((at, details)))
        self.told: list[tuple[datetime, dict[str, str]]] = []

    def at(self, second: float, *, broken: bool) -> None:
        now = NOW + timedelta(seconds=second)
        if broken:
            self.begin(LOST, now)
        else:
            self.end(Code.BARRIER, now)


def test_a_fault_is_told_when_it_begins_and_when_it_ends() -> None:
    book = Book()
    for tenth in range(100):
        book.at(tenth / 10, broken=tenth < 50)
    began, ended = (details for _, details in book.told)
    assert began == {
        "device": "barrier",
        "state": "failed",
        "code": "B-01",
        "message": "no answer",
    }
    assert ended == {"device": "barrier", "state": "recovered", "code": "B-01"}
    assert abs(book.told[1][0] - book.told[0][0] - timedelta(seconds=4.9) - HOLD) < timedelta(
        seconds=0.2
    )


def test_both_entries_have_the_code_that_it_began_with() -> None:
    book = Book()
    book.at(0, broken=True)
    slow = Fault(Code.BARRIER, "drips", ailment=Ailment.SLOW)
    book.begin(slow, NOW + timedelta(seconds=1))
    assert book.lasting() == (slow,), "the display shows what it is now"
    book.at(9, broken=False)
    assert [details["code"] for _, details in book.told] == ["B-01", "B-01"]


def test_a_plug_that_is_loose_all_day_fills_no_journal() -> None:
    book = Book()
    for second in range(3600):
        book.at(second, broken=second % 10 == 0)
    assert len(book.told) < 12
    assert book.lasts(Code.BARRIER)
    book.at(3600 + CALM.total_seconds(), broken=False)
    assert not book.lasts(Code.BARRIER)


def test_what_failed_long_ago_is_no_loose_plug() -> None:
    book = Book()
    for hour in range(5):
        book.at(hour * 3600, broken=True)
        book.at(hour * 3600 + HOLD.total_seconds(), broken=False)
    assert len(book.told) == 10


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (DeviceFault("gone", ailment=Ailment.LOST), "T-01"),
        (DeviceFault("gone"), "T-09"),
        (WireError("no answer"), "T-09"),
        (ZeroDivisionError(), "T-09"),
    ],
)
def test_whatever_a_driver_raises_has_a_code(raised: Exception, code: str) -> None:
    assert fault_of(Code.THERMOMETER, raised).operator_code == code
