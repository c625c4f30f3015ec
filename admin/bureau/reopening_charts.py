"""The reopened rate as pictures, each with the table behind it."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from admin.printing import charts
from admin.printing.charts import Chart, Series
from checkpoint.services.reopening import Reopening, Share


def of(reopening: Reopening) -> tuple[Chart, ...]:
    """By township, and by whether the enterprise is above the designated scale."""
    townships = [(name or _("Not given"), share) for name, share in reopening.townships]
    sizes = [(_("Above scale"), reopening.above_scale), (_("The others"), reopening.others)]
    return (
        _chart(_("At work again, by township"), _("Township or street"), townships),
        _chart(_("At work again, by size"), _("Size"), sizes),
    )


def _chart(title: str, what: str, shares: Sequence[tuple[str, Share]]) -> Chart:
    percent = Series(_("At work, %"), [share.percent for _name, share in shares])
    return Chart(
        title,
        _("Share of the enterprises, in percent."),
        (what, _("Enterprises"), _("At work"), _("At work, %")),
        tuple((name, share.of, share.at_work, share.percent) for name, share in shares),
        charts.rows([name for name, _share in shares], percent, most=100),
    )
