"""Charts as pictures: SVG without scripts, as data URIs that an <img> shows."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width
from xml.etree.ElementTree import Element

import pygal
from pygal.style import Style

# The library hooks itself into every later import, for plugins of maps that nobody here has;
# the hook is of a form that Python gave up and warns of.
sys.meta_path[:] = [f for f in sys.meta_path if not type(f).__module__.startswith("pygal")]

JADE, GOLD, WARN = "#0f6b5f", "#c98a14", "#b3402f"
_WIDTH, _HEIGHT, _LABEL_PX = 460, 250, 14
_FONT = "system-ui, 'PingFang SC', 'Noto Sans SC', 'Noto Sans CJK SC', sans-serif"


@dataclass(frozen=True, slots=True)
class Series:
    """Bars of one colour: a value for each label, None for no bar."""

    name: str
    values: Sequence[int | None]
    colour: str = JADE


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture, what it shows, and its figures; `picture` is empty where there are none."""

    title: str
    told: str
    head: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    picture: str


def columns(labels: Sequence[str], *series: Series, every: int = 1) -> str:
    """Upright bars beside each other; only each `every`-th label is written."""
    chart = pygal.Bar(show_minor_x_labels=False, **_drawn(series))
    chart.x_labels = list(labels)
    chart.x_labels_major = list(labels)[::every]
    return _uri(chart, series)


def rows(labels: Sequence[str], series: Series, most: int = 0) -> str:
    """Lying bars, the first label on top, up to `most` at least; as high as it has bars."""
    wide = max((_wide_signs(label) for label in labels), default=0)
    size = {"height": 70 + 34 * len(labels), "margin_left": 8 + wide * _LABEL_PX // 2}
    chart = pygal.HorizontalBar(**_drawn([series]) | size)
    chart.x_labels = list(reversed(labels))
    if most:
        most = max(most, _most([series]))
        chart.range, chart.y_labels = (0, most), _ticks(most)
    turned = Series(series.name, list(reversed(series.values)), series.colour)
    return _uri(chart, [turned])


def _wide_signs(label: str) -> int:
    """The library takes every sign for a Latin one; a Chinese one is about twice as wide."""
    return sum(east_asian_width(sign) in "WF" for sign in label)


def _most(series: Sequence[Series]) -> int:
    return max((value or 0 for each in series for value in each.values), default=0) or 1


def _ticks(most: int) -> list[int]:
    """Whole numbers from 0, at most six, by 1, 2 or 5 times a power of ten."""
    steps = (part * 10**power for power in range(len(str(most))) for part in (1, 2, 5))
    step = next(step for step in steps if most <= 5 * step)
    return list(range(0, most + 1, step))


def _drawn(series: Sequence[Series]) -> dict[str, object]:
    style = Style(
        background="transparent",
        plot_background="transparent",
        foreground="#566b66",
        foreground_strong="#14302c",
        foreground_subtle="#dde5e1",
        font_family=_FONT,
        label_font_size=_LABEL_PX,
        major_label_font_size=_LABEL_PX,
        legend_font_size=_LABEL_PX,
        guide_stroke_color="#dde5e1",
        major_guide_stroke_color="#c9d4cf",
        guide_stroke_dasharray="2,3",
        major_guide_stroke_dasharray="2,3",
        colors=tuple(each.colour for each in series),
        opacity="1",
        transition="0s",
    )
    return {
        "js": [],
        "style": style,
        "width": _WIDTH,
        "height": _HEIGHT,
        "margin": 8,
        "show_legend": len(series) > 1,
        "legend_at_bottom": True,
        "legend_box_size": 12,
        "truncate_label": -1,
        "truncate_legend": -1,
        "explicit_size": True,
        "y_labels": _ticks(_most(series)),
        "range": (0, _most(series)),
        "value_formatter": lambda value: f"{value:.0f}",
    }


def _uri(chart: pygal.Graph, series: Sequence[Series]) -> str:
    for each in series:
        chart.add(each.name, list(each.values))
    chart.add_xml_filter(_without_scripts)
    return str(chart.render_data_uri())


def _without_scripts(svg: Element) -> Element:
    """The library writes its settings as a script even where no script is to read them."""
    for parent in list(svg.iter()):
        for script in parent.findall("{*}script"):
            parent.remove(script)
    return svg
