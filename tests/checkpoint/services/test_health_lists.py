"""Bob's lists of a day: who is missing, who is ill, who came from where; in few questions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from checkpoint.domain.declaration import (
    Arrival,
    Card,
    Daily,
    Housing,
    Origin,
    Symptom,
    Transport,
)
from checkpoint.domain.health_status import HealthStatus
from checkpoint.errors import NotFound
from checkpoint.services import declaring, editing, health_lists, issuing, roster
from checkpoint.services.forms import WorkerForm
from checkpoint.services.health_forms import Declared, RollForm
from tests.checkpoint.services.district import BOB, NOON, District, id_number

MIDNIGHT = NOON - timedelta(hours=12)


def workers(district: District, count: int, owner: str = "acme") -> list[str]:
    return [
        roster.add_worker(
            district.office, BOB, owner, WorkerForm(f"工人{n}", id_number(n + 1), job="装配")
        )
        for n in range(count)
    ]


def declare(district: District, who: str, what: Card | Daily) -> None:
    form = Declared(who, what, 0, confirmed=True)
    declaring.declare(district.office, BOB, "acme", form)


def card(province: str, city: str) -> Card:
    came = Arrival(date(2026, 2, 27), Transport.TRAIN)
    return Card(Origin(province, city), came, Housing.OWN, "")


@contextmanager
def counted(district: District) -> Iterator[list[str]]:
    """The questions put to the database meanwhile."""
    asked: list[str] = []

    def note(*given: object) -> None:
        asked.append(str(given[2]))

    event.listen(district.office.db.engine, "before_cursor_execute", note)
    yield asked
    event.remove(district.office.db.engine, "before_cursor_execute", note)


def test_the_list_of_the_missing_is_paged_and_asks_less_often_than_it_has_rows(
    district: District,
) -> None:
    everybody = workers(district, 60)
    with counted(district) as asked:
        first = health_lists.undeclared(district.office, "acme", MIDNIGHT)
    assert (len(first.rows), len(asked) < 15) == (50, True)
    rest = health_lists.undeclared(district.office, "acme", MIDNIGHT, first.after)
    assert rest.after is None
    assert {row.holder_id for row in (*first.rows, *rest.rows)} == {*everybody}


def test_who_may_not_come_is_not_asked_to_declare(district: District) -> None:
    blocked, gone, missing = workers(district, 3)
    issuing.block_holder(district.office, BOB, "acme", blocked, "丢失证件")
    editing.leave(district.office, BOB, "acme", gone, "离职")
    rows = health_lists.undeclared(district.office, "acme", MIDNIGHT).rows
    assert [row.holder_id for row in rows] == [missing]
    numbers = health_lists.numbers(district.office, "acme", MIDNIGHT)
    assert (numbers.workers, numbers.undeclared) == (1, 1)


def test_a_foreman_gets_the_list_of_one_shift(district: District) -> None:
    early, late = ((360, 840), (840, 1320))
    named = {}
    for serial, shift in enumerate((early, late, early), start=1):
        form = WorkerForm(f"工人{serial}", id_number(serial), shift=shift)
        named[roster.add_worker(district.office, BOB, "acme", form)] = shift
    assert health_lists.shifts(district.office, "acme") == [early, late]
    found = health_lists.undeclared(district.office, "acme", MIDNIGHT, None, early).rows
    assert {row.holder_id for row in found} == {who for who, at in named.items() if at == early}
    assert not health_lists.undeclared(district.office, "acme", MIDNIGHT, None, (1, 2)).rows


def test_late_declarations_are_counted_by_the_day_of_the_last_one(district: District) -> None:
    today, twice, week, blocked, _never = workers(district, 5)
    for days, who, before in (
        (10, week, 0),
        (10, twice, 0),
        (10, blocked, 0),
        (1, twice, 1),
        (0, today, 0),
    ):
        district.clock.jump(NOON - timedelta(days=days))
        form = Declared(who, Daily(), before, confirmed=True)
        declaring.declare(district.office, BOB, "acme", form)
    issuing.block_holder(district.office, BOB, "acme", blocked, "丢失证件")
    bounds = [MIDNIGHT - timedelta(days=days) for days in (0, 1, 7)]
    assert health_lists.last_declared(district.office, "acme", bounds) == (1, 1, 0, 1, 1)


def test_the_numbers_are_those_of_the_lists(district: District) -> None:
    ill, well, missing = workers(district, 3)
    declare(district, ill, Daily(symptoms=(Symptom.FEVER,)))
    roll = RollForm((well,), "李班长", "早班", MIDNIGHT)
    declaring.declare_roll(district.office, BOB, "acme", roll)
    numbers = health_lists.numbers(district.office, "acme", MIDNIGHT)
    assert (numbers.workers, numbers.declared, numbers.yellow, numbers.red) == (3, 2, 1, 0)
    yellow = health_lists.of_status(district.office, "acme", HealthStatus.YELLOW)
    (line,) = yellow.rows
    assert (line.holder_id, line.said and line.said.why) == (ill, "symptoms")
    rows = health_lists.undeclared(district.office, "acme", MIDNIGHT).rows
    assert [row.holder_id for row in rows] == [missing]


def test_people_are_grouped_by_where_they_came_from(district: District) -> None:
    some = workers(district, 4)
    for who, city in zip(some, ("孝感市", "武汉市", "孝感市", "孝感市"), strict=True):
        declare(district, who, card("湖北省", city))
    groups = health_lists.origins(district.office, "acme")
    assert [(row.place, row.workers) for row in groups] == [
        ("湖北省 孝感市", 3),
        ("湖北省 武汉市", 1),
    ]
    found = health_lists.of_origin(district.office, "acme", groups[0].index).rows
    assert {row.holder_id for row in found} == {some[0], some[2], some[3]}
    for odd in ("", "zz", "00"):
        assert not health_lists.of_origin(district.office, "acme", odd).rows


def test_alice_gets_every_enterprise_in_one_question_and_no_name(district: District) -> None:
    workers(district, 2)
    with counted(district) as asked:
        rows = health_lists.by_enterprise(district.office, MIDNIGHT)
    assert [(row.enterprise_id, row.workers) for row in rows] == [("acme", 2), ("zenith", 0)]
    assert len([line for line in asked if line.startswith("SELECT")]) == 1


def test_there_are_no_lists_of_an_enterprise_that_is_none(district: District) -> None:
    with pytest.raises(NotFound):
        health_lists.undeclared(district.office, "nobody", MIDNIGHT)
