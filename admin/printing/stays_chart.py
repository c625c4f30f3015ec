"""Stays as bars along the time, one row a person: an SVG without scripts, as a data URI.

The charting library draws no spans of time in rows, so this one is drawn here.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element, SubElement, tostring

from admin.printing.charts import GOLD, JADE

_WIDTH, _LEFT, _RIGHT, _TOP, _ROW, _BAR = 860, 150, 48, 34, 26, 14
_TICKS = 6
_FONT = "system-ui, 'PingFang SC', 'Noto Sans SC', 'Noto Sans CJK SC', sans-serif"
_INK, _QUIET, _LINE = "#14302c", "#566b66", "#dde5e1"


@dataclass(frozen=True, slots=True)
class Bar:
    """A stay; a doubtful one is drawn hollow and dashed."""

    since: datetime
    until: datetime
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """A person's stays; the one asked about is drawn in gold."""

    label: str
    bars: tuple[Bar, ...]
    asked: bool = False


def drawn(lanes: Sequence[Lane], since: datetime, until: datetime) -> str:
    """The picture of a span of time, the lanes from the top down; times in the zone of `since`."""
    height = _TOP + _ROW * len(lanes) + 8
    svg = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {_WIDTH} {height}",
            "width": str(_WIDTH),
            "height": str(height),
            "font-family": _FONT,
            "font-size": "13",
        },
    )
    scale = _Scale(since, until)
    for tick in range(_TICKS + 1):
        _tick(svg, scale, since + (until - since) * tick / _TICKS, height)
    for number, lane in enumerate(lanes):
        _lane(svg, scale, lane, _TOP + _ROW * number)
    return "data:image/svg+xml;base64," + base64.b64encode(tostring(svg)).decode()


@dataclass(frozen=True, slots=True)
class _Scale:
    since: datetime
    until: datetime

    def x(self, at: datetime) -> float:
        share = (at - self.since) / (self.until - self.since)
        return round(_LEFT + min(max(share, 0), 1) * (_WIDTH - _LEFT - _RIGHT), 1)


def _tick(svg: Element, scale: _Scale, at: datetime, height: int) -> None:
    x = str(scale.x(at))
    where = {"x1": x, "x2": x, "y1": str(_TOP - 8), "y2": str(height), "stroke": _LINE}
    SubElement(svg, "line", where)
    form = "%H:%M" if scale.until - scale.since <= timedelta(hours=30) else "%m-%d %H:%M"
    place = {"x": x, "y": "16", "fill": _QUIET, "text-anchor": "middle"}
    SubElement(svg, "text", place).text = at.strftime(form)


def _lane(svg: Element, scale: _Scale, lane: Lane, y: int) -> None:
    weight = "700" if lane.asked else "400"
    label = {"x": "4", "y": str(y + 12), "fill": _INK, "font-weight": weight}
    SubElement(svg, "text", label).text = lane.label
    colour = GOLD if lane.asked else JADE
    for bar in lane.bars:
        begin, end = scale.x(bar.since), scale.x(bar.until)
        box = {
            "x": str(begin),
            "y": str(y),
            "width": str(max(round(end - begin, 1), 2)),
            "height": str(_BAR),
            "rx": "3",
            "stroke": colour,
            "fill": "none" if bar.doubtful else colour,
        }
        SubElement(svg, "rect", box | ({"stroke-dasharray": "4,3"} if bar.doubtful else {}))
