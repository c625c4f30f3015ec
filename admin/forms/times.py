"""Times and temperatures as people write them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

_ZONE = ZoneInfo("Asia/Shanghai")


def moment(at: datetime | None) -> str:
    """A time in the district's zone, to the second."""
    return at.astimezone(_ZONE).strftime("%Y-%m-%d %H:%M:%S") if at else "—"


def day(at: datetime | None) -> str:
    """A time in the district's zone, to the minute."""
    return at.astimezone(_ZONE).strftime("%Y-%m-%d %H:%M") if at else "—"


def first_day(at: datetime | None) -> str:
    """The day on which a term begins at midnight, as it was chosen; else the beginning's minute."""
    local = at.astimezone(_ZONE) if at else None
    if local is None or local.time() != time.min:
        return day(at)
    return local.strftime("%Y-%m-%d")


def last_day(at: datetime | None) -> str:
    """The last day before a term's end at midnight, as it was chosen; else the end's minute."""
    local = at.astimezone(_ZONE) if at else None
    if local is None or local.time() != time.min:
        return day(at)
    return (local - timedelta(days=1)).strftime("%Y-%m-%d")


def celsius(hundredths: int | None) -> str:
    """A temperature with one decimal, cut and never rounded up into a fever."""
    return "—" if hundredths is None else f"{hundredths // 10 / 10:.1f} °C"
