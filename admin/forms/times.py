"""Times and temperatures as people write them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

_ZONE = ZoneInfo("Asia/Shanghai")


def moment(at: datetime | None) -> str:
    """A time in the district's zone, to the second."""
    return at.astimezone(_ZONE).strftime("%Y-%m-%d %H:%M:%S") if at else "—"


def day(at: datetime | None) -> str:
    """A time in the district's zone, to the minute."""
    return at.astimezone(_ZONE).strftime("%Y-%m-%d %H:%M") if at else "—"


def celsius(hundredths: int | None) -> str:
    """A temperature with one decimal, cut and never rounded up into a fever."""
    return "—" if hundredths is None else f"{hundredths // 10 / 10:.1f} °C"
