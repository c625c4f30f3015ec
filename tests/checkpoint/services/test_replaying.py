"""Yesterday's entries under other numbers: unchanged numbers change nothing, others are counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from checkpoint.domain.decision import Outcome
from checkpoint.domain.observation import Mask, Reading
from checkpoint.domain.policy import Policy
from checkpoint.domain.reason import Reason
from checkpoint.services import ingest, policy, replaying
from checkpoint.services.replaying import Replay
from tests.checkpoint.services.district import ALICE, BOB, District

HOUR = timedelta(hours=1)
DAY = 24 * HOUR


def replayed(district: District, draft: Policy) -> Replay:
    now = district.clock.now()
    return replaying.replay(district.office, draft, (now - DAY, now + HOUR))


def passings(district: District) -> None:
    """At acme 36.5, 37.1 and a fever; at zenith nobody wore a mask."""
    kiosk, now = district.kiosk("acme"), district.clock.now()
    for celsius in (3650, 3710):
        kiosk.entry(readings=(Reading(celsius, celsius, "test", now),), warrant_id="W-1")
    fever = (Reading(3735, 3735, "test", now),)
    denied: dict[str, Any] = {"outcome": Outcome.DENY, "warrant_id": "W-1"}
    kiosk.entry(readings=fever, reasons=(Reason.FEVER,), **denied)
    ingest.ingest(district.office, kiosk.kiosk_id, kiosk.batch())
    other = district.kiosk("zenith")
    other.entry(mask=Mask.NONE, reasons=(Reason.NO_MASK,), **denied)
    ingest.ingest(district.office, other.kiosk_id, other.batch())


def test_unchanged_numbers_give_what_was_recorded(district: District) -> None:
    passings(district)
    found = replayed(district, Policy())
    assert (found.total, found.changed, found.unclear, found.unread) == (4, 0, 0, 0)
    assert found.outcomes == {"ADMIT>ADMIT": 2, "DENY>DENY": 2}


def test_what_changes_is_counted_by_outcome_reason_and_enterprise(district: District) -> None:
    passings(district)
    found = replayed(district, Policy(fever_threshold_c=3700, mask_required=False))
    assert found.outcomes == {"ADMIT>ADMIT": 1, "ADMIT>DENY": 1, "DENY>DENY": 1, "DENY>ADMIT": 1}
    assert (found.gained, found.lost) == ({"fever": 1, "ok": 1}, {"ok": 1, "no_mask": 1})
    assert found.enterprises == {"acme": [1, 3], "zenith": [1, 1]}
    warm = next(each for each in found.examples if each["new"] == "DENY")
    assert (warm["old"], warm["celsius"], warm["after"]) == ("ADMIT", 3710, ["fever"])
    assert "name" not in found.examples[0]


def test_an_enterprises_own_stricter_numbers_hold_beside_the_draft(district: District) -> None:
    passings(district)
    policy.tighten(district.office, BOB, "acme", {"fever_threshold_c": 3720})
    loose = replayed(district, Policy(fever_threshold_c=3750))
    assert loose.enterprises["acme"] == [0, 3]


def test_each_entry_is_judged_by_the_version_that_it_cites(district: District) -> None:
    policy.publish(district.office, ALICE, Policy(fever_threshold_c=3700))
    kiosk, now = district.kiosk(), district.clock.now()
    warm = (Reading(3710, 3710, "test", now),)
    told: dict[str, Any] = {"reasons": (Reason.FEVER,), "warrant_id": "W-1"}
    told["outcome"] = Outcome.DENY
    kiosk.entry(readings=warm, policy_version=2, **told)
    kiosk.entry(readings=warm, policy_version=1, **told)
    kiosk.entry(readings=warm, policy_version=99, **told)
    ingest.ingest(district.office, kiosk.kiosk_id, kiosk.batch())
    found = replayed(district, Policy())
    assert found.outcomes == {"DENY>ADMIT": 1}
    assert found.unread == 2, "a fever by the old numbers it was not; and no version 99 ever was"


def test_what_an_entry_does_not_tell_is_counted_as_that(district: District) -> None:
    passings(district)
    found = replayed(district, Policy(trust_marked_s=3600, trust_printed_refer_s=3600))
    assert found.unclear == 2, "who was denied is denied whatever the bundle's age"
    assert found.changed == 0


def test_it_tells_how_far_it_is_and_takes_only_its_time(district: District) -> None:
    passings(district)
    told: list[tuple[int, int]] = []
    now = district.clock.now()
    span = (now, now + HOUR)
    replaying.replay(district.office, Policy(), span, lambda done, all_: told.append((done, all_)))
    assert told == [(4, 4)]
    assert replaying.replay(district.office, Policy(), (now - DAY, now)).total == 0
