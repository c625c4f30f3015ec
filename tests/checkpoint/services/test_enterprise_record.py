"""The enterprise's record: changed by those who may, nothing overwritten, nothing personal told."""

from typing import Any

import pytest

from checkpoint.errors import NotFound, Overtaken, Refused
from checkpoint.services import Scope, enterprise_record, lookup, naming, resealing
from checkpoint.services.enterprise_record import ChangeForm, Contact, EnterpriseRecord
from checkpoint.storage import enterprises
from checkpoint.storage.enterprises import Wanted
from tests.checkpoint.services.district import ALICE, BOB, DAVE, District

HEAD = Contact("王建国", "+8613912340000")
CONTACTS = (Contact("李𠮷", "13800001111", "安全员"), Contact("Zhao", "", ""))
ALL: dict[str, Any] = {
    "address": "新镇工业路 1 号",
    "staff": 420,
    "head": HEAD,
    "contacts": CONTACTS,
    "medical": "新镇卫生院",
    "medical_phone": "010-8000 1111",
    "isolation": True,
    "isolation_where": "办公楼一层",
}


def _changed(district: District, changes: dict[str, object], version: int | None = None) -> object:
    form = ChangeForm("acme", changes, version)
    return enterprise_record.change(district.office, ALICE, form)


def test_what_the_bureau_enters_is_read_again_on_both_databases(district: District) -> None:
    office = district.office
    assert enterprise_record.record_of(office, "acme") == EnterpriseRecord()
    assert _changed(district, ALL | {"name": "Acme 2", "township": "新镇"}) == (
        *ALL,
        "name",
        "township",
    )
    assert enterprise_record.record_of(office, "acme") == EnterpriseRecord(
        1, **ALL | {"medical_phone": "01080001111"}
    )
    assert _changed(district, ALL) == ()
    assert enterprise_record.record_of(office, "acme").version == 1
    assert enterprise_record.record_of(office, "zenith") == EnterpriseRecord()


def test_the_act_names_the_fields_and_no_person(small: District) -> None:
    _changed(small, {"head": HEAD, "address": "x"})
    row = lookup.actions(small.office, Scope.of("acme")).rows[0]
    assert (row.verb, row.subject, row.why) == ("change_enterprise", "acme", "head, address")


def test_the_second_of_two_editors_is_told_who_was_first_and_overwrites_nothing(
    district: District,
) -> None:
    seen = enterprise_record.record_of(district.office, "acme").version
    enterprise_record.change(district.office, BOB, ChangeForm("acme", {"address": "A"}, seen))
    with pytest.raises(Overtaken) as told:
        _changed(district, {"address": "B"}, seen)
    assert told.value.who == "Bob"
    assert told.value.at_ms == district.office.now_ms()
    assert enterprise_record.record_of(district.office, "acme").address == "A"


def test_an_enterprise_changes_no_field_of_the_register(small: District) -> None:
    for name in ("name", "above_scale", "head"):
        value = {"name": "X", "above_scale": False, "head": None}[name]
        with pytest.raises(Refused, match=name):
            enterprise_record.change(small.office, BOB, ChangeForm("acme", {name: value}))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"head": Contact("王", "12")}, "head"),
        ({"contacts": (Contact("王", "x"),)}, "contacts"),
        ({"contacts": (Contact(""),)}, "contacts"),
        ({"contacts": (Contact("王"),) * 6}, "contacts"),
        ({"staff": -1}, "staff"),
        ({"staff": 1_000_001}, "staff"),
        ({"name": ""}, "name"),
        ({"address": "x" * 129}, "address"),
        ({"medical_phone": "none"}, "medical_phone"),
        ({"credit_code": "1"}, "credit_code"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(
    small: District, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused, match=f"^{field}"):
        _changed(small, {"address": "kept?"} | changes)
    assert enterprise_record.record_of(small.office, "acme") == EnterpriseRecord()


def test_names_and_phones_lie_sealed_and_stay_readable_under_another_key(
    district: District,
) -> None:
    _changed(district, ALL)
    resealing.rotate(district.office, lambda _seconds: None)
    assert enterprise_record.record_of(district.office, "acme").contacts == CONTACTS
    assert enterprise_record.record_of(district.office, "acme").head == HEAD


def test_places_are_renamed_unless_somebody_else_did(district: District) -> None:
    office, gate, site = district.office, district.gates["acme"], district.sites["acme"]
    naming.rename_gate(office, ALICE, gate.gate_id, naming.NameForm("acme", "North", "北门"))
    naming.rename_site(office, ALICE, site.site_id, naming.NameForm("acme", "acme works", "一厂"))
    with pytest.raises(Overtaken) as told:
        naming.rename_gate(office, ALICE, gate.gate_id, naming.NameForm("acme", "North", "南门"))
    assert told.value.who == "Alice"
    with pytest.raises(NotFound):
        naming.rename_gate(office, DAVE, gate.gate_id, naming.NameForm("zenith", "北门", "mine"))


def test_enterprises_are_found_by_every_filter_and_paged(district: District) -> None:
    _changed(district, {"name": "晨光机械厂", "township": "新镇", "above_scale": False})
    cases = {
        "acme": (Wanted("晨光"), Wanted("acm"), Wanted(township="新镇"), Wanted(above_scale=False)),
        "zenith": (Wanted("zen"), Wanted("ZENITH"), Wanted(above_scale=True)),
    }
    with district.office.db.read() as session:
        now = district.office.now_ms()

        def ids(wanted: Wanted) -> list[str]:
            return [row.enterprise_id for row in enterprises.every(session, wanted, now)]

        for enterprise_id, wanteds in cases.items():
            for wanted in wanteds:
                assert ids(wanted) == [enterprise_id], wanted
        assert ids(Wanted(suspended=True)) == []
        assert ids(Wanted("%")) == []
        assert ids(Wanted(suspended=False, unwarranted=True)) == ["acme", "zenith"]
        rows, after = enterprises.some(session, Wanted(), now, "", 1)
        assert ([row.enterprise_id for row in rows], after) == (["acme"], "acme")
        rows, after = enterprises.some(session, Wanted(), now, after, 1)
        assert ([row.enterprise_id for row in rows], after) == (["zenith"], "")
