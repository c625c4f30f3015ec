"""Carol exports what a filter finds; real readers read it back and find the entries, no formula."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from admin.app import create_app, jobs
from admin.config import Settings
from admin.inspector import export, list_export, list_files
from checkpoint.clock import FixedClock
from checkpoint.domain.entry import Personal
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.remark import RemarkKind
from checkpoint.entrylog.export_zip import source_of
from checkpoint.errors import EntryError
from checkpoint.services import Office, Scope, listing, own_record, remarks
from checkpoint.services.actor import Actor
from checkpoint.services.erasing import ErasureForm
from checkpoint.services.rows import EntryPlace
from checkpoint.storage import moving, tables
from checkpoint.storage.database import Database
from checkpoint.storage.entry_filter import EntryFilter
from tests.admin.plant import NOW, Kiosk, Plant, Visitor

NAMES = [
    '=HYPERLINK("http://evil","x")',
    "+86 𠮷野家",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "-1+1|cmd",
    "＝１＋１",
]
SAID = '=cmd|"/c calc"!A1 𠮷'
WHY = "核查夜班"


@pytest.fixture
def kiosk(plant: Plant) -> Kiosk:
    """An entry for each name, a minute apart; the first has a remark and a typed reason."""
    made = plant.kiosk()
    for minute, name in enumerate(NAMES):
        details = {"words": SAID} if minute == 0 else {}
        entry = made.entry(NOW + timedelta(minutes=minute), details=details)
        holder = plant.ids["worker_a"] if minute == 0 else f"{minute:016x}"
        made.record(entry, Personal(name, "283X", holder))
    assert made.push(plant.app.test_client(), NOW + timedelta(hours=1)).status_code == 200
    carol = Actor(plant.ids["carol"], "inspector", "Carol")
    said = remarks.RemarkForm(EntryPlace(made.place.kiosk_id, 1, 1), RemarkKind.NOTE, SAID)
    remarks.add(plant.office, carol, Scope.of(plant.ids["a"]), said)
    return made


COLUMNS = ["at", "outcome", "said", "name", "id_tail", "remarks", "place", "hash"]


def asked(visitor: Visitor, **form: Any) -> str:
    """Ask for a list; the path of the job."""
    whole = {"format": "xlsx", "columns": COLUMNS, "kind": "people", **form}
    answer = visitor.post("/inspector/entries/export", **whole)
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])


def taken(plant: Plant, visitor: Visitor, **form: Any) -> bytes:
    """The file of a list."""
    path = asked(visitor, **form)
    assert jobs.turn(plant.app, plant.office)
    answer = visitor.get(f"{path}/file")
    assert answer.status_code == 200, visitor.get(path).text
    return bytes(answer.data)


def workbook(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def sheets(content: bytes) -> dict[str, list[list[str]]]:
    with zipfile.ZipFile(io.BytesIO(content)) as folder:
        texts = {name: folder.read(name) for name in folder.namelist()}
    assert all(text.startswith(b"\xef\xbb\xbf") for text in texts.values())
    return {
        name: list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline="")))
        for name, text in texts.items()
    }


def expected(kiosk: Kiosk) -> list[tuple[str, str]]:
    """Place and hash of what was recorded, the newest first."""
    return [(f"{x.kiosk_id}/{x.epoch}/{x.seq}", x.hash.hex()) for x in reversed(kiosk.links)]


def test_excel_reads_the_entries_back_as_text(plant: Plant, kiosk: Kiosk) -> None:
    content = taken(plant, plant.visitor("carol"), why=WHY)
    found = list(workbook(content).values())
    head, *rows = found[0]
    assert [(row[6], row[7]) for row in rows] == expected(kiosk)
    assert [row[3] for row in reversed(rows)] == NAMES
    assert {row[4] for row in rows} == {"283X"}
    assert rows[-1][2] == SAID
    assert rows[-1][5].endswith(SAID)
    assert len(head) == len(COLUMNS)
    with zipfile.ZipFile(io.BytesIO(content)) as folder:
        cells = b"".join(folder.read(name) for name in folder.namelist() if "sheet" in name)
    assert b"<f>" not in cells
    assert b"<hyperlink" not in cells
    about = dict(row[:2] for row in found[1])
    assert about["记录数"] == "6"
    assert WHY in about["人员"]
    last = kiosk.links[-1]
    assert found[2][1][:4] == [last.kiosk_id, "1", "6", last.hash.hex()]
    assert "sibao-head/v1" in found[2][1][7]


def test_a_csv_holds_no_formula_and_nothing_is_lost(plant: Plant, kiosk: Kiosk) -> None:
    found = sheets(taken(plant, plant.visitor("carol"), format="csv", why=WHY))
    _head, *rows = found["entries.csv"]
    assert [(row[6], row[7]) for row in rows] == expected(kiosk)
    names = [row[3] for row in reversed(rows)]
    assert not [name for name in names if name[0] in "=+-@＝"]
    assert [name.removeprefix("'") for name in names] == NAMES
    assert rows[-1][2] == f"'{SAID}"
    assert found["heads.csv"][1][3] == kiosk.links[-1].hash.hex()
    assert ["时间均为", "北京时间（UTC+8）"] in found["about.csv"]


def test_on_paper_with_heads_and_page_numbers(plant: Plant, kiosk: Kiosk) -> None:
    content = taken(plant, plant.visitor("carol"), format="pdf", why=WHY)
    document = pypdfium2.PdfDocument(content)
    width, height = document[0].get_size()
    assert width > height
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    told = re.sub(r"\s|\u200b", "", text)
    for place, digest in expected(kiosk):
        assert place in told
        assert digest in told
    assert "<script>alert(1)</script>" in told
    assert "𠮷" in told or "U+20BB7" in told
    assert "sibao-head/v1" in told
    assert f"1/{len(document)}" in told


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_without_a_reason_persons_are_masked(plant: Plant, kiosk: Kiosk, kind: str) -> None:
    content = taken(plant, plant.visitor("carol"), format=kind)
    read = workbook(content) if kind == "xlsx" else sheets(content)
    rows = next(iter(read.values()))[1:]
    assert {row[4] for row in rows} == {"****"}
    assert {row[3].removeprefix("'")[1:].strip("*") for row in rows} == {""}


def lookups(plant: Plant) -> list[tables.Lookup]:
    with plant.office.db.read() as session:
        return list(session.scalars(select(tables.Lookup).order_by(tables.Lookup.id)))


def test_each_list_is_a_recorded_lookup(plant: Plant, kiosk: Kiosk) -> None:
    carol = plant.visitor("carol")
    taken(plant, carol, reason="fever")
    line = lookups(plant)[-1]
    assert (line.verb, line.found, line.why) == ("export_list", 0, "")
    taken(plant, carol, why=WHY)
    line = lookups(plant)[-1]
    assert (line.verb, line.found, line.why) == ("unmask", len(NAMES), WHY)
    assert f"{kiosk.place.kiosk_id}/1/1-6" in line.asked
    page = carol.get("/inspector/lookups").text
    assert "导出了记录列表" in page


def test_the_person_reads_in_their_own_record_that_they_were_in_a_list(
    plant: Plant, kiosk: Kiosk
) -> None:
    taken(plant, plant.visitor("carol"), why=WHY)
    bob = Actor(plant.ids["bob"], "enterprise", "Bob")
    form = ErasureForm(plant.ids["a"], plant.ids["worker_a"])
    told = own_record.own_record(plant.office, bob, form, "asked")
    assert [look["why"] for look in told["who_looked"]] == [WHY]


def test_the_filter_holds_and_is_said(plant: Plant, kiosk: Kiosk) -> None:
    carol = plant.visitor("carol")
    page = carol.post("/inspector/entries", kind="people", name=NAMES[1]).text
    assert 'action="/inspector/entries/export"' in page
    options = carol.post("/inspector/entries/export", kind="people", name=NAMES[1]).text
    assert 'name="name" value="+86 𠮷野家"' in options
    since = (NOW + timedelta(hours=8, minutes=2)).strftime("%Y-%m-%dT%H:%M")
    found = list(workbook(taken(plant, carol, since=since)).values())
    assert len(found[0]) == 1 + 4
    assert since.replace("T", " ") in dict(row[:2] for row in found[1])["筛选"]


def test_too_long_a_list_is_refused_with_the_remedy(
    plant: Plant, kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(list_export._MOST, "pdf", 5)
    carol = plant.visitor("carol")
    path = asked(carol, format="pdf")
    assert jobs.turn(plant.app, plant.office)
    assert "改用 CSV" in carol.get(path).text
    assert carol.get(f"{path}/file").status_code == 404
    assert not list(plant.office.keys.folder.with_name("exporting").iterdir())


def test_no_plain_file_stays(plant: Plant, kiosk: Kiosk) -> None:
    taken(plant, plant.visitor("carol"), why=WHY)
    data = plant.office.keys.folder.parent
    assert not list((data / "exporting").iterdir())


def test_another_enterprises_entries_stay_out(plant: Plant, kiosk: Kiosk) -> None:
    other = plant.kiosk("gate_b")
    other.record(other.entry(NOW))
    assert other.push(plant.app.test_client(), NOW).status_code == 200
    rows = next(iter(workbook(taken(plant, plant.visitor("carol"))).values()))
    assert len(rows) == 1 + len(NAMES)


def test_a_warrant_that_ends_meanwhile_ends_the_export(plant: Plant, kiosk: Kiosk) -> None:
    carol = plant.visitor("carol")
    path = asked(carol)
    plant.visitor("alice").post(f"/bureau/warrants/{plant.ids['warrant']}/revoke", why="moved away")
    assert jobs.turn(plant.app, plant.office)
    assert carol.get(f"{path}/file").status_code == 404


def test_nobody_elses_job_is_there(plant: Plant, kiosk: Kiosk) -> None:
    path = asked(plant.visitor("carol"))
    assert jobs.turn(plant.app, plant.office)
    assert plant.visitor("bob").get(f"{path}/file").status_code == 404
    assert plant.visitor("bob").post("/inspector/entries/export").status_code == 403


def test_a_long_signed_export_becomes_a_job(
    plant: Plant, kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "AT_ONCE", 5)
    carol = plant.visitor("carol")
    path = carol.post("/inspector/export").headers["Location"]
    assert jobs.turn(plant.app, plant.office)
    with zipfile.ZipFile(io.BytesIO(carol.get(f"{path}/file").data)) as folder:
        assert any(name.endswith("verify.py") for name in folder.namelist())


def test_every_filter_is_the_same_after_a_job_took_it() -> None:
    kind = PassKind.VISITOR
    wanted = EntryFilter(since=NOW, until=NOW + timedelta(days=1), name="张三", pass_kind=kind)
    assert listing.unpacked(listing.packed(wanted)) == wanted
    assert list_files.guarded("plain") == "plain"


@pytest.fixture
def postgres(postgres_database: str, plant: Plant, kiosk: Kiosk, tmp_path: Path) -> Iterator[Plant]:
    """The same district, copied to a real PostgreSQL."""
    target = Database.open(postgres_database)
    moving.copy(plant.office.db, target, lambda *_: None)
    target.close()
    settings = Settings(data=tmp_path / "data", database_url=postgres_database)
    app = create_app(settings, FixedClock(NOW))
    office = app.extensions["sibao_office"]
    assert isinstance(office, Office)
    yield replace(plant, app=app, office=office)
    office.close()


@pytest.mark.postgres
def test_the_same_list_on_postgresql(postgres: Plant, kiosk: Kiosk) -> None:
    content = taken(postgres, postgres.visitor("carol"), why=WHY)
    rows = next(iter(workbook(content).values()))[1:]
    assert [(row[6], row[7]) for row in rows] == expected(kiosk)
    assert [row[3] for row in reversed(rows)] == NAMES


def test_a_list_without_columns_or_with_unknown_ones_is_not_begun(
    plant: Plant, kiosk: Kiosk
) -> None:
    carol = plant.visitor("carol")
    for columns, told in ((None, "请至少选择一列。"), (["at", "nope"], "没有这一列")):
        form: dict[str, Any] = {"format": "csv", "kind": "people"} | (
            {"columns": columns} if columns else {}
        )
        answer = carol.post("/inspector/entries/export", **form)
        assert answer.status_code == 200
        assert told in answer.text
        assert "not a valid choice" not in answer.text
    assert not jobs.turn(plant.app, plant.office)


@pytest.mark.parametrize("kind", ["xlsx", "csv", "pdf"])
def test_an_audit_of_a_list_says_where_whole_chains_come_from(
    plant: Plant, kiosk: Kiosk, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "list"
    path.write_bytes(taken(plant, plant.visitor("carol"), format=kind))
    with pytest.raises(EntryError, match="is a list to read") as told, source_of(path):
        pass
    assert "导出 Export" in told.value.remedy
