"""A day at the gates in figures: nobody counted twice, nobody of another enterprise's."""

from datetime import timedelta

from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind, Personal
from checkpoint.domain.observation import Direction, Reading
from checkpoint.domain.reason import Reason
from checkpoint.services import Scope, gate_day
from checkpoint.services.gate_day import GateDay
from checkpoint.services.ingest import ingest
from tests.checkpoint.services.district import NOON, District, Kiosk

MIDNIGHT = NOON - timedelta(hours=12)
ACME = Scope.of("acme")
HOUR = timedelta(hours=1)
ERIN = Personal("Erin", "0012", "erin")
FRANK = Personal("Frank", "0034", "frank")
IN, OUT = Direction.IN, Direction.OUT


def reading(hundredths: int) -> Reading:
    return Reading(hundredths, hundredths, "test", NOON)


def send(district: District, kiosk: Kiosk) -> None:
    ingest(district.office, kiosk.kiosk_id, kiosk.batch())


def day(district: District, scope: Scope = ACME) -> GateDay:
    return gate_day.since(district.office, scope, MIDNIGHT)


def test_a_day_without_passages_has_its_hours_and_nothing_else(district: District) -> None:
    found = day(district)
    assert [hour.begins for hour in found.hours] == [MIDNIGHT + n * HOUR for n in range(13)]
    assert (found.inside, found.came, found.left) == (0, 0, 0)
    assert not found.reasons
    assert not found.temperatures


def test_who_came_in_and_did_not_leave_is_inside(district: District) -> None:
    kiosk = district.kiosk()
    kiosk.entry(ERIN, at=NOON - 3 * HOUR, pass_id="e1", direction=IN)
    kiosk.entry(FRANK, at=NOON - 3 * HOUR, pass_id="f1", direction=IN)
    kiosk.entry(ERIN, at=NOON - HOUR, pass_id="e1", direction=OUT)
    send(district, kiosk)
    found = day(district)
    assert (found.inside, found.came, found.left) == (1, 2, 1)
    assert (found.hours[9].came, found.hours[9].left) == (2, 0)
    assert (found.hours[11].came, found.hours[11].left) == (0, 1)


def test_another_pass_of_the_same_person_is_the_same_person(district: District) -> None:
    kiosk = district.kiosk()
    kiosk.entry(ERIN, at=NOON - 2 * HOUR, pass_id="e1", direction=IN)
    kiosk.entry(ERIN, at=NOON - HOUR, pass_id="e2", direction=IN)
    send(district, kiosk)
    assert day(district).inside == 1


def test_the_night_shift_is_inside_until_it_was_there_for_a_day(district: District) -> None:
    kiosk = district.kiosk()
    kiosk.entry(ERIN, at=NOON - 23 * HOUR, pass_id="e1", direction=IN)
    send(district, kiosk)
    assert (day(district).inside, day(district).came) == (1, 0)
    district.clock.advance(2 * 3600)
    assert day(district).inside == 0


def test_whom_the_gatekeeper_lets_in_is_inside_and_was_held_up(district: District) -> None:
    kiosk = district.kiosk()
    hot = {"outcome": Outcome.REFER, "reasons": (Reason.FEVER, Reason.NO_MASK)}
    refused = kiosk.entry(ERIN, pass_id="e1", direction=IN, readings=(reading(3790),), **hot)
    kiosk.entry(
        ERIN,
        kind=EntryKind.OVERRIDE,
        pass_id="e1",
        direction=IN,
        readings=(),
        mask=None,
        mask_source="",
        reasons=(Reason.OVERRIDDEN,),
        details={"epoch": "1", "seq": str(refused.seq), "words": "the doctor was here"},
    )
    send(district, kiosk)
    found = day(district)
    assert (found.inside, found.came) == (1, 1)
    assert found.outcomes == {Outcome.ADMIT: 0, Outcome.REFER: 1, Outcome.DENY: 0}
    assert found.reasons == ((Reason.FEVER, 1), (Reason.NO_MASK, 1))


def test_temperatures_stand_in_bars_without_holes(district: District) -> None:
    kiosk = district.kiosk()
    for hundredths in (3640, 3659, 3660, 3701):
        kiosk.entry(ERIN, pass_id="e1", direction=IN, readings=(reading(hundredths),))
    send(district, kiosk)
    assert day(district).temperatures == ((3640, 2), (3660, 1), (3680, 0), (3700, 1))


def test_dave_counts_none_of_bobs(district: District) -> None:
    kiosk = district.kiosk()
    kiosk.entry(ERIN, pass_id="e1", direction=IN)
    send(district, kiosk)
    found = day(district, Scope.of("zenith"))
    assert (found.inside, found.came, found.temperatures) == (0, 0, ())
    assert day(district, Scope.whole_district()).came == 1
