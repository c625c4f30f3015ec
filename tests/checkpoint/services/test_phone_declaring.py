"""Erin declares on her phone: its key signs, the server takes it once, and Bob sees who said it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from checkpoint.credential import holder_key
from checkpoint.credential.envelope import from_text
from checkpoint.domain.declaration import Daily, DeclaredBy, Objection, Symptom
from checkpoint.domain.health_pass import KeyAlgorithm, PassKind
from checkpoint.domain.health_status import HealthStatus
from checkpoint.domain.policy import DEFAULT_RULES, Policy
from checkpoint.errors import WireError
from checkpoint.services import (
    bundles,
    erasing,
    health,
    health_lists,
    issuing,
    phone,
    phone_declaring,
    policy,
    roster,
)
from checkpoint.services import own_record as own_records
from checkpoint.services.erasing import ErasureForm
from checkpoint.services.forms import PassForm, WorkerForm
from checkpoint.services.health_forms import HealthRow
from checkpoint.services.phone_declaring import NotTaken, Today, Why
from checkpoint.wire.bundle import open_bundle
from checkpoint.wire.declaration import PhoneDeclaration
from tests.checkpoint.services.district import ALICE, BOB, NOON, District, id_number
from tests.fixtures.phone import Phone

MIDNIGHT = NOON - timedelta(hours=12)
"""The first moment of the day in China."""
MORNING = NOON - timedelta(hours=5)


class Erin:
    """A worker of Bob's with a pass on her phone."""

    def __init__(self, district: District, algorithm: KeyAlgorithm = KeyAlgorithm.ED25519) -> None:
        self.district, self.phone = district, Phone.make(algorithm)
        form = WorkerForm("王欣", id_number(), "13800000000")
        self.holder_id = roster.add_worker(district.office, BOB, "acme", form)
        wanted = PassForm(PassKind.WORKER, NOON + timedelta(days=9), holder_id=self.holder_id)
        link = phone.make_link(district.office, BOB, "acme", wanted)
        issued = phone.register(district.office, self.phone.asks(link))
        self.text, self.held = issued.text, issued.health_pass

    @property
    def known(self) -> HealthRow:
        return health.health_of(self.district.office, "acme", self.holder_id)

    def says(self, when: datetime = MORNING, /, **answers: Any) -> PhoneDeclaration:
        return self.phone.says(self.text, when, **answers)

    def declares(self, when: datetime = MORNING, /, **answers: Any) -> None:
        send(self.district, self.says(when, **answers))


def send(district: District, message: PhoneDeclaration) -> None:
    since = MIDNIGHT + (district.clock.now() - MIDNIGHT) // timedelta(days=1) * timedelta(days=1)
    today = Today((since + timedelta(hours=12)).date(), since)
    phone_declaring.declare(district.office, message, today)


def refused(district: District, message: PhoneDeclaration) -> Why:
    with pytest.raises(NotTaken) as told:
        send(district, message)
    return told.value.why


@pytest.fixture
def erin(district: District) -> Erin:
    return Erin(district)


@pytest.mark.parametrize("algorithm", KeyAlgorithm)
def test_what_the_phone_signed_is_the_workers_declaration_of_the_day(
    district: District, algorithm: KeyAlgorithm
) -> None:
    erin = Erin(district, algorithm)
    erin.declares(symptoms=["cough", "fever"], contact=True, temperature_c=3780)
    (row,) = erin.known.declarations
    assert (row.declared_by, row.version, row.at, row.name) == (DeclaredBy.PHONE, 1, MORNING, "")
    assert row.objections == (Objection.SYMPTOMS, Objection.ILL_CONTACT, Objection.TEMPERATURE)
    assert row.what == Daily(3780, (Symptom.COUGH, Symptom.FEVER), contact=True)
    assert erin.known.known.status is HealthStatus.YELLOW
    assert erin.known.known.declared_at == MORNING, "when it was said, not when it was sent"


