"""Odd dates, numbers and reasons are told at their field, never answered by a fault of ours."""

from __future__ import annotations

import io
from typing import Any

import pytest
from werkzeug.routing.converters import NumberConverter

from tests.admin.plant import Plant

FILTER = {"kind": "people", "gate_id": "", "outcome": "", "reason": "", "direction": ""}
EMERGENCY = {"plate": "京A12345", "name": "王五", "enterprise_id": ""}
DAYS = ["9999-12-31", "0001-01-01", "1999-12-31"]


def _told(page: str, field: str) -> str:
    told = page.split(f'id="{field}-told"')[1].split("</div>", maxsplit=1)[0]
    return told if 'class="error"' in told else ""


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize(
    ("place", "form", "field"),
    [
        ("bob /enterprise/roster/{worker_a}/pass", {"since": "2026-03-02"}, "until"),
        ("bob /enterprise/roster/{worker_a}/pass", {"until": "2026-03-09"}, "since"),
        ("bob /enterprise/visitors/new", {"name": "王五", "host": "Bob"}, "day"),
        ("alice /bureau/passes/new", EMERGENCY, "until"),
        ("alice /bureau/warrants/new", {"valid_from": "2026-03-02"}, "valid_until"),
        ("alice /bureau/warrants/new", {"valid_until": "2026-03-09"}, "valid_from"),
    ],
)
def test_a_day_at_the_end_of_the_calendar_is_told_at_its_field(
    plant: Plant, place: str, form: dict[str, Any], field: str, day: str
) -> None:
    username, path = place.split()
    whole = {"account_id": plant.ids["carol"], **form, field: day}
    answer = plant.visitor(username).post(path.format(**plant.ids), **whole)
    assert answer.status_code == 200
    assert "2000 至 2100" in _told(answer.text, field)


@pytest.mark.parametrize("field", ["since", "until"])
@pytest.mark.parametrize("day", DAYS)
def test_a_filter_has_no_days_at_the_end_of_the_calendar(
    plant: Plant, field: str, day: str
) -> None:
    answer = plant.visitor("carol").post("/inspector/entries", **FILTER | {field: f"{day}T00:00"})
    assert answer.status_code == 200
    assert "2000 至 2100" in _told(answer.text, field)


def test_every_number_in_a_path_has_a_bound_that_the_database_knows(plant: Plant) -> None:
    numbers = [
        (route.rule, name, converter)
        for route in plant.app.url_map.iter_rules()
        for name, converter in route._converters.items()
        if isinstance(converter, NumberConverter)
    ]
    assert numbers
    for rule, name, number in numbers:
        assert number.max is not None, f"{rule}: {name} has no max"
        assert number.max < 1 << 63, f"{rule}: {name}"


@pytest.mark.parametrize("number", [1 << 63, int("9" * 23)])
@pytest.mark.parametrize("end", ["", "/sheets.pdf"])
def test_a_batch_beyond_all_numbers_is_not_there(plant: Plant, number: int, end: str) -> None:
    answer = plant.visitor("bob").get(f"/enterprise/passes/batches/{number}{end}")
    assert answer.status_code == 404


@pytest.mark.parametrize("after", ["1." + "9" * 32, "1." + "9" * 19, "9" * 30 + ".1"])
@pytest.mark.parametrize(
    "place",
    [
        "bob /enterprise/passes/batches",
        "bob /enterprise/roster",
        "bob /enterprise/passes",
        "alice /bureau/actions",
        "alice /bureau/passes",
        "carol /inspector/lookups",
    ],
)
def test_a_page_after_a_number_beyond_all_is_none_or_empty(
    plant: Plant, place: str, after: str
) -> None:
    username, path = place.split()
    answer = plant.visitor(username).get(f"{path}?after={after}")
    assert answer.status_code in {200, 404}


