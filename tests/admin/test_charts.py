"""Charts are pictures without scripts, and each figure stands in a table as well."""

import base64
import re
from datetime import timedelta
from urllib.parse import unquote

import pytest

from admin.printing import charts
from admin.printing.charts import Series
from admin.printing.stays_chart import drawn as stays_drawn
from tests.admin.plant import NOW, Kiosk, Plant


def drawn(uri: str) -> str:
    kind, _comma, held = uri.partition(",")
    assert kind.startswith("data:image/svg+xml")
    return base64.b64decode(held).decode() if kind.endswith("base64") else unquote(held)


def test_a_chart_loads_nothing_and_runs_nothing() -> None:
    for uri in (
        charts.columns(["07:00"], Series("in", [3]), Series("out", [1], charts.GOLD)),
        charts.rows(["体温偏高"], Series("times", [3])),
    ):
        svg = drawn(uri)
        assert "<script" not in svg
        assert not re.search(r'(href|src)="(?!#)', svg)


def test_a_label_of_a_chart_stays_text() -> None:
    assert "<b>" not in drawn(charts.rows(["<b>x</b>"], Series("times", [3])))


def test_bob_sees_the_day_as_pictures_and_as_tables(plant: Plant) -> None:
    kiosk: Kiosk = plant.kiosk()
    kiosk.record(kiosk.entry(NOW))
    assert kiosk.push(plant.app.test_client(), NOW).status_code == 200
    page = plant.visitor("bob").get("/enterprise/").text
    assert page.count('<img src="data:image/svg+xml') == 3
    assert "36.4" in page
    assert "暂无数据" in page


@pytest.mark.parametrize(
    ("most", "ticks"),
    [(1, [0, 1]), (3, [0, 1, 2, 3]), (9, [0, 2, 4, 6, 8]), (400, [0, 100, 200, 300, 400])],
)
def test_people_are_counted_in_whole_numbers(most: int, ticks: list[int]) -> None:
    series = Series("in", [most])
    for picture in (charts.columns(["a"], series), charts.rows(["a"], series)):
        told = re.findall(r"<text[^>]*>([0-9.]+)</text>", drawn(picture))
        numbers = {int(number) for number in told}
        assert set(ticks) <= numbers <= {*ticks, most}


def test_the_last_label_of_a_way_lies_within_the_picture() -> None:
    svg = drawn(stays_drawn([], NOW, NOW + timedelta(days=7)))
    width = int(re.findall(r'width="(\d+)"', svg)[0])
    middle, label = re.findall(r'<text x="([0-9.]+)"[^>]*>([^<]+)</text>', svg)[-1]
    widest = 8  # pixels of a digit at 13 pixels, in the widest of the fonts named
    assert float(middle) + len(label) * widest / 2 <= width
