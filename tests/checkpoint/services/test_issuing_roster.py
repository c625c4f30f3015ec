"""A whole roster in one go: everybody once, and again only when asked."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from checkpoint.domain.health_pass import KeyAlgorithm, PassKind
from checkpoint.errors import NotFound, Refused
from checkpoint.services import batches, issuing, issuing_roster, phone, roster
from checkpoint.services.forms import PassForm, RosterForm, VehicleForm, WorkerForm
from checkpoint.services.issuing_roster import issue_roster
from checkpoint.services.rows import HolderKind
from checkpoint.services.signatures import tally
from checkpoint.storage import tables
from tests.checkpoint.services.district import BOB, DAVE, District, id_number
from tests.fixtures.phone import Phone

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
    found = batches.batch(district.office, "acme", made.number)
    assert found.passes == made.passes
    assert (found.row.at, found.row.count, found.row.usable) == (made.at, 5, 5)
    assert batches.tally(district.office, found).equal
    assert tally(district.office).issued == 5
    with pytest.raises(NotFound):
        batches.batch(district.office, "zenith", made.number)


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


def test_batches_are_listed_the_newest_first_with_what_is_left_of_them(small: District) -> None:
    office, ends = small.office, small.clock.now() + DAY
    assert batches.batches(office, "acme").rows == ()
    hire(small, 3)
    roster.add_vehicle(office, BOB, "acme", VehicleForm("京A00001", "李四", 45, "Line 3"))
    first = issue_roster(office, BOB, "acme", RosterForm(ends))
    second = issue_roster(office, BOB, "acme", RosterForm(ends, HolderKind.VEHICLE))
    small.clock.advance(60)
    third = issue_roster(office, BOB, "acme", RosterForm(ends + DAY))
    assert issue_roster(office, BOB, "acme", RosterForm(ends)).number == 0, "nobody needs one"
    issuing.revoke_pass(office, BOB, "acme", first.passes[0].health_pass.pass_id, "lost")
    rows = batches.batches(office, "acme").rows
    assert [(row.number, row.kind, row.count, row.usable) for row in rows] == [
        (third.number, PassKind.WORKER, 3, 3),
        (second.number, PassKind.COMMUTING_VEHICLE, 1, 1),
        (first.number, PassKind.WORKER, 3, 2),
    ]
    assert rows[0].expires_at == ends + DAY
    assert batches.batches(office, "zenith").rows == ()


def test_a_single_pass_is_no_batch_and_a_phones_pass_of_the_moment_is_in_none(
    small: District,
) -> None:
    one, _two = hire(small, 2)
    ends = small.clock.now() + DAY
    form = PassForm(PassKind.WORKER, ends, holder_id=one)
    issuing.issue_pass(small.office, BOB, "acme", form)
    assert batches.batches(small.office, "acme").rows == ()
    small.clock.advance(1)
    mine = Phone.make(KeyAlgorithm.ED25519)
    phone.register(small.office, mine.asks(phone.make_link(small.office, BOB, "acme", form)))
    made = issue_roster(small.office, BOB, "acme", RosterForm(ends, again=True))
    assert batches.batch(small.office, "acme", made.number).passes == made.passes


def test_a_signature_that_was_not_logged_shows_in_the_tally_of_its_batch(small: District) -> None:
    hire(small, 2)
    made = issue_roster(small.office, BOB, "acme", RosterForm(small.clock.now() + DAY))
    lost = made.passes[0].health_pass.pass_id
    with small.office.db.write() as session:
        session.execute(delete(tables.Signature).where(tables.Signature.subject == lost))
    found = batches.tally(small.office, batches.batch(small.office, "acme", made.number))
    assert (found.equal, found.issued, found.logged, found.unlogged) == (False, 2, 1, (lost,))
