"""The worst gate comes first, with what is wrong with it and since when."""

from __future__ import annotations

from datetime import timedelta

from checkpoint.domain.degraded import Degraded, Lane
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.observation import ClockQuality
from checkpoint.domain.policy import Policy
from checkpoint.services import bundles, enrolment, ingest, policy, watching
from checkpoint.services.watching import KioskWatch, Level, Trouble
from checkpoint.storage.scope import Scope
from tests.checkpoint.services.district import ALICE, BOB, District, Kiosk

DOWN = {"device": "thermometer", "state": "failed", "code": "T-02"}
UP = DOWN | {"state": "recovered"}


def sent(district: District, kiosk: Kiosk) -> None:
    ingest.ingest(district.office, kiosk.kiosk_id, kiosk.batch())


def seen(district: District, enterprise: str = "acme") -> KioskWatch:
    (one,) = watching.kiosks(district.office, Scope.of(enterprise))
    return one


def test_a_gate_that_was_just_heard_of_is_all_right(district: District) -> None:
    kiosk = district.kiosk()
    kiosk.entry(kind=EntryKind.BOOT, details={"software": "0.9"})
    sent(district, kiosk)
    one = seen(district)
    assert (one.level, one.found, one.software) == (Level.GOOD, (), "0.9")
    assert one.clock == "synchronised"


def test_silence_is_yellow_and_then_red(district: District) -> None:
    kiosk = district.kiosk()
    kiosk.entry()
    sent(district, kiosk)
    at = district.clock.now()
    for minutes, level in ((4, Level.GOOD), (1, Level.WARN), (25, Level.BAD)):
        district.clock.advance(minutes * 60)
        assert seen(district).level is level
    (found,) = seen(district).found
    assert (found.trouble, found.since) == (Trouble.SILENT, at)


def test_a_fault_lasts_until_it_is_over_or_the_gate_starts_anew(district: District) -> None:
    kiosk = district.kiosk()
    for details, count in ((DOWN, 1), (UP, 0), (DOWN, 1)):
        kiosk.entry(kind=EntryKind.FAULT, details=details)
        sent(district, kiosk)
        assert len(seen(district).found) == count
    (found,) = seen(district).found
    assert (found.device, found.code, found.lane, found.level) == (
        *("thermometer", "T-02", "manual"),
        Level.WARN,
    )
    kiosk.entry(kind=EntryKind.BOOT, details={"software": "0.9"})
    sent(district, kiosk)
    assert seen(district).found == ()


def test_a_device_that_refers_everybody_is_red(district: District) -> None:
    strict = Policy(degraded=Degraded(thermometer=Lane.REFER))
    policy.publish(district.office, ALICE, strict)
    kiosk = district.kiosk()
    kiosk.entry(kind=EntryKind.FAULT, details=DOWN)
    sent(district, kiosk)
    assert (seen(district).level, seen(district).found[0].lane) == (Level.BAD, "refer")


def test_clock_bundle_and_thermometer_are_told(district: District) -> None:
    kiosk = district.kiosk()
    bundles.bundle_for(district.office, kiosk.kiosk_id)
    failed = {"result": "failed", "against": "skin", "reference": "3650", "difference": "90"}
    kiosk.entry(kind=EntryKind.REFERENCE, details=failed)
    kiosk.entry(clock_quality=ClockQuality.SUSPECT)
    sent(district, kiosk)
    policy.publish(district.office, ALICE, Policy(fever_threshold_c=3700))
    bundles.bundle_for(district.office, kiosk.kiosk_id)
    district.clock.advance(16 * 60)
    enrolment.seen(district.office, kiosk.kiosk_id, district.clock.now())
    one = seen(district)
    assert {each.trouble for each in one.found} == {
        *(Trouble.CLOCK, Trouble.BUNDLE, Trouble.REFERENCE_FAILED)
    }
    assert (one.kiosk.bundle_version, one.newest, one.level) == (1, 2, Level.BAD)


def test_a_check_that_is_overdue_is_told(district: District) -> None:
    kiosk = district.kiosk()
    kiosk.entry(kind=EntryKind.REFERENCE, details={"result": "passed"})
    sent(district, kiosk)
    at = district.clock.now()
    district.clock.advance(86_400)
    enrolment.seen(district.office, kiosk.kiosk_id, district.clock.now())
    (found,) = seen(district).found
    assert (found.trouble, found.since) == (Trouble.REFERENCE_DUE, at + timedelta(days=1))


def test_the_worst_comes_first_and_of_those_the_oldest(district: District) -> None:
    first, second, well = (district.kiosk(name) for name in ("zenith", "acme", "acme"))
    for kiosk in (first, second):
        kiosk.entry()
        sent(district, kiosk)
        district.clock.advance(60)
    district.clock.advance(40 * 60)
    well.entry()
    sent(district, well)
    gone = district.kiosk()
    enrolment.revoke_kiosk(district.office, BOB, "acme", gone.kiosk_id, "stolen")
    rows = watching.kiosks(district.office, Scope.whole_district())
    ids = [row.kiosk.kiosk_id for row in rows]
    assert ids == [first.kiosk_id, second.kiosk_id, well.kiosk_id, gone.kiosk_id]
    assert rows[-1].level is Level.REVOKED
