"""How far a kiosk's clock is believed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from checkpoint.clock import FixedClock
from checkpoint.domain.observation import ClockQuality
from kiosk.gate.clock_quality import ClockJudge
from tests.kiosk.gatehouse import NOW

DAY_S = 24 * 3600


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def judge(clock: FixedClock) -> ClockJudge:
    return ClockJudge(clock)


def test_without_a_servers_time_it_is_unsynchronised(judge: ClockJudge, clock: FixedClock) -> None:
    clock.advance(3600)
    assert judge.quality(None) is ClockQuality.UNSYNCHRONISED


def test_within_a_minute_of_the_server_it_is_synchronised_for_a_day(
    judge: ClockJudge, clock: FixedClock
) -> None:
    judge.server_says(NOW + timedelta(seconds=59))
    assert judge.quality(None) is ClockQuality.SYNCHRONISED
    clock.advance(DAY_S + 1)
    assert judge.quality(None) is ClockQuality.UNSYNCHRONISED


def test_far_from_the_server_it_is_suspect_until_they_agree(
    judge: ClockJudge, clock: FixedClock
) -> None:
    judge.server_says(NOW + timedelta(hours=1))
    assert judge.quality(None) is ClockQuality.SUSPECT
    clock.jump(NOW + timedelta(hours=1))
    assert judge.quality(None) is ClockQuality.SUSPECT
    judge.server_says(NOW + timedelta(hours=1))
    assert judge.quality(None) is ClockQuality.SYNCHRONISED


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_jump_is_suspect_until_the_server_speaks(
    judge: ClockJudge, clock: FixedClock, hours: int
) -> None:
    judge.server_says(NOW)
    clock.jump(NOW + timedelta(hours=hours))
    assert judge.quality(None) is ClockQuality.SUSPECT
    clock.advance(60)
    assert judge.quality(None) is ClockQuality.SUSPECT
    judge.server_says(clock.now())
    assert judge.quality(None) is ClockQuality.SYNCHRONISED


def test_earlier_than_what_has_happened_is_suspect(judge: ClockJudge, clock: FixedClock) -> None:
    past = NOW + timedelta(minutes=5)
    assert judge.quality(past) is ClockQuality.SUSPECT
    clock.advance(300)
    assert judge.quality(past) is ClockQuality.UNSYNCHRONISED
