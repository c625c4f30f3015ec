"""A holder is found by what people type: parts, pinyin, initials, ID ending, plate, job."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypinyin import Style, pinyin
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from checkpoint.domain.health_pass import PassKind
from checkpoint.services import (
    editing,
    erasing,
    issuing,
    resealing,
    roster,
    roster_search,
    spelling,
)
from checkpoint.services.forms import (
    HolderEdit,
    PassForm,
    RosterFilter,
    RosterState,
    VehicleForm,
    WorkerForm,
)
from checkpoint.services.rows import HolderKind
from checkpoint.storage import tables
from tests.checkpoint.services.district import BOB, DAVE, District, id_number

COMMON = "张王李赵单曾仇查解区任朴盖尉吕明晓和行乐长华万宁茜柏宿臧覃翟三四小红军强女绿伟芳"


def found(district: District, search: str | RosterFilter, enterprise_id: str = "acme") -> list[str]:
    rows = roster.holders(district.office, enterprise_id, search).rows
    return sorted(row.plate or row.name for row in rows)


def _keys(held: bytes | None) -> set[bytes]:
    assert held
    return {held[at : at + 8] for at in range(0, len(held), 8)}


def _all_keys(session: Session) -> set[bytes]:
    return {key for held in session.scalars(select(tables.Holder.found_by)) for key in _keys(held)}


@pytest.fixture
def people(district: District) -> District:
    site = district.sites["acme"].site_id
    for serial, (name, job) in enumerate(
        (
            ("张三", "焊工"),
            ("章山", "cook"),
            ("曾晓明", "机械加工车间主任"),
            ("买买提·艾力", "焊工"),
        ),
        start=7,
    ):
        form = WorkerForm(name, id_number(serial), job=job, site_id=site if serial == 7 else "")
        roster.add_worker(district.office, BOB, "acme", form)
    roster.add_vehicle(district.office, BOB, "acme", VehicleForm("京A12345", "李四", 45, "三号线"))
    roster.add_worker(district.office, DAVE, "zenith", WorkerForm("张三", id_number(7)))
    return district


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("zs", ["张三", "章山"]),
        ("ZhangSan", ["张三"]),
        ("zhang", ["张三", "章山"]),
        ("zhang san", ["张三"]),
        ("san", ["张三"]),
        ("张", ["张三"]),
        ("三", ["京A12345", "张三"]),
        ("zengxm", []),
        ("zxm", ["曾晓明"]),
        ("cxm", ["曾晓明"]),
        ("zengxiaom", ["曾晓明"]),
        ("xiaoming", ["曾晓明"]),
        ("焊", ["买买提·艾力", "张三"]),
        ("张 焊工", ["张三"]),
        ("张 cook", []),
        ("加工车间主", ["曾晓明"]),
        ("加工车间长", []),
        ("买买提艾力", ["买买提·艾力"]),
        ("艾力", ["买买提·艾力"]),
        ("京a·123", ["京A12345"]),
        ("2345", ["京A12345"]),
        ("ls", ["京A12345"]),
        ("三号线", ["京A12345"]),
        (id_number(7).lower(), ["张三"]),
        (id_number(8)[-4:].lower(), ["章山"]),
        ("\x07", []),
        ("%", []),
        ("x" * 64, []),
    ],
)
def test_a_search_finds(people: District, search: str, names: list[str]) -> None:
    assert found(people, search) == names


def test_another_enterprise_has_no_key_in_common(people: District) -> None:
    assert found(people, "zs", "zenith") == ["张三"]
    with people.office.db.read() as session:
        rows = session.execute(select(tables.Holder.enterprise_id, tables.Holder.found_by)).all()
    keys = {
        home: {key for its, held in rows if its == home for key in _keys(held)} for home, _ in rows
    }
    assert keys["acme"]
    assert not keys["acme"] & keys["zenith"]


@given(st.text(COMMON, min_size=2, max_size=3), st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_reading_of_any_character_finds(name: str, data: st.DataObject) -> None:
    parts = spelling.pinyin_of(name)
    readings = pinyin(name, style=Style.NORMAL, heteronym=True)
    spelt = [data.draw(st.sampled_from(each)) for each in readings]
    start = data.draw(st.integers(0, len(name) - 1))
    whole = "".join(spelt[start:])
    end = data.draw(st.integers(2, len(whole))) if len(whole) > 1 else 0
    assert not end or whole[:end] in parts
    assert "".join(one[0] for one in spelt[start:]) in parts
    assert not any(part.isspace() or part != part.casefold() for part in parts)


@given(st.text(max_size=64))
@settings(max_examples=200, deadline=None)
def test_no_name_makes_too_many_keys(name: str) -> None:
    assert len(spelling.pinyin_of(name) | spelling.parts(name)) < 20_000


def test_a_long_name_of_many_readings_ends_soon() -> None:
    assert len(spelling.pinyin_of("行和单" * 21)) < 20_000


@given(st.text(COMMON + "abc ", min_size=1, max_size=12), st.data())
def test_every_short_part_of_a_text_finds(text: str, data: st.DataObject) -> None:
    whole = spelling.plain(text)
    for size, at in itertools.product(range(1, 5), range(len(whole))):
        assert whole[at : at + size] in spelling.parts(text)


def test_an_edited_holder_is_found_by_nothing_that_was(people: District) -> None:
    row = roster.holders(people.office, "acme", "zhangsan").rows[0]
    editing.edit(people.office, BOB, "acme", row.holder_id, HolderEdit(1, "李雷", job="cook"))
    assert found(people, "zhangsan") == []
    assert found(people, "焊工") == ["买买提·艾力"]
    assert found(people, "ll") == ["李雷"]


def test_no_key_of_an_erased_person_is_left(people: District) -> None:
    row = roster.holders(people.office, "acme", "zhangsan").rows[0]
    erasing.erase_person(people.office, BOB, erasing.ErasureForm("acme", row.holder_id))
    with people.office.db.read() as session:
        assert session.get_one(tables.Holder, row.holder_id).found_by is None
    assert found(people, "zs") == ["章山"]


def test_all_is_found_while_and_after_the_sealing_key_is_replaced(people: District) -> None:
    def meanwhile(_seconds: float) -> None:
        assert found(people, "zs") == ["张三", "章山"]

    with people.office.db.read() as session:
        before = _all_keys(session)
    people.office.keys.begin_resealing()
    assert found(people, "zs") == ["张三", "章山"], "not one line is sealed anew yet"
    resealing.rotate(people.office, meanwhile)
    assert found(people, "zs") == ["张三", "章山"]
    with people.office.db.read() as session:
        assert not before & _all_keys(session)


def test_a_database_of_before_is_filled_in_once(people: District) -> None:
    with people.office.db.write() as session:
        session.execute(update(tables.Holder).values(found_by=None))
    assert found(people, "zs") == []
    assert roster_search.keep_all(people.office) == 6
    assert found(people, "zs") == ["张三", "章山"]
    assert roster_search.keep_all(people.office) == 0


def test_a_filter_narrows_and_the_list_says_until_when_a_pass_is(people: District) -> None:
    office, now = people.office, people.clock.now()
    ids = {row.name: row.holder_id for row in roster.holders(office, "acme").rows}
    for name, days in (("张三", 3), ("章山", 30), ("曾晓明", 3), ("曾晓明", 30)):
        wanted = PassForm(PassKind.WORKER, now + timedelta(days=days), holder_id=ids[name])
        issuing.issue_pass(office, BOB, "acme", wanted)
    issuing.block_holder(office, BOB, "acme", ids["李四"], "fire")
    editing.leave(office, BOB, "acme", ids["章山"], "resigned")
    for wanted_state, names in (
        (RosterState.SOON, ["张三"]),
        (RosterState.NONE, ["买买提·艾力"]),
        (RosterState.BLOCKED, ["京A12345"]),
        (RosterState.LEFT, ["章山"]),
    ):
        assert found(people, RosterFilter(state=wanted_state)) == names, wanted_state
    assert found(people, RosterFilter("焊", state=RosterState.NONE)) == ["买买提·艾力"]
    assert found(people, RosterFilter(kind=HolderKind.VEHICLE)) == ["京A12345"]
    assert found(people, RosterFilter(site_id=people.sites["acme"].site_id)) == ["张三"]
    ends = {row.name: row.pass_until for row in roster.holders(office, "acme").rows}
    assert ends["曾晓明"] == now.replace(microsecond=0) + timedelta(days=30)
    assert ends["章山"] is None


def test_a_long_result_comes_in_pages(small: District) -> None:
    for serial in range(60):
        roster.add_worker(small.office, BOB, "acme", WorkerForm("张三", id_number(serial + 1)))
    first = roster.holders(small.office, "acme", "zs")
    second = roster.holders(small.office, "acme", "zs", first.after)
    assert (len(first.rows), len(second.rows), second.after) == (50, 10, None)
    assert len({row.holder_id for row in (*first.rows, *second.rows)}) == 60
