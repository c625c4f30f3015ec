"""The people of an enterprise: right, once each, and nobody else's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkpoint.errors import NotFound, Refused
from checkpoint.services import roster
from checkpoint.services.forms import VehicleForm, WorkerForm
from checkpoint.services.identity import id_number as checked
from checkpoint.services.plates import plate
from checkpoint.services.rows import HolderKind
from tests.checkpoint.services.district import BOB, DAVE, NOON, District, id_number


def test_a_worker_is_shown_with_the_last_four_only(small: District) -> None:
    number = id_number(7)
    form = WorkerForm(" 张三 ", number, "138-0000 1234", "welder")
    holder_id = roster.add_worker(small.office, BOB, "acme", form)
    row = roster.holder(small.office, "acme", holder_id)
    assert (row.name, row.job, row.kind) == ("张三", "welder", HolderKind.WORKER)
    assert (row.id_tail, row.phone_tail) == (number[-4:], "1234")
    assert number not in repr(row)


def test_a_worker_is_in_a_roster_once_and_the_refusal_shows_no_number(small: District) -> None:
    number = id_number(7)
    roster.add_worker(small.office, BOB, "acme", WorkerForm("张三", number))
    with pytest.raises(Refused, match="id_number") as caught:
        roster.add_worker(small.office, BOB, "acme", WorkerForm("张三", f" {number.lower()} "))
    assert number[:14] not in caught.value.diagnostics()
    roster.add_worker(small.office, DAVE, "zenith", WorkerForm("张三", number))


def test_a_vehicle_is_in_a_roster_once(small: District) -> None:
    form = VehicleForm("京a·12345", "李四", 45, "Line 3", "13800001234")
    holder_id = roster.add_vehicle(small.office, BOB, "acme", form)
    row = roster.holder(small.office, "acme", holder_id)
    assert (row.plate, row.name, row.seats, row.route) == ("京A12345", "李四", 45, "Line 3")
    with pytest.raises(Refused, match="plate"):
        roster.add_vehicle(small.office, BOB, "acme", VehicleForm("京A 12345", "王五"))


def test_holders_are_found_by_whole_name_number_tail_or_plate(small: District) -> None:
    number = id_number(7)
    one = roster.add_worker(small.office, BOB, "acme", WorkerForm("张三", number))
    two = roster.add_vehicle(small.office, BOB, "acme", VehicleForm("京A12345", "李四"))
    for search, found in (
        ("张三", [one]),
        (number.lower(), [one]),
        (number[-4:], [one]),
        ("京a12345", [two]),
        ("张", [one]),
        ("赵", []),
    ):
        rows = roster.holders(small.office, "acme", search).rows
        assert [row.holder_id for row in rows] == found, search
    assert {row.holder_id for row in roster.holders(small.office, "acme").rows} == {one, two}


def test_a_long_roster_comes_in_pages(small: District) -> None:
    for serial in range(60):
        form = WorkerForm("张三", id_number(serial + 1))
        roster.add_worker(small.office, BOB, "acme", form)
    first = roster.holders(small.office, "acme")
    second = roster.holders(small.office, "acme", after=first.after)
    assert (len(first.rows), len(second.rows), second.after) == (50, 10, None)
    assert len({row.holder_id for row in (*first.rows, *second.rows)}) == 60


def test_another_enterprises_holder_is_not_found(small: District) -> None:
    holder_id = roster.add_worker(small.office, BOB, "acme", WorkerForm("张三", id_number()))
    with pytest.raises(NotFound):
        roster.holder(small.office, "zenith", holder_id)
    assert roster.holders(small.office, "zenith", "张三").rows == ()


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (WorkerForm("", id_number()), "name"),
        (WorkerForm("张\0三", id_number()), "name"),
        (WorkerForm("张三", "12345"), "id_number"),
        (WorkerForm("张三", id_number(), "phone me"), "phone"),
        (WorkerForm("张三", id_number(), job="x" * 65), "job"),
    ],
)
def test_a_wrong_field_is_named_and_not_quoted(
    small: District, form: WorkerForm, field: str
) -> None:
    with pytest.raises(Refused, match=field) as caught:
        roster.add_worker(small.office, BOB, "acme", form)
    assert "张" not in caught.value.diagnostics()
    assert "phone me" not in caught.value.diagnostics()


@pytest.mark.parametrize("region", ["110105", "429004", "810000", "820000", "830000", "911101"])
def test_valid_numbers_that_lists_of_counties_refuse_are_taken(region: str) -> None:
    number = id_number(region=region)
    assert checked(number, NOON) == number


@pytest.mark.parametrize(
    "number",
    [
        id_number(born="20260303"),
        id_number(born="18991231"),
        id_number(born="19900230"),
        id_number(region="990105")[:-1] + "*",
        id_number(region="010105"),
        id_number(region="700105"),
        id_number()[:-1],
        id_number() + "1",
        "",
    ],
)
def test_impossible_numbers_are_refused(number: str) -> None:
    with pytest.raises(Refused):
        checked(number, NOON)


def test_a_child_born_today_in_china_is_possible() -> None:
    assert checked(id_number(born="20260302"), NOON)


@given(serial=st.integers(1, 999), place=st.integers(0, 17), other=st.sampled_from("0123456789X"))
def test_one_wrong_character_is_always_noticed(serial: int, place: int, other: str) -> None:
    number = id_number(serial)
    wrong = number[:place] + other + number[place + 1 :]
    if wrong == number:
        assert checked(wrong, NOON) == number
    else:
        with pytest.raises(Refused):
            checked(wrong, NOON)


@pytest.mark.parametrize(
    ("typed", "painted"),
    [
        ("京A12345", "京A12345"),
        ("苏e·d12345", "苏ED12345"),
        ("粤BF12345", "粤BF12345"),
        ("沪A12345D", "沪A12345D"),
        ("粤Z1234港", "粤Z1234港"),
        ("鲁B 1234挂", "鲁B1234挂"),
        ("京A1234", None),
        ("京I12345", None),
        ("美A12345", None),
        ("京A1O345", None),
        ("京A1234567", None),
        ("", None),
    ],
)
def test_plates_as_painted(typed: str, painted: str | None) -> None:
    if painted is None:
        with pytest.raises(Refused, match="plate"):
            plate(typed)
    else:
        assert plate(typed) == painted
