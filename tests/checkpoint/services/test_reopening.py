"""Who is at work again: by what the gates reported, never by who is merely registered."""

from datetime import timedelta

from checkpoint.domain.decision import Outcome
from checkpoint.domain.reason import Reason
from checkpoint.services import authorizing, reopening
from checkpoint.services.ingest import ingest
from checkpoint.services.reopening import WINDOW, Share
from tests.checkpoint.services.district import ALICE, District


def test_a_registered_enterprise_is_not_yet_at_work(district: District) -> None:
    found = reopening.now(district.office)
    assert found.whole == Share(2, 0)
    assert found.townships == (("Town", Share(2, 0)),)
    assert (found.above_scale.of, found.others.of) == (2, 0)
    assert found.others.percent == 0


def test_who_let_somebody_in_is_at_work_for_seven_days(district: District) -> None:
    kiosk = district.kiosk()
    kiosk.entry()
    ingest(district.office, kiosk.kiosk_id, kiosk.batch())
    found = reopening.now(district.office)
    assert (found.whole, found.whole.percent) == (Share(2, 1), 50)
    district.clock.advance((WINDOW + timedelta(seconds=1)).total_seconds())
    assert reopening.now(district.office).whole == Share(2, 0)


def test_who_refused_everybody_is_not_at_work(district: District) -> None:
    kiosk = district.kiosk()
    kiosk.entry(outcome=Outcome.DENY, reasons=(Reason.EXPIRED,))
    ingest(district.office, kiosk.kiosk_id, kiosk.batch())
    assert reopening.now(district.office).whole == Share(2, 0)


def test_a_suspended_enterprise_is_not_at_work(district: District) -> None:
    kiosk = district.kiosk()
    kiosk.entry()
    ingest(district.office, kiosk.kiosk_id, kiosk.batch())
    authorizing.suspend(district.office, ALICE, "acme", "inspection failed")
    assert reopening.now(district.office).whole == Share(2, 0)
