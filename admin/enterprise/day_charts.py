"""The pictures of a day at the gates, each with the table behind it."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from admin.forms import words
from admin.forms.fields import ZONE
from admin.printing import charts
from admin.printing.charts import Chart, Series
from checkpoint.services.gate_day import STEP, GateDay

DAYS_AGO = (0, 1, 7)
"""From which days on last declarations are counted together, as `of` takes them."""


def of(day: GateDay, declared: Sequence[int]) -> tuple[Chart, ...]:
    """By hour, by reason, by temperature, and how many `declared` last in each of `DAYS_AGO`."""
    return _hours(day), _reasons(day), _temperatures(day), _declarations(declared)


def _hours(day: GateDay) -> Chart:
    came, left = _("Came in"), _("Went out")
    labels = [hour.begins.astimezone(ZONE).strftime("%H:%M") for hour in day.hours]
    figures = [(hour.came, hour.left) for hour in day.hours]
    moved = any(any(pair) for pair in figures)
    return Chart(
        _("By hour"),
        _("Who came in and went out, hour by hour."),
        (_("Hour"), came, left),
        tuple((label, *pair) for label, pair in zip(labels, figures, strict=True)) if moved else (),
        charts.columns(
            labels,
            Series(came, [pair[0] for pair in figures]),
            Series(left, [pair[1] for pair in figures], charts.GOLD),
            every=-(-len(labels) // 8),
        )
        if moved
        else "",
    )


def _reasons(day: GateDay) -> Chart:
    told = [(str(words.of(words.REASONS, reason.value)), n) for reason, n in day.reasons]
    times = _("Times")
    return Chart(
        _("Why people were held up"),
        _("Reasons of referred and refused passages. One passage may have several."),
        (_("Reason"), times),
        tuple(told),
        _picture(told, times, lying=True),
    )


def _temperatures(day: GateDay) -> Chart:
    told = [(f"{lowest / 100:.1f}", n) for lowest, n in day.temperatures]
    passages = _("Passages")
    return Chart(
        _("Temperatures"),
        _("Each bar is %(step)s °C wide and named after its lowest value.", step=STEP / 100),
        (_("From, °C"), passages),
        tuple(told),
        _picture(told, passages, lying=False),
    )


def _declarations(declared: Sequence[int]) -> Chart:
    when = (_("Today"), _("Yesterday"), _("In the week before"), _("Longer ago"), _("Never"))
    told = [(label, many) for label, many in zip(when, declared, strict=True) if any(declared)]
    workers = _("Workers")
    return Chart(
        _("Late declarations"),
        _("When each worker who may come declared last."),
        (_("Last declared"), workers),
        tuple(told),
        _picture(told, workers, lying=True),
    )


def _picture(told: Sequence[tuple[str, int]], name: str, *, lying: bool) -> str:
    if not told:
        return ""
    labels, figures = [label for label, _n in told], [n for _label, n in told]
    if lying:
        return charts.rows(labels, Series(name, figures, charts.WARN))
    return charts.columns(labels, Series(name, figures), every=-(-len(labels) // 8))
