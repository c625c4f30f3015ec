"""Living codes at the gate: one step lets pass once, and a phone held up is one passing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from checkpoint.clock import FixedClock, rfc3339
from checkpoint.credential.dynamic import step_at
from checkpoint.domain.decision import Outcome
from checkpoint.domain.health_pass import KeyAlgorithm
from checkpoint.domain.observation import Mask
from checkpoint.domain.reason import Reason
from kiosk.feed import Feed
from kiosk.gate.admissions import Admissions
from kiosk.gate.decision import InForce
from kiosk.journal import Journal
from kiosk.ports import AnnulmentPressed, GateView
from tests.fixtures.phone import Phone
from tests.kiosk.gatehouse import (
    NOW,
    House,
    bundle,
    open_journal,
    set_back,
    text_of,
    worker,
)

PHONE = Phone.make(KeyAlgorithm.ED25519)
STATIC = text_of(worker(holder_key=PHONE.key))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    clock = FixedClock(NOW)
    with open_journal(tmp_path, clock) as journal:
        yield House(journal, clock)


def shown(at: datetime) -> str:
    """What Wang's phone shows."""
    return PHONE.code(STATIC, at)


def reasons(view: GateView) -> set[Reason]:
    return set(view.decision.reasons) if view.decision else set()


def test_a_living_code_is_admitted_without_a_second_look(house: House) -> None:
    view = house.see(shown(NOW))
    assert reasons(view) == {Reason.OK}
    assert view.shown is not None
    assert not view.second_look
    (entry,) = house.entries
    assert entry.details == {"step": str(step_at(NOW))}


def test_a_step_lets_pass_once_and_the_second_device_is_an_entry(house: House) -> None:
    code = shown(NOW)
    house.see(code)
    house.empty(15)
    view = house.see(code)
    assert Reason.REPLAYED in reasons(view)
    assert [e.outcome for e in house.entries] == [Outcome.ADMIT, Outcome.DENY]
    assert Reason.REPLAYED in house.entries[1].reasons
    assert house.barrier.opened == 1


def test_an_older_step_than_the_used_one_is_replayed(house: House) -> None:
    before = shown(NOW - timedelta(seconds=30))
    house.see(shown(NOW))
    house.empty(15)
    assert Reason.REPLAYED in reasons(house.see(before))


def test_the_next_step_is_a_passing_of_its_own(house: House) -> None:
    house.see(shown(NOW))
    house.empty(40)
    view = house.see(shown(house.clock.now()))
    assert reasons(view) == {Reason.ALREADY_INSIDE}


def test_a_screenshot_grows_stale(house: House) -> None:
    code = shown(NOW)
    house.clock.advance(90)
    view = house.see(code)
    assert reasons(view) == {Reason.STALE_CODE}
    assert house.entries[0].outcome is Outcome.DENY


def test_a_used_code_that_grew_stale_is_stale_and_no_more(house: House) -> None:
    code = shown(NOW)
    house.see(code)
    house.empty(90)
    assert Reason.REPLAYED not in reasons(house.see(code))


def test_a_picture_of_the_static_part_is_stale(house: House) -> None:
    assert reasons(house.see(STATIC)) == {Reason.STALE_CODE}


def test_a_phone_held_up_through_many_steps_is_one_passing(house: House) -> None:
    for _ in range(1200):
        house.see(shown(house.clock.now()))
    assert len(house.entries) == 1


def test_a_frozen_phone_held_up_is_one_passing(house: House) -> None:
    code = shown(NOW)
    for _ in range(1200):
        house.see(code)
    assert len(house.entries) == 1


def test_a_revoked_phone_pass_held_up_is_one_refusal(house: House) -> None:
    trust = bundle().trust
    revoked = type(trust)(trust.keyring, revoked=frozenset({worker().pass_id}))
    house.gate.take(InForce(bundle(trust=revoked)), NOW)
    for _ in range(600):
        house.see(shown(house.clock.now()))
    assert [e.outcome for e in house.entries] == [Outcome.DENY]


def test_a_fresh_code_after_a_stale_one_is_met_at_once(house: House) -> None:
    house.see(STATIC)
    house.empty(4)
    assert reasons(house.see(shown(house.clock.now()))) == {Reason.OK}


def test_a_refused_passing_uses_no_step(house: House) -> None:
    house.mask.answer = Mask.NONE
    house.see(shown(NOW))
    house.empty(11)
    house.mask.answer = Mask.WORN
    assert Reason.NO_MASK in house.entries[0].reasons
    assert reasons(house.see(shown(NOW))) == {Reason.OK}


def test_an_override_uses_the_step(house: House) -> None:
    house.mask.answer = Mask.INCORRECT
    view = house.see(shown(NOW))
    assert reasons(view) == {Reason.MASK_INCORRECT}
    house.override("seen by me")
    house.empty(12)
    assert Reason.REPLAYED in reasons(house.see(shown(NOW)))


def test_an_annulment_leaves_the_step_used(house: House) -> None:
    view = house.see(shown(NOW))
    house.see(None, AnnulmentPressed(view.annullable[0].entry))
    assert house.journal.used_step(worker().pass_id) == step_at(NOW)


def test_an_override_of_a_phone_with_a_wrong_clock_uses_no_step(house: House) -> None:
    house.see(shown(NOW + timedelta(days=1)))
    house.override("the phone's clock is wrong")
    house.empty(20)
    assert Reason.REPLAYED not in reasons(house.see(shown(house.clock.now())))


def test_used_steps_outlive_a_restart(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    with open_journal(tmp_path, clock) as journal:
        House(journal, clock).see(shown(NOW))
    with open_journal(tmp_path, clock) as journal:
        assert Reason.REPLAYED in reasons(House(journal, clock).see(shown(NOW)))


def test_a_journal_of_the_first_version_learns_the_new_table(tmp_path: Path) -> None:
    open_journal(tmp_path).close()
    set_back(tmp_path, 1)
    with open_journal(tmp_path) as journal:
        assert journal.used_step("ab" * 8) is None


def _pass(journal: Journal, number: int, at: datetime) -> None:
    phone = text_of(worker(number=number, holder_key=PHONE.key))
    House(journal, FixedClock(at)).see(PHONE.code(phone, at))


def test_the_memory_forgets_what_is_a_day_old(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        for number in range(1, 4):
            _pass(journal, number, NOW)
        _pass(journal, 4, NOW + timedelta(days=1, seconds=90))
        held = [journal.used_step(worker(number=n).pass_id) is not None for n in range(1, 5)]
    assert held == [False, False, False, True]


def test_a_feed_holds_to_the_same(tmp_path: Path) -> None:
    said: list[str] = []
    line = {"text": shown(NOW), "temperature_c": 36.5, "mask": "worn", "direction": "in"}
    clock = FixedClock(NOW)
    with open_journal(tmp_path, clock) as journal:
        lines = [line | {"at": rfc3339(NOW + timedelta(seconds=s))} for s in (0, 5, 90)]
        feed = Feed(journal, InForce(bundle()), clock, Admissions(journal))
        assert feed.run([json.dumps(x).encode() for x in lines], said.append, said.append) == 0
    told = [json.loads(x)["reasons"] for x in said]
    assert told[0] == ["ok"]
    assert "replayed" in told[1]
    assert "stale_code" in told[2]
