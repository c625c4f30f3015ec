"""The register from a file: looked at row by row, then all of it or nothing, again without harm."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkpoint.errors import Refused
from checkpoint.services import Scope, authorizing, enterprise_import, enterprise_record, lookup
from checkpoint.services.enterprise_import import Plan, Upload, short_id_for
from checkpoint.services.enterprise_record import ChangeForm, Contact
from checkpoint.services.enterprise_sheet import ROWS
from checkpoint.services.job_runs import Halted
from checkpoint.services.rows import EnterpriseRow
from checkpoint.services.sheet_import import Verdict
from tests.checkpoint.services.district import ALICE, District, credit_code
from tests.checkpoint.services.sheets_made import xlsx

HEAD = (
    *("企业名称", "统一社会信用代码", "短标识", "乡镇街道", "行业", "规上", "地址"),
    *("负责人", "负责人电话", "从业人数", "联系人", "联系人电话"),
)


def _row(serial: int = 1, **changes: Any) -> list[Any]:
    row = {
        "name": f"北京华美{serial}食品有限公司",
        "code": credit_code(700 + serial),
        "short": "",
        "township": "新镇",
        "industry": "食品",
        "above": "是",
        "address": "工业路 1 号",
        "head": "王建国",
        "head_phone": "13912340000",
        "staff": 420,
        "contact": "李四",
        "contact_phone": "010-8000 1111",
    }
    return list((row | changes).values())


def _sheet(*rows: list[Any]) -> bytes:
    return xlsx(rows, HEAD)


def _plan(district: District, blob: bytes) -> Plan:
    return enterprise_import.plan(district.office, blob, lambda _done, _of: None)


def _import(district: District, blob: bytes, *, only_valid: bool = False) -> Plan:
    return enterprise_import.import_enterprises(
        district.office,
        ALICE,
        Upload("0" * 16, blob, only_valid),
        lambda _session: None,
        lambda _done, _of: None,
    )


def _rows(district: District) -> dict[str, EnterpriseRow]:
    rows = authorizing.enterprises(district.office, Scope.whole_district())
    return {row.enterprise.enterprise_id: row for row in rows}


def test_a_file_is_looked_at_then_imported_and_again_changes_nothing(district: District) -> None:
    blob, before = _sheet(_row(1), _row(2), _row(3, short="third")), len(_rows(district))
    assert _plan(district, blob).count(Verdict.NEW) == 3
    assert len(_rows(district)) == before
    assert _import(district, blob).count(Verdict.NEW) == 3
    acts = len(lookup.actions(district.office, Scope.whole_district()).rows)
    assert _import(district, blob).count(Verdict.SAME) == 3
    assert len(lookup.actions(district.office, Scope.whole_district()).rows) == acts
    rows = _rows(district)
    assert {"bjhm1sp", "bjhm2sp", "third"} <= rows.keys()
    one = rows["bjhm1sp"]
    assert (one.township, one.industry, one.above_scale) == ("新镇", "食品", True)
    kept = enterprise_record.record_of(district.office, "bjhm1sp")
    assert (kept.address, kept.staff) == ("工业路 1 号", 420)
    assert kept.head == Contact("王建国", "13912340000")
    assert kept.contacts == (Contact("李四", "01080001111"),)


def test_an_enterprise_is_known_by_its_code_and_an_empty_cell_leaves_what_is_kept(
    district: District,
) -> None:
    _import(district, _sheet(_row()))
    given: dict[str, Any] = {
        "name": "新名",
        "township": "",
        "above": "",
        "address": "",
        "staff": None,
    }
    persons: dict[str, Any] = {"head_phone": "", "contact": "赵六", "contact_phone": ""}
    made = _import(district, _sheet(_row(**given, **persons)))
    assert made.count(Verdict.CHANGED) == 1
    row, kept = _rows(district)["bjhm1sp"], enterprise_record.record_of(district.office, "bjhm1sp")
    assert (row.enterprise.name, row.township, row.above_scale) == ("新名", "新镇", True)
    assert (kept.address, kept.staff, kept.head) == (
        "工业路 1 号",
        420,
        Contact("王建国", "13912340000"),
    )
    assert [one.name for one in kept.contacts] == ["李四", "赵六"]
    act = lookup.actions(district.office, Scope.of("bjhm1sp")).rows[0]
    assert (act.verb, act.why) == ("change_enterprise", "name, contacts")


def test_one_wrong_row_refuses_all_unless_only_the_right_ones_are_wanted(
    district: District,
) -> None:
    blob, before = _sheet(_row(1), _row(2, code="91110000000000000X"), _row(3)), _rows(district)
    with pytest.raises(Refused, match="rows are wrong"):
        _import(district, blob)
    assert _rows(district) == before
    made = _import(district, blob, only_valid=True)
    assert (made.count(Verdict.NEW), made.count(Verdict.WRONG)) == (2, 1)
    assert len(_rows(district)) == len(before) + 2


def test_an_import_that_dies_leaves_nothing(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _rows(district)

    def dies(*_told: object) -> None:
        raise Halted("killed")

    with monkeypatch.context() as patch:
        patch.setattr(enterprise_import, "record", dies)
        with pytest.raises(Halted):
            _import(district, _sheet(_row(1), _row(2)))
    assert _rows(district) == before
    assert _import(district, _sheet(_row(1), _row(2))).count(Verdict.NEW) == 2


def test_who_changes_the_register_meanwhile_is_not_overwritten(district: District) -> None:
    _import(district, _sheet(_row()))
    upload = Upload("0" * 16, b"")
    made = _plan(district, _sheet(_row(address="甲")))
    change = ChangeForm("bjhm1sp", {"address": "乙"})
    enterprise_record.change(district.office, ALICE, change)
    assert not enterprise_import.carry_out(
        district.office, ALICE, upload, made, lambda _session: None
    )
    assert enterprise_record.record_of(district.office, "bjhm1sp").address == "乙"


WRONG: list[tuple[dict[str, Any], str, str, str]] = [
    ({"name": ""}, "name", "missing", ""),
    ({"name": 361}, "name", "number", "361"),
    ({"code": ""}, "credit_code", "missing", ""),
    ({"code": 911100001234567890}, "credit_code", "as_number", "911100001234567936"),
    ({"code": "9.1110000123E+17"}, "credit_code", "as_number", "9.1110000123E+17"),
    ({"code": "91110000000000000X"}, "credit_code", "credit_code", "91110000000000000X"),
    ({"short": "不行"}, "enterprise_id", "short_id", "不行"),
    ({"short": "acme"}, "enterprise_id", "short_id_taken", "acme"),
    ({"short": "import"}, "enterprise_id", "short_id", "import"),
    ({"township": "镇" * 65}, "township", "length", "镇" * 64),
    ({"township": "镇\u202e"}, "township", "unshown", "镇▢"),
    ({"industry": dt.date(2026, 3, 2)}, "industry", "date", ""),
    ({"above": "也许"}, "above_scale", "yes_no", "也许"),
    ({"address": "路" * 129}, "address", "length_128", "路" * 64),
    ({"head_phone": "12"}, "head_phone", "phone_form", "1*"),
    ({"head": ""}, "head_phone", "nameless", "*********00"),
    ({"contact": "李\u0007四"}, "contact", "unshown", "李**"),
    ({"staff": "约四百"}, "staff", "count_form", "约四百"),
    ({"staff": 4.5}, "staff", "fraction", "4.5"),
    ({"staff": 1_000_001}, "staff", "range", "1000001"),
]


@pytest.mark.parametrize(("changes", "field", "kind", "shown"), WRONG)
def test_what_is_wrong_is_told_with_its_cell_and_persons_masked(
    small: District, changes: dict[str, Any], field: str, kind: str, shown: str
) -> None:
    made = _plan(small, _sheet(_row(1), _row(2, **changes)))
    (fault,) = made.faults
    assert (fault.row, fault.field, fault.kind, fault.masked) == (3, field, kind, shown)
    assert list(made.verdicts.values()) == [Verdict.NEW, Verdict.WRONG]


def test_rows_that_collide_are_told(small: District) -> None:
    rows = (_row(1, short="one"), _row(1), _row(2, short="one"))
    told = [(one.row, one.field, one.kind, one.other) for one in _plan(small, _sheet(*rows)).faults]
    assert told == [
        (3, "credit_code", "twice_code", 2),
        (4, "enterprise_id", "short_id_taken", 0),
    ]


def test_a_registered_enterprise_keeps_its_short_id_and_five_contacts_at_most(
    small: District,
) -> None:
    _import(small, _sheet(_row()))
    (fault,) = _plan(small, _sheet(_row(short="other"))).faults
    assert (fault.field, fault.kind) == ("enterprise_id", "short_id_other")
    for name in "甲乙丙丁":
        _import(small, _sheet(_row(contact=name)))
    (fault,) = _plan(small, _sheet(_row(contact="戊己"))).faults
    assert (fault.field, fault.kind, fault.masked) == ("contact", "contacts_full", "戊*")


def test_a_formula_is_never_run(small: District) -> None:
    formula = ('=CONCATENATE("a","b")', "存的值")
    _import(small, _sheet(_row(name=formula, short="stored"), _row(2, name="=1+1", short="text")))
    names = {short: row.enterprise.name for short, row in _rows(small).items()}
    assert (names["stored"], names["text"]) == ("存的值", "=1+1")


@pytest.mark.parametrize(
    ("name", "taken", "made"),
    [
        ("北京四宝食品有限公司", (), "bjsbsp"),
        ("北京四宝食品有限公司", ("bjsbsp", "bjsbsp-2"), "bjsbsp-3"),
        ("Acme 𠮷 3", (), "acme3"),
        ("☺", (), "ent"),
        ("四", (), "ents"),
        ("New", (), "new-2"),
    ],
)
def test_a_short_id_is_made_of_the_names_initials(
    name: str, taken: tuple[str, ...], made: str
) -> None:
    assert short_id_for(name, taken.__contains__) == made


def test_a_file_of_too_many_rows_is_refused(small: District) -> None:
    rows = [["企业", credit_code(1)] for _ in range(ROWS + 1)]
    with pytest.raises(Refused, match=f"more than {ROWS} rows"):
        _plan(small, xlsx(rows, HEAD[:2]))


def test_a_row_of_totals_is_no_enterprise(small: District) -> None:
    made = _plan(small, _sheet(_row(1), _row(2), ["小计", "共2家"], ["总计", 2.0]))
    assert made.table.totals == (4, 5)
    assert made.count(Verdict.NEW) == len(made.verdicts) == 2
