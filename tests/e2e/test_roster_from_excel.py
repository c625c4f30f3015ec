"""Bob brings his roster from Excel in a real browser: told, mended, imported, exported."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect
from python_calamine import CalamineWorkbook

from admin.app import jobs
from admin.sheets.workbook import XLSX
from tests.admin.plant import PASSWORD, Plant
from tests.checkpoint.services.district import id_number
from tests.checkpoint.services.sheets_made import xlsx
from tests.e2e.visiting import DROPPED

pytestmark = [pytest.mark.browser, DROPPED]


def _rows(*wrong: dict[str, Any]) -> bytes:
    rows = [[f"员工{n}", id_number(600 + n), f"1380000{n:04}", "操作工"] for n in range(30)]
    for at, changes in enumerate(wrong):
        rows[at * 3][0] = changes.get("name", rows[at * 3][0])
        rows[at * 3][1] = changes.get("number", rows[at * 3][1])
    return xlsx(rows, ("姓名", "身份证号", "手机号", "岗位"))


def _hand_in(page: Page, url: str, blob: bytes) -> None:
    page.goto(f"{url}/enterprise/roster/import")
    file: FilePayload = {"name": "花名册.xlsx", "mimeType": XLSX, "buffer": blob}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="检查文件").click()
    expect(page.locator("progress")).to_be_visible()


def test_bob_mends_imports_and_exports(page: Page, url: str, plant: Plant, tmp_path: Path) -> None:
    page.goto(f"{url}/sign-in")
    page.fill("#username", "bob")
    page.fill("#password", PASSWORD)
    page.locator("form .btn-primary").last.click()
    page.get_by_role("link", name="花名册").click()
    page.get_by_role("link", name="从 Excel 导入").first.click()
    expect(page.get_by_role("link", name="下载模板")).to_be_visible()

    _hand_in(page, url, _rows({"name": ""}, {"number": 110105199003070011}))
    jobs.turn(plant.app, plant.office)  # the page itself sees that it has ended
    expect(page.get_by_text("以数字格式输入，Excel 只保留 15 位").first).to_be_visible()
    expect(page.get_by_text("单元格为空").first).to_be_visible()
    expect(page.get_by_role("button", name="只导入合格的 28 行")).to_be_visible()
    page.get_by_role("link", name="上传改好的文件").click()

    _hand_in(page, url, _rows())
    jobs.turn(plant.app, plant.office)
    page.get_by_role("button", name="导入 30 行").click()
    jobs.turn(plant.app, plant.office)
    expect(page.get_by_text("花名册已与文件一致")).to_be_visible()

    page.goto(f"{url}/enterprise/roster/export")
    page.get_by_role("button", name="生成统计表").click()
    jobs.turn(plant.app, plant.office)
    with page.expect_download() as held:
        page.get_by_role("link", name="下载", exact=True).click()
    path = tmp_path / "table.xlsx"
    held.value.save_as(path)
    assert held.value.suggested_filename.startswith("企业人员情况统计表")
    book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
    names = [row[1] for row in book.get_sheet_by_index(0).to_python()]
    assert names.count("员工7") == 1
