"""A whole roster in one go: everybody once, and again only when asked."""

from datetime import timedelta

import pytest

from checkpoint.domain.health_pass import PassKind
from checkpoint.errors import NotFound, Refused
from checkpoint.services import issuing, issuing_roster, roster
from checkpoint.services.forms import PassForm, RosterForm, VehicleForm, WorkerForm
from checkpoint.services.issuing_roster import issue_roster
from checkpoint.services.rows import HolderKind
from checkpoint.services.signatures import tally
from tests.checkpoint.services.district import BOB, DAVE, District, id_number

DAY = timedelta(days=1)


def hire(district: District, count: int) -> list[str]:
    forms = [WorkerForm(f"张{serial}", id_number(serial)) for serial in range(1, count + 1)]
    return [roster.add_worker(district.office, BOB, "acme", form) for form in forms]


def test_everybody_gets_one_and_the_progress_is_told(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issuing_roster, "CHUNK", 2)
    people = hire(district, 5)
    told: list[tuple[int, int]] = []
    form = RosterForm(district.clock.now() + DAY)
    made = issue_roster(district.office, BOB, "acme", form, lambda *at: told.append(at))
    assert {one.health_pass.holder_id for one in made.passes} == set(people)
    assert {one.health_pass.kind for one in made.passes} == {PassKind.WORKER}
    assert told == [(0, 5), (2, 5), (4, 5), (5, 5)]
    assert issuing.batch(district.office, "acme", made.at) == made.passes
    assert tally(district.office).issued == 5
    with pytest.raises(NotFound):
        issuing.batch(district.office, "zenith", made.at)


def test_who_holds_one_for_long_enough_is_left_out_unless_asked(small: District) -> None:
    one, _two, three = hire(small, 3)
    ends = small.clock.now() + DAY
    issuing.issue_pass(
        small.office, BOB, "acme", PassForm(PassKind.WORKER, ends + DAY, holder_id=one)
    )
    short = PassForm(PassKind.WORKER, ends - DAY / 2, holder_id=three)
    issuing.issue_pass(small.office, BOB, "acme", short)
    made = issue_roster(small.office, BOB, "acme", RosterForm(ends))
    assert (len(made.passes), made.held) == (2, 1)
    made = issue_roster(small.office, BOB, "acme", RosterForm(ends))
    assert (len(made.passes), made.held) == (0, 3)
    made = issue_roster(small.office, BOB, "acme", RosterForm(ends, again=True))
    assert (len(made.passes), made.held) == (3, 0)


def test_a_lost_pass_is_no_pass(small: District) -> None:
    hire(small, 1)
    form = RosterForm(small.clock.now() + DAY)
    (lost,) = issue_roster(small.office, BOB, "acme", form).passes
    issuing.revoke_pass(small.office, BOB, "acme", lost.health_pass.pass_id, "lost")
    assert len(issue_roster(small.office, BOB, "acme", form).passes) == 1


def test_the_blocked_get_none(small: District) -> None:
    one, two = hire(small, 2)
    issuing.block_holder(small.office, BOB, "acme", one, "left")
    form = RosterForm(small.clock.now() + DAY)
    (made,) = issue_roster(small.office, BOB, "acme", form).passes
    assert made.health_pass.holder_id == two
    with pytest.raises(Refused, match="blocked"):
        issue_roster(
            small.office, BOB, "acme", RosterForm(small.clock.now() + DAY, holder_ids=(one,))
        )


def test_those_that_are_named(small: District) -> None:
    one, two, three = hire(small, 3)
    form = RosterForm(small.clock.now() + DAY, holder_ids=(three, one, three))
    made = issue_roster(small.office, BOB, "acme", form).passes
    assert sorted(p.health_pass.holder_id for p in made) == sorted((one, three))
    with pytest.raises(NotFound):
        issue_roster(small.office, DAVE, "zenith", form)
    assert issuing.passes(small.office, "acme", None, two).rows == ()


def test_vehicles_by_their_plates(small: District) -> None:
    for plate in ("京B00002", "京A00001"):
        roster.add_vehicle(small.office, BOB, "acme", VehicleForm(plate, "李四", 45, "Line 3"))
    form = RosterForm(small.clock.now() + DAY, HolderKind.VEHICLE)
    made = issue_roster(small.office, BOB, "acme", form).passes
    plates = [p.health_pass.vehicle.plate for p in made if p.health_pass.vehicle]
    assert plates == ["京A00001", "京B00002"]
    with pytest.raises(Refused, match="kind"):
        issue_roster(
            small.office, BOB, "acme", RosterForm(small.clock.now() + DAY, HolderKind.VISITOR)
        )
