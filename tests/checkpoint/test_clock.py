"""Times: RFC 3339 with an offset in, UTC inside."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkpoint.clock import from_ms, parse_rfc3339, rfc3339, to_ms

AT = datetime(2026, 3, 1, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01T00:00:00Z",
        "2026-03-01t00:00:00z",
        "2026-03-01T08:00:00+08:00",
        "2026-03-01 00:00:00.000Z",
    ],
)
def test_rfc_3339_is_read(text: str) -> None:
    assert parse_rfc3339(text) == AT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-03-01",
        "2026-03-01T00:00:00",
        "20260301T000000Z",
        "2026-W01-1T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "2026-03-01T00:00:00Z\n",
        "２０２６-03-01T00:00:00Z",
    ],
)
def test_anything_else_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"time|day|month|range"):
        parse_rfc3339(text)


@given(ms=st.integers(0, 253_402_300_799_999))
def test_milliseconds_come_back(ms: int) -> None:
    assert to_ms(parse_rfc3339(rfc3339(from_ms(ms)))) == ms
