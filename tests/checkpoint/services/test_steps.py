"""A living code that was used at one gate is known at the enterprise's others, and nowhere else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from checkpoint.credential.dynamic import step_at
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.errors import Refused
from checkpoint.services import enrolment
from checkpoint.services.ingest import ingest
from checkpoint.services.steps import AHEAD, BEHIND, used_since
from checkpoint.storage import tables
from tests.checkpoint.services.district import BOB, District, Kiosk

WANG, LIU = "00112233445566aa", "00112233445566bb"


def passes(district: District, kiosk: Kiosk, pass_id: str, ahead: int = 0, **changes: Any) -> int:
    """Somebody comes by a living code, so many steps ahead of the server; the step."""
    step = step_at(district.clock.now()) + ahead
    details = {"step": str(step)}
    link = kiosk.entry(pass_id=pass_id, **{"details": details} | changes)
    ingest(district.office, kiosk.kiosk_id, kiosk.batch([link]))
    return step


def told(district: District, kiosk: Kiosk, since: int = 0) -> dict[str, int]:
    answer = used_since(district.office, kiosk.kiosk_id, since)
    return {used.pass_id: used.step for used in answer.steps}


def test_the_other_gates_of_the_enterprise_are_told_and_the_neighbours_are_not(
    district: District,
) -> None:
    first, second, neighbour = district.kiosk(), district.kiosk(), district.kiosk("zenith")
    step = passes(district, first, WANG)
    assert told(district, second) == {WANG: step}
    assert told(district, neighbour) == {}


def test_the_last_step_counts_in_whatever_order_it_comes(district: District) -> None:
    first, second = district.kiosk(), district.kiosk()
    now = step_at(district.clock.now())
    for ahead in (0, 1, -1):
        passes(district, first, WANG, ahead)
        passes(district, second, LIU, ahead)
    assert told(district, second) == {WANG: now + 1, LIU: now + 1}


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": Outcome.DENY},
        {"outcome": Outcome.REFER},
        {"kind": EntryKind.ANNULMENT},
        {"details": {}},
        {"details": {"step": "-1"}},
        {"details": {"step": "٥٥٥"}},
        {"details": {"step": "9" * 400}},
        {"pass_id": "ab" * 3},
    ],
)
def test_who_did_not_pass_by_a_living_code_uses_none(
    small: District, changes: dict[str, Any]
) -> None:
    kiosk = small.kiosk()
    passes(small, kiosk, changes.pop("pass_id", WANG), **changes)
    assert told(small, kiosk) == {}


def test_an_override_uses_the_step_up(small: District) -> None:
    kiosk = small.kiosk()
    step = passes(small, kiosk, WANG, kind=EntryKind.OVERRIDE)
    assert told(small, kiosk) == {WANG: step}


@pytest.mark.parametrize(("ahead", "kept"), [(AHEAD, 1), (AHEAD + 1, 0), (-BEHIND - 1, 0)])
def test_steps_far_from_now_are_not_noted(small: District, ahead: int, kept: int) -> None:
    kiosk = small.kiosk()
    passes(small, kiosk, WANG, ahead)
    assert len(told(small, kiosk)) == kept


def test_a_revoked_kiosk_shuts_nobody_out_and_is_told_nothing(small: District) -> None:
    stolen, other = small.kiosk(), small.kiosk()
    enrolment.revoke_kiosk(small.office, BOB, "acme", stolen.kiosk_id, "stolen")
    passes(small, stolen, WANG)
    assert told(small, other) == {}
    with pytest.raises(Refused):
        told(small, stolen)


def test_what_was_told_is_told_again_for_a_short_while_only(small: District) -> None:
    kiosk = small.kiosk()
    passes(small, kiosk, WANG)
    at = used_since(small.office, kiosk.kiosk_id, 0).at
    assert WANG in told(small, kiosk, at), "a delivery may become visible late"
    small.clock.advance(11)
    passes(small, kiosk, LIU)
    later = used_since(small.office, kiosk.kiosk_id, at).at
    small.clock.advance(1)
    assert set(told(small, kiosk, later)) == {LIU}
    assert set(told(small, kiosk, later + 10**9)) == {WANG, LIU}, "a time to come is no time"


def test_what_can_no_longer_be_shown_is_forgotten(district: District) -> None:
    kiosk = district.kiosk()
    passes(district, kiosk, WANG)
    district.clock.advance(timedelta(minutes=6).total_seconds())
    assert told(district, kiosk) == {}
    passes(district, kiosk, LIU)
    with district.office.db.read() as session:
        assert session.scalar(select(func.count()).select_from(tables.UsedStep)) == 1
