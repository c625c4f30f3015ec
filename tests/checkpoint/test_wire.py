"""The wire: what one side says is what the other reads, and nothing unsigned is believed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkpoint import cbor
from checkpoint.credential import Trust, cose
from checkpoint.credential.id_set import IdSet
from checkpoint.domain.boarding import CommutingVehicle
from checkpoint.domain.health_status import HealthStatus, KnownHealth
from checkpoint.domain.place import Enterprise, Gate, Site
from checkpoint.domain.policy import Policy
from checkpoint.domain.policy_changes import ComingPolicy
from checkpoint.domain.warrant import Warrant
from checkpoint.entrylog import Link
from checkpoint.errors import KeyFault, WireError
from checkpoint.keys import Keyring, Purpose, SigningKey, Withdrawal
from checkpoint.keys.handover import sign_handover
from checkpoint.keys.keyring import SERVER_PURPOSES
from checkpoint.wire.bundle import Bundle, open_bundle, sign_bundle
from checkpoint.wire.enrolment import EnrolmentCode
from checkpoint.wire.entries import Batch, Receipt, ReceiptLine, Standing, batch_of
from checkpoint.wire.health import HealthTable
from checkpoint.wire.manifests import Manifests
from checkpoint.wire.request import Authorization, SignedRequest
from tests.checkpoint.conftest import BOBS, NOW, District

SERVER = SigningKey.generate("server", SERVER_PURPOSES, NOW)
KIOSK = SigningKey.generate("K1", frozenset({Purpose.HEAD}), NOW)
TRUST = Keyring([SERVER.trusted])


@pytest.fixture
def bundle(district: District) -> Bundle:
    trust = replace(
        district.trust, revoked=frozenset({"ab" * 8, "cd" * 8}), blocked=frozenset({"ef" * 8})
    )
    return Bundle(
        version=7,
        issued_at=NOW,
        kiosk_id="K1",
        enterprise=Enterprise(BOBS, "晨光机械厂", "91230800MA18XXXXX0"),
        site=Site("S1", BOBS, "一厂"),
        gate=Gate("G1", "S1", "东门"),
        policy=Policy().tightened(fever_threshold_c=3710),
        trust=trust,
        warrants=(Warrant("W1", BOBS, "Carol", NOW, NOW.replace(year=2027), ("S1",)),),
    )


def test_a_bundle_arrives_whole(bundle: Bundle) -> None:
    arrived = open_bundle(sign_bundle(bundle, SERVER), TRUST)
    assert arrived.trust.keyring.keys == bundle.trust.keyring.keys
    assert replace(arrived, trust=bundle.trust) == bundle
    assert (arrived.trust.revoked, arrived.trust.blocked) == (
        bundle.trust.revoked,
        bundle.trust.blocked,
    )
    assert arrived.warrant_at(NOW) == bundle.warrants[0]


def test_coming_policies_arrive_in_their_order_or_not_at_all(bundle: Bundle) -> None:
    first, second = (
        ComingPolicy(NOW + timedelta(days=days), Policy(version=7 + days)) for days in (1, 2)
    )
    ordered = replace(bundle, coming=(first, second))
    assert open_bundle(sign_bundle(ordered, SERVER), TRUST).coming == (first, second)
    for wrong in ((second, first), (first, first)):
        with pytest.raises(WireError, match="out of order"):
            open_bundle(sign_bundle(replace(bundle, coming=wrong), SERVER), TRUST)


def _younger(days: int = 1, owner: str = "server") -> SigningKey:
    return SigningKey.generate(owner, SERVER_PURPOSES, NOW + timedelta(days=days))


def test_handovers_lead_from_key_to_key(bundle: Bundle) -> None:
    second, third = _younger(1), _younger(2)
    notes = (sign_handover(third.trusted, second), sign_handover(second.trusted, SERVER))
    later = replace(bundle, issued_at=NOW + timedelta(days=3), handovers=notes)
    assert open_bundle(sign_bundle(later, third), TRUST).handovers == notes
    with pytest.raises(WireError, match="not signed"):
        open_bundle(sign_bundle(replace(later, handovers=notes[:1]), third), TRUST)


def test_nobody_else_hands_the_server_over(bundle: Bundle) -> None:
    thief, chosen = _younger(0), _younger(1)
    others = SigningKey.generate("server", frozenset({Purpose.RECEIPT}), NOW)
    forged = sign_handover(chosen.trusted, SERVER).replace("}", " }")
    notes = (sign_handover(chosen.trusted, thief), forged, "", "sibao-handover/v1\n{}\n", "\n\n")
    later = replace(bundle, issued_at=NOW + timedelta(days=3), handovers=notes)
    with pytest.raises(WireError, match="not signed"):
        open_bundle(sign_bundle(later, chosen), TRUST + Keyring([others.trusted]))
    with pytest.raises(KeyFault):
        sign_handover(chosen.trusted, others)
    with pytest.raises(KeyFault):
        sign_handover(_younger(1, "bureau").trusted, SERVER)


def test_a_key_out_of_its_term_signs_no_bundle(bundle: Bundle) -> None:
    for days in (-1, 730):
        at = NOW + timedelta(days=days)
        with pytest.raises(WireError, match="not in force"):
            open_bundle(sign_bundle(replace(bundle, issued_at=at), SERVER), TRUST)


def test_a_bundle_names_its_signer_or_no_key(bundle: Bundle) -> None:
    own = replace(bundle, server_keys=Keyring([_younger().trusted]))
    with pytest.raises(WireError, match="withdraws its own key"):
        open_bundle(sign_bundle(own, SERVER), TRUST)


def test_withdrawals_arrive(bundle: Bundle) -> None:
    gone = (Withdrawal(BOBS, "00112233"), Withdrawal(BOBS, "44556677", NOW, None))
    trust = replace(bundle.trust, withdrawn=gone)
    assert open_bundle(
        sign_bundle(replace(bundle, trust=trust), SERVER), TRUST
    ).trust.withdrawn == (gone)


def test_the_first_format_is_still_read(bundle: Bundle) -> None:
    document = cbor.loads(cose.parse(sign_bundle(bundle, SERVER)).payload)
    fewer = {"withdrawn", "server_keys", "handovers", "certificates", "erased", "coming"}
    old = {name: value for name, value in document.items() if name not in fewer} | {"format": 1}
    for name in ("foreign_certificates", "retention", "degraded"):
        del old["policy"][name]
    arrived = open_bundle(cose.sign(cbor.dumps(old), Purpose.BUNDLE, SERVER), TRUST)
    assert arrived.trust.revoked == bundle.trust.revoked
    unknown = cose.sign(cbor.dumps(document | {"format": 99}), Purpose.BUNDLE, SERVER)
    with pytest.raises(WireError, match="format 99"):
        open_bundle(unknown, TRUST)


def test_the_format_before_health_is_still_read(bundle: Bundle) -> None:
    document = cbor.loads(cose.parse(sign_bundle(bundle, SERVER)).payload)
    del document["health"]
    for name in ("declaration_s", "status_max_age_s", "yellow_denies"):
        del document["policy"][name]
    blob = cose.sign(cbor.dumps(document | {"format": 6}), Purpose.BUNDLE, SERVER)
    arrived = open_bundle(blob, TRUST)
    assert (arrived.health, arrived.policy) == (None, bundle.policy)


def test_the_format_before_vehicles_is_still_read(bundle: Bundle) -> None:
    document = cbor.loads(cose.parse(sign_bundle(bundle, SERVER)).payload)
    del document["vehicles"]
    blob = cose.sign(cbor.dumps(document | {"format": 7}), Purpose.BUNDLE, SERVER)
    arrived = open_bundle(blob, TRUST)
    assert (arrived.manifests, arrived.policy) == (None, bundle.policy)


def test_vehicles_and_their_riders_arrive(bundle: Bundle) -> None:
    bus = CommutingVehicle("12345", 40, IdSet(["ab" * 8, "cd" * 8]))
    told = replace(bundle, manifests=Manifests({"01" * 8: bus}))
    assert open_bundle(sign_bundle(told, SERVER), TRUST).manifests == told.manifests


@pytest.mark.parametrize("vehicles", [{}, 7, [7], [[b"x"]], [[b"x" * 8, 0, 0, 7]]], ids=repr)
def test_vehicles_of_another_form_are_refused_by_name(bundle: Bundle, vehicles: object) -> None:
    document = cbor.loads(cose.parse(sign_bundle(bundle, SERVER)).payload)
    blob = cose.sign(cbor.dumps(document | {"vehicles": vehicles}), Purpose.BUNDLE, SERVER)
    with pytest.raises(WireError, match="can't be read"):
        open_bundle(blob, TRUST)


def test_what_is_known_of_holders_arrives(bundle: Bundle) -> None:
    red = KnownHealth(HealthStatus.RED, NOW + timedelta(days=7), NOW)
    told = replace(bundle, health=HealthTable.of([("ab" * 8, red)]))
    arrived = open_bundle(sign_bundle(told, SERVER), TRUST)
    assert arrived.health == told.health
    assert arrived.health is not None
    assert arrived.health.known("ab" * 8) == red


@pytest.mark.parametrize("blob", [b"short", b"b" * 8 + b"a" * 8, b"a" * 16], ids=str)
def test_a_list_out_of_order_is_refused(bundle: Bundle, blob: bytes) -> None:
    document = cbor.loads(cose.parse(sign_bundle(bundle, SERVER)).payload)
    signed = cose.sign(cbor.dumps(document | {"revoked": blob}), Purpose.BUNDLE, SERVER)
    with pytest.raises(WireError, match="list of ids"):
        open_bundle(signed, TRUST)


def test_a_bundle_by_anyone_else_is_refused(bundle: Bundle) -> None:
    stranger = SigningKey.generate("server", SERVER_PURPOSES, NOW)
    with pytest.raises(WireError, match="not signed"):
        open_bundle(sign_bundle(bundle, stranger), TRUST)


@given(position=st.integers(0, 5000), bit=st.integers(0, 7), blob=st.binary(max_size=80))
def test_a_damaged_bundle_is_a_clear_fault(position: int, bit: int, blob: bytes) -> None:
    place = (Enterprise("E", "x", "y"), Site("S", "E", "x"), Gate("G", "S", "x"))
    small = Bundle(1, NOW, "K1", *place, Policy(), Trust(Keyring()))
    damaged = bytearray(sign_bundle(small, SERVER))
    damaged[position % len(damaged)] ^= 1 << bit
    for bad in (bytes(damaged), blob):
        with pytest.raises(WireError):
            open_bundle(bad, TRUST)


def test_a_batch_is_json_both_ways() -> None:
    links = [
        Link("K1", 1, 5, b"h" * 32, b"body", b"s" * 16, b"p"),
        Link("K1", 1, 6, b"i" * 32, b"b"),
    ]
    sent = batch_of(links, "head\n").model_dump_json()
    assert Batch.model_validate_json(sent).links() == links


LINES = (
    ReceiptLine(5, b"\x01" * 32, Standing.ACCEPTED),
    ReceiptLine(6, b"\x02" * 32, Standing.QUARANTINED, "fork"),
)


def test_a_receipt_says_what_the_server_held() -> None:
    receipt = Receipt("K1", 1, NOW, LINES)
    assert Receipt.open(receipt.sign(SERVER), TRUST) == receipt
    assert Receipt.open(replace(receipt, lines=()).sign(SERVER), TRUST).lines == ()


def test_a_receipt_that_was_changed_is_refused() -> None:
    note = Receipt("K1", 1, NOW, LINES).sign(SERVER)
    for bad in (note.replace("quarantined", "accepted"), note[:-5], "", "sibao-receipt/v1\n"):
        with pytest.raises(WireError):
            Receipt.open(bad, TRUST)


@pytest.mark.parametrize("server", ["http://127.0.0.1:8000", "https://gate.example"])
def test_an_enrolment_code_is_one_line(server: str) -> None:
    code = EnrolmentCode(server, "AB12-CD34", "0a1b2c3d")
    assert EnrolmentCode.parse(code.text() + "\n") == code


@pytest.mark.parametrize(
    "text", ["", "https://gate.example", "sibao://gate/enrol?code=1", "sibao:///enrol?code=1&key=2"]
)
def test_another_line_is_no_enrolment_code(text: str) -> None:
    with pytest.raises(WireError) as caught:
        EnrolmentCode.parse(text)
    assert "sibao://" in caught.value.remedy


def test_a_request_is_bound_to_its_kiosk_method_path_and_body() -> None:
    request = SignedRequest("POST", "/api/v1/entries", b"{}")
    parsed = Authorization.parse(request.authorization(KIOSK, NOW))
    assert parsed is not None
    assert (parsed.kiosk_id, parsed.at) == ("K1", NOW)
    assert parsed.holds(request, KIOSK.trusted)
    for other in (
        replace(request, method="GET"),
        replace(request, path="/api/v1/bundle"),
        replace(request, body=b"[]"),
    ):
        assert not parsed.holds(other, KIOSK.trusted)
    assert not parsed.holds(request, replace(KIOSK.trusted, owner="K2"))


@pytest.mark.parametrize(
    "header", ["", "Bearer x", "Sibao kiosk=K1", "Sibao kiosk=K1, at=1, signature=" + "*" * 88]
)
def test_another_header_is_none(header: str) -> None:
    assert Authorization.parse(header) is None


def test_a_bundle_of_a_million_empty_lists_is_not_read() -> None:
    """Whoever answers in the server's place has no key, and costs the gate no memory."""
    many = b"\xa1\x69handovers\x9a" + (1_000_000).to_bytes(4, "big") + b"\x80" * 1_000_000
    stranger = SigningKey.generate("server", SERVER_PURPOSES, SERVER.trusted.since)
    with pytest.raises(WireError, match="values"):
        open_bundle(cose.sign(many, Purpose.BUNDLE, stranger), TRUST)


@given(st.binary(max_size=200))
def test_bounding_never_fails_but_in_one_way(blob: bytes) -> None:
    with suppress(cbor.NotCanonicalError):
        assert cbor.bounded(blob, 50) == blob
