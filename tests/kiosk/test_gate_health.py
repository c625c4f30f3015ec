"""Health at Bob's gate: what the bundle tells of his workers decides, with a network or without."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from checkpoint.clock import FixedClock
from checkpoint.domain.decision import Outcome, Treasure
from checkpoint.domain.entry import Entry
from checkpoint.domain.health_pass import HealthPass, PassKind
from checkpoint.domain.health_status import HealthStatus, KnownHealth
from checkpoint.domain.policy import DEFAULT_RULES, HOUR_S, Policy
from checkpoint.domain.reason import Reason
from checkpoint.errors import WireError
from checkpoint.keys import SigningKey
from checkpoint.keys.keyring import SERVER_PURPOSES
from checkpoint.wire.bundle import Bundle, sign_bundle
from checkpoint.wire.health import HealthTable
from kiosk.bundle import BUNDLE, TRUST
from kiosk.feed import Feed
from kiosk.gate.decision import InForce
from kiosk.ports import GateView, Light
from tests.kiosk.gatehouse import (
    NOW,
    SERVER,
    SERVER_KEYRING,
    House,
    bundle,
    open_journal,
    text_of,
    worker,
)

GREEN, YELLOW, RED = HealthStatus
DAY = timedelta(days=1)
ERIN = worker("Erin", number=1)
FRANK = worker("Frank", number=2)
GRACE = worker("Grace", number=3)
HEIDI = worker("Heidi", number=4)
IVAN = worker("Ivan", number=5)
JUDY = worker("Judy, a visitor", number=6, kind=PassKind.VISITOR, host="Bob", sites=("S1",))
ASKED = Policy(rules=(*DEFAULT_RULES, "status", "declaration"), declaration_s=24 * HOUR_S)
TOLD = {
    ERIN.holder_id: KnownHealth(GREEN, None, NOW),
    FRANK.holder_id: KnownHealth(YELLOW, NOW + DAY, NOW),
    GRACE.holder_id: KnownHealth(RED, NOW + DAY, NOW),
    HEIDI.holder_id: KnownHealth(GREEN, None, NOW - 2 * DAY),
}
"""What Bob's desk knew when the bundle was made. Ivan declared a minute later."""


def at_bobs(policy: Policy = ASKED) -> Bundle:
    return bundle(policy=policy, health=HealthTable.of(TOLD.items()))


def house(folder: Path, held: Bundle, age_s: int | None = None) -> House:
    clock = FixedClock(NOW)
    return House(open_journal(folder, clock), clock, in_force=InForce(held, age_s))


def shown(gate: House, who: HealthPass) -> tuple[GateView, Entry]:
    """Somebody shows a pass and stays until there is a verdict."""
    view = gate.see(text_of(who))
    for _ in range(5):
        if view.decision:
            break
        view = gate.see(text_of(who))
    assert view.decision
    return view, gate.entries[-1]


@pytest.mark.parametrize(
    ("who", "outcome", "reasons"),
    [
        (ERIN, Outcome.ADMIT, (Reason.OK,)),
        (FRANK, Outcome.REFER, (Reason.STATUS_YELLOW,)),
        (GRACE, Outcome.DENY, (Reason.STATUS_RED,)),
        (HEIDI, Outcome.REFER, (Reason.NO_DECLARATION,)),
        (IVAN, Outcome.REFER, (Reason.STATUS_ABSENT, Reason.NO_DECLARATION)),
        (JUDY, Outcome.ADMIT, (Reason.OK,)),
    ],
    ids=lambda value: value.name if isinstance(value, HealthPass) else "",
)
def test_each_is_judged_by_what_is_known_and_the_entry_says_why(
    tmp_path: Path, who: HealthPass, outcome: Outcome, reasons: tuple[Reason, ...]
) -> None:
    gate = house(tmp_path, at_bobs())
    _, entry = shown(gate, who)
    assert (entry.outcome, entry.reasons) == (outcome, reasons)
    assert gate.barrier.opened == (outcome is Outcome.ADMIT)


def test_who_declared_after_the_bundle_is_not_turned_away(tmp_path: Path) -> None:
    gate = house(tmp_path, at_bobs(), age_s=30 * HOUR_S)
    view, entry = shown(gate, IVAN)
    assert entry.outcome is Outcome.REFER
    assert Reason.BUNDLE_STALE in entry.reasons, "the display says too how old its news are"
    assert view.lights[Treasure.CODE] is Light.DOUBT
    assert view.lights[Treasure.REGISTER] is Light.DOUBT
    gate.override("declared a minute ago, card seen")
    assert gate.entries[-1].reasons[0] is Reason.OVERRIDDEN


def test_a_server_that_tells_nothing_of_health_leaves_it_to_a_person(tmp_path: Path) -> None:
    _, entry = shown(house(tmp_path, bundle(policy=ASKED)), ERIN)
    assert entry.outcome is Outcome.REFER
    assert entry.reasons == (Reason.STATUS_UNKNOWN, Reason.NO_DECLARATION)


def test_a_gate_whose_policy_does_not_ask_looks_at_none_of_it(tmp_path: Path) -> None:
    _, entry = shown(house(tmp_path, at_bobs(Policy())), GRACE)
    assert entry.outcome is Outcome.ADMIT


def test_a_feed_decides_by_a_gates_bundle(tmp_path: Path) -> None:
    enrolled = tmp_path / "gate"
    enrolled.mkdir()
    held = replace(at_bobs(), issued_at=NOW)
    (enrolled / BUNDLE).write_bytes(sign_bundle(held, SERVER))
    (enrolled / TRUST).write_text(json.dumps(SERVER_KEYRING.to_json()), encoding="utf-8")
    feed = Feed.open(tmp_path / "feed", FixedClock(NOW), given=enrolled)
    out: list[str] = []
    with feed.journal:
        lines = [
            json.dumps({"text": text_of(who), "temperature_c": 36.5, "mask": "worn"}).encode()
            for who in (ERIN, GRACE, IVAN)
        ]
        assert feed.run(lines, out.append, out.append) == 0
    assert [json.loads(line)["outcome"] for line in out] == ["ADMIT", "DENY", "REFER"]
    assert json.loads(out[1])["reasons"] == ["status_red"]


def test_a_feed_believes_no_bundle_of_another_server(tmp_path: Path) -> None:
    enrolled = tmp_path / "gate"
    enrolled.mkdir()
    thief = SigningKey.generate("server", SERVER_PURPOSES, NOW - DAY)
    (enrolled / BUNDLE).write_bytes(sign_bundle(at_bobs(), thief))
    (enrolled / TRUST).write_text(json.dumps(SERVER_KEYRING.to_json()), encoding="utf-8")
    with pytest.raises(WireError, match="not signed by the server"):
        Feed.open(tmp_path / "feed", FixedClock(NOW), given=enrolled)