def test_bob_sees_who_declared_and_in_whose_hand(district: District, erin: Erin) -> None:
    office = district.office
    assert len(health_lists.undeclared(office, "acme", MIDNIGHT).rows) == 1
    assert not health_lists.declared(office, "acme", MIDNIGHT).rows
    erin.declares()
    assert not health_lists.undeclared(office, "acme", MIDNIGHT).rows
    (line,) = health_lists.declared(office, "acme", MIDNIGHT).rows
    assert (line.holder_id, line.declared_by) == (erin.holder_id, DeclaredBy.PHONE)
    (late,) = health_lists.undeclared(office, "acme", NOON).rows
    assert late.declared_by is DeclaredBy.PHONE
    assert not health_lists.declared(office, "zenith", MIDNIGHT).rows


def test_the_same_message_is_one_declaration_and_another_one_the_next_version(
    district: District, erin: Erin
) -> None:
    first = erin.says()
    for _ in range(3):
        send(district, first)
    assert len(erin.known.declarations) == 1
    erin.declares(MORNING + timedelta(hours=1), contact=True)
    assert [row.version for row in erin.known.declarations] == [2, 1]
    send(district, first)
    assert len(erin.known.declarations) == 2


def test_what_waited_without_a_network_takes_nothing_back(district: District, erin: Erin) -> None:
    erin.declares(NOON)
    erin.declares(MORNING)
    assert erin.known.known.declared_at == NOON


@pytest.mark.parametrize(
    ("at", "day", "why"),
    [
        (NOON + timedelta(minutes=2), None, Why.CLOCK),
        (NOON + timedelta(days=1), None, Why.CLOCK),
        (MIDNIGHT - timedelta(minutes=1), None, Why.DAY),
        (MIDNIGHT - timedelta(minutes=1), "2026-03-02", Why.DAY),
        (MORNING, "2026-03-01", Why.DAY),
        (MORNING, "2026-03-03", Why.DAY),
    ],
)
def test_another_day_and_a_clock_ahead_are_told(
    small: District, at: datetime, day: str | None, why: Why
) -> None:
    erin = Erin(small)
    assert refused(small, erin.says(at, **({"day": day} if day else {}))) is why
    assert not erin.known.declarations


def test_a_clock_a_little_ahead_declares_nothing_in_the_future(
    district: District, erin: Erin
) -> None:
    erin.declares(NOON + timedelta(seconds=50))
    assert erin.known.known.declared_at == NOON


def test_only_the_phone_of_the_pass_can_say_it(district: District, erin: Erin) -> None:
    said, thief = erin.says(), Phone.make(KeyAlgorithm.ED25519)
    other = said.model_copy(update={"said": said.said.replace("false", "true ")})
    living = erin.phone.code(erin.text, NOON)
    for message in (
        other,
        thief.signed(said),
        said.model_copy(update={"signature": b""}),
        said.model_copy(update={"text": living}),
        said.model_copy(update={"text": erin.text[:-3]}),
        said.model_copy(update={"text": "SB1:"}),
        said.model_copy(update={"text": "王欣 <script>"}),
    ):
        assert refused(district, message) is Why.PASS
    assert not erin.known.declarations


def test_the_signature_of_a_living_code_says_nothing_of_health(
    district: District, erin: Erin
) -> None:
    signature = erin.phone.sign(b"sibao/living/v1\0" + erin.says().signed_bytes(b"")[21:])
    assert refused(district, erin.says().model_copy(update={"signature": signature})) is Why.PASS


def test_a_pass_that_is_not_in_force_declares_nothing(district: District, erin: Erin) -> None:
    office, said = district.office, erin.says()
    issuing.block_holder(office, BOB, "acme", erin.holder_id, "医学观察")
    assert refused(district, said) is Why.PASS
    issuing.unblock_holder(office, BOB, "acme", erin.holder_id, "解除")
    send(district, said)
    issuing.revoke_pass(office, BOB, "acme", erin.held.pass_id, "手机遗失")
    assert refused(district, erin.says(contact=True)) is Why.PASS