@pytest.mark.parametrize("place", [f"{1 << 63}/1", f"1/{1 << 63}", "9" * 23 + "/1"])
def test_an_entry_beyond_all_numbers_is_not_there(plant: Plant, place: str) -> None:
    carol = plant.visitor("carol")
    path = f"/inspector/entries/K-D75372/{place}"
    assert carol.get(path).status_code == 404
    assert carol.post(f"{path}/unmask", why="contact tracing").status_code == 404


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"since": "2026-03-02T09:00", "until": "2026-03-02T08:00"}, "until"),
        ({"temperature_from": "37", "temperature_to": "36.5"}, "temperature_to"),
    ],
)
def test_a_filter_that_nothing_can_pass_is_told(
    plant: Plant, given: dict[str, str], field: str
) -> None:
    page = plant.visitor("carol").post("/inspector/entries", **FILTER | given).text
    assert _told(page, field)


@pytest.mark.parametrize("why", ["", "   ", "x" * 201, "\x07"])
def test_a_reason_that_is_none_is_asked_for_on_the_page(plant: Plant, why: str) -> None:
    alice = plant.visitor("alice")
    page = f"/bureau/enterprises/{plant.ids['a']}"
    answer = alice.post(f"{page}/suspend", came_from=page, why=why)
    assert (answer.status_code, answer.headers["Location"]) == (303, page)
    assert "请填写原因" in alice.get(page).text
    direct = alice.post(f"{page}/suspend", why=why)
    assert direct.status_code == 400
    assert "请填写原因" in direct.text


_ENDLESS = "9" * 400


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ("alice /bureau/enterprises/{a}/record", "staff"),
        ("alice /bureau/policy/edit", "days"),
        ("bob /enterprise/record/edit", "staff"),
        ("bob /enterprise/roster/vehicles/new", "seats"),
    ],
)
def test_a_number_beyond_all_counting_is_told_at_its_field(
    plant: Plant, place: str, field: str
) -> None:
    username, path = place.split()
    answer = plant.visitor(username).post(path.format(**plant.ids), **{field: _ENDLESS})
    assert answer.status_code == 200
    assert _told(answer.text, field)


def test_what_can_not_be_read_is_told_once(plant: Plant) -> None:
    page = plant.visitor("carol").post("/inspector/entries", **FILTER, temperature_from="37,3").text
    assert "不是有效的小数" in _told(page, "temperature_from")
    assert "之间" not in _told(page, "temperature_from")


def test_a_file_field_that_holds_text_is_no_fault_of_ours(plant: Plant) -> None:
    answer = plant.visitor("alice").post("/bureau/certificates/add", file="text", pem="")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "place",
    [
        "bob /enterprise/roster/import/template.xlsx",
        "alice /bureau/enterprises/import/template.xlsx",
    ],
)
def test_the_name_of_a_template_fits_a_header(plant: Plant, place: str) -> None:
    username, path = place.split()
    answer = plant.visitor(username).get(path)
    told = answer.headers["Content-Disposition"]
    assert told.isascii()
    assert "filename*=UTF-8''%" in told
    assert (answer.mimetype or "").endswith("sheet")


@pytest.mark.parametrize(
    "place", ["bob /enterprise/roster/import", "alice /bureau/enterprises/import"]
)
def test_an_empty_sheet_begins_no_job(plant: Plant, place: str) -> None:
    username, path = place.split()
    visitor = plant.visitor(username)
    answer = visitor.post(path, file=(io.BytesIO(b""), "empty.xlsx"))
    assert answer.status_code == 200
    assert "文件是空的" in answer.text
    assert "暂无后台作业" in visitor.get("/own/jobs").text


def test_what_is_left_empty_is_no_error(plant: Plant) -> None:
    empty = dict.fromkeys(("since", "until", "temperature_from", "temperature_to"), "")
    page = plant.visitor("carol").post("/inspector/entries", **FILTER, **empty).text
    assert "data-unasked" not in page
    assert 'class="error"' not in page