def test_an_expired_pass_declares_nothing(district: District, erin: Erin) -> None:
    district.clock.advance(timedelta(days=10).total_seconds())
    assert refused(district, erin.says(NOON + timedelta(days=10))) is Why.PASS


def test_a_visitors_phone_declares_nothing(district: District) -> None:
    mine, end = Phone.make(KeyAlgorithm.ED25519), NOON + timedelta(hours=8)
    form = PassForm(PassKind.VISITOR, end, name="赵六", host="Bob")
    link = phone.make_link(district.office, BOB, "acme", form)
    text = phone.register(district.office, mine.asks(link)).text
    assert refused(district, mine.says(text, NOON)) is Why.PASS


def test_ten_a_day_are_enough(district: District, erin: Erin) -> None:
    for minute in range(phone_declaring.DAY_MOST):
        erin.declares(MORNING + timedelta(minutes=minute))
    assert refused(district, erin.says(MORNING + timedelta(minutes=30))) is Why.OFTEN
    send(district, erin.says(MORNING))
    district.clock.advance(timedelta(days=1).total_seconds())
    erin.declares(NOON + timedelta(days=1))
    assert len(erin.known.declarations) == phone_declaring.DAY_MOST + 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"symptoms": ["<script>alert(1)</script>"]},
        {"symptoms": ["cough"] * 8},
        {"temperature_c": 4501},
        {"temperature_c": 36.4},
        {"contact": "false"},
        {"day": "2026-02-30"},
        {"at": -1},
        {"at": True},
        {"more": "x"},
    ],
)
def test_a_statement_that_is_none_is_told_without_its_values(
    small: District, wrong: dict[str, Any]
) -> None:
    erin = Erin(small)
    with pytest.raises(WireError) as told:
        send(small, erin.says(**wrong))
    assert "script" not in told.value.message
    assert not erin.known.declarations


def test_said_is_parsed_only_once_the_signature_holds(district: District, erin: Erin) -> None:
    assert refused(district, erin.says().model_copy(update={"said": "no JSON"})) is Why.PASS
    with pytest.raises(WireError):
        send(district, erin.phone.signed(erin.says().model_copy(update={"said": "[]"})))


def test_the_phones_word_is_kept_under_seal_and_proves_itself(
    district: District, erin: Erin
) -> None:
    erin.declares(symptoms=["smell"])
    form = ErasureForm("acme", erin.holder_id)
    told = own_records.own_record(district.office, BOB, form, "本人查阅")
    (one,) = told["health"]["declarations"]
    word = one["signed_by_phone"]
    assert json.loads(word["said"])["symptoms"] == ["smell"]
    (text,) = (row["text"] for row in told["passes"] if row["pass_id"] == word["pass_id"])
    message = PhoneDeclaration.model_construct(text=text, said=word["said"], signature=b"")
    key = erin.held.holder_key
    assert key is not None
    signed = message.signed_bytes(from_text(text))
    assert holder_key.verifies(key, bytes.fromhex(word["signature"]), signed)
    (act,) = (row for row in told["done_about_them"] if row["verb"] == "declare_by_phone")
    assert (act["role"], act["name"]) == ("phone", "")


def test_it_goes_with_the_person(district: District, erin: Erin) -> None:
    said = erin.says()
    send(district, said)
    erasing.erase_person(district.office, BOB, ErasureForm("acme", erin.holder_id))
    assert refused(district, said) is Why.PASS
    assert not health_lists.declared(district.office, "acme", MIDNIGHT).rows


def test_the_next_bundle_takes_it_to_the_gates(district: District, erin: Erin) -> None:
    asked = Policy(rules=(*DEFAULT_RULES, "declaration"), declaration_s=24 * 3600)
    policy.publish(district.office, ALICE, asked)
    kiosk = district.kiosk()
    erin.declares()
    district.clock.advance(120)
    blob, _tag = bundles.bundle_for(district.office, kiosk.kiosk_id)
    table = open_bundle(blob, district.office.keys.server_keyring()).health
    assert table is not None
    assert table.known(erin.holder_id).declared_at == MORNING
