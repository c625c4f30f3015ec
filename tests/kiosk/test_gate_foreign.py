"""Foreign certificates at Bob's gate: worth what the policy says, and nothing by default."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import base45
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from checkpoint.clock import FixedClock
from checkpoint.credential.foreign import Certificates
from checkpoint.credential.foreign.certificate import Certificate
from checkpoint.credential.foreign.transport import INFLATED_CAP
from checkpoint.domain.decision import Outcome, Treasure
from checkpoint.domain.entry import Entry, Personal
from checkpoint.domain.foreign_certificate import CertificateKind
from checkpoint.domain.policy import ForeignWorth, Policy
from checkpoint.domain.reason import Reason
from checkpoint.entrylog import commit, decode_personal
from kiosk.gate.decision import InForce
from kiosk.ports import GateView, Light
from tests.checkpoint.foreign_issuer import (
    NOW,
    VACCINATION,
    certificate_of,
    claims,
    der_of,
    issue,
)
from tests.checkpoint.published import VECTOR, certificate_in
from tests.kiosk.gatehouse import House, bundle, open_journal, text_of, worker

KEY = ec.generate_private_key(ec.SECP256R1())
TRUSTED = certificate_of(KEY)
GOOD = issue(KEY, TRUSTED)
TEST_OID = "1.3.6.1.4.1.1847.2021.1.1"


def in_force(worth: ForeignWorth, *trusted: Certificate, **changes: Any) -> InForce:
    made = bundle()
    trust = replace(made.trust, certificates=Certificates(trusted))
    policy = Policy(foreign_certificates=worth, **changes)
    return InForce(replace(made, trust=trust, policy=policy))


def house(folder: Path, held: InForce, at: datetime = NOW) -> House:
    clock = FixedClock(at)
    warranted = replace(
        held.bundle.warrants[0], valid_from=at - timedelta(days=1), valid_until=at + timedelta(1)
    )
    held = replace(held, bundle=replace(held.bundle, warrants=(warranted,)))
    return House(open_journal(folder, clock), clock, in_force=held)


def shown(house: House, text: str) -> tuple[GateView, Entry]:
    """Somebody shows a text and stays until there is a verdict."""
    view = house.see(text)
    for _ in range(5):
        if view.decision:
            break
        view = house.see(text)
    assert view.decision
    return view, house.entries[-1]


def test_without_a_word_in_the_policy_it_is_refused_and_names_nobody(tmp_path: Path) -> None:
    gate = house(tmp_path, in_force(Policy().foreign_certificates, TRUSTED))
    view, entry = shown(gate, GOOD)
    assert (entry.outcome, entry.reasons) == (Outcome.DENY, (Reason.FOREIGN_NOT_ACCEPTED,))
    assert view.shown is None
    assert (entry.pass_id, entry.commitment, entry.details) == ("", b"", {})
    assert gate.barrier.opened == 0


def test_referred_it_names_the_person_and_the_gatekeeper_decides(tmp_path: Path) -> None:
    gate = house(tmp_path, in_force(ForeignWorth.REFER, TRUSTED))
    view, entry = shown(gate, GOOD)
    assert (entry.outcome, entry.reasons) == (Outcome.REFER, (Reason.FOREIGN_CERTIFICATE,))
    assert view.shown
    assert (view.shown.name, view.shown.born) == ("Lín Prüfer", "1990-01-02")
    assert (view.shown.kind, view.shown.country) == (CertificateKind.VACCINATION, "AT")
    assert view.shown.says == "2/2 · 2026-02-01"
    assert view.second_look
    assert view.lights[Treasure.CODE] is Light.DOUBT
    gate.override("visitor of Bob, passport seen")
    override = gate.entries[-1]
    assert override.reasons == (Reason.OVERRIDDEN,)
    assert gate.barrier.opened == 1
    assert override.pass_id == entry.pass_id != ""
    assert override.details["country"] == "AT"


def test_admitted_where_what_it_says_suffices(tmp_path: Path) -> None:
    gate = house(tmp_path, in_force(ForeignWorth.ADMIT, TRUSTED))
    view, entry = shown(gate, GOOD)
    assert (entry.outcome, entry.reasons) == (Outcome.ADMIT, (Reason.FOREIGN_CERTIFICATE,))
    assert gate.barrier.opened == 1
    assert view.second_look
    assert view.lights[Treasure.CODE] is Light.GOOD


def test_without_a_name_to_compare_a_person_decides_whatever_the_policy(tmp_path: Path) -> None:
    gate = house(tmp_path, in_force(ForeignWorth.ADMIT, TRUSTED))
    nameless = issue(KEY, TRUSTED, claims(VACCINATION | {"nam": {"fnt": "<<", "fn": " "}}))
    view, entry = shown(gate, nameless)
    assert (entry.outcome, entry.reasons) == (Outcome.REFER, (Reason.FOREIGN_CERTIFICATE,))
    assert gate.barrier.opened == 0
    assert view.shown is not None
    assert view.shown.name == ""


def test_the_body_says_kind_and_country_and_the_person_is_sealed(tmp_path: Path) -> None:
    gate = house(tmp_path, in_force(ForeignWorth.REFER, TRUSTED))
    _, entry = shown(gate, GOOD)
    assert entry.details == {"certificate": "vaccination", "country": "AT"}
    assert (entry.pass_kind, entry.issuer) == (None, "")
    (link,) = [k for k in gate.journal.unsent(10) if k.seq == entry.seq]
    for secret in (b"Pr\xc3\xbcfer", b"PRUEFER", b"1990-01-02"):
        assert secret not in link.body
    assert commit(link.personal, link.salt) == entry.commitment
    person = decode_personal(link.personal)
    assert (person.name, person.born, person.id_tail) == ("Lín Prüfer", "1990-01-02", "")


def _half() -> dict[str, Any]:
    return {**VACCINATION, "v": [VACCINATION["v"][0] | {"dn": 1}]}


def _tested(result: str, hours: float) -> dict[str, Any]:
    sampled = (NOW - timedelta(hours=hours)).isoformat()
    told = {"tg": "840539006", "tt": "LP6464-4", "sc": sampled, "tr": result, "tc": "Test centre"}
    rest = {"co": "AT", "is": "Test Ministry", "ci": "URN:UVCI:01:AT:TEST"}
    return {k: v for k, v in VACCINATION.items() if k != "v"} | {"t": [told | rest]}


def _recovered(first: int, last: int) -> dict[str, Any]:
    days = [(NOW + timedelta(days=d)).date().isoformat() for d in (first - 11, first, last)]
    told = dict(zip(("fr", "df", "du"), days, strict=True)) | {"tg": "840539006"}
    rest = {"co": "AT", "is": "Test Ministry", "ci": "URN:UVCI:01:AT:TEST"}
    return {k: v for k, v in VACCINATION.items() if k != "v"} | {"r": [told | rest]}


@pytest.mark.parametrize(
    ("content", "suffices"),
    [
        (VACCINATION, True),
        (_half(), False),
        (_tested("260415000", 71), True),
        (_tested("260415000", 73), False),
        (_tested("260415000", -1), False),
        (_tested("260373001", 1), False),
        (_tested("something else", 1), False),
        (_recovered(0, 0), True),
        (_recovered(-30, -1), False),
        (_recovered(1, 30), False),
    ],
)
def test_what_does_not_suffice_is_for_a_person_to_decide(
    tmp_path: Path, content: dict[str, Any], suffices: bool
) -> None:
    gate = house(tmp_path, in_force(ForeignWorth.ADMIT, TRUSTED))
    _, entry = shown(gate, issue(KEY, TRUSTED, claims(content)))
    assert entry.outcome is (Outcome.ADMIT if suffices else Outcome.REFER)
    assert (Reason.FOREIGN_INSUFFICIENT in entry.reasons) != suffices


def test_a_positive_test_is_told_to_the_gatekeeper(tmp_path: Path) -> None:
    gate = house(tmp_path, in_force(ForeignWorth.REFER, TRUSTED))
    view, _ = shown(gate, issue(KEY, TRUSTED, claims(_tested("260373001", 1))))
    assert view.shown
    assert (view.shown.kind, view.shown.result) == (CertificateKind.TEST, "detected")


def test_a_fever_counts_with_a_certificate_too(tmp_path: Path) -> None:
    gate = house(tmp_path, in_force(ForeignWorth.ADMIT, TRUSTED, remeasure=0))
    gate.thermometer.answers[0] = 3800
    _, entry = shown(gate, GOOD)
    assert entry.outcome is Outcome.DENY
    assert Reason.FEVER in entry.reasons


@pytest.mark.parametrize(
    ("text", "trusted", "reason", "named"),
    [
        (issue(KEY, TRUSTED, claims(exp=1_700_000_000)), TRUSTED, Reason.EXPIRED, True),
        (GOOD, certificate_of(ec.generate_private_key(ec.SECP256R1())), None, False),
        ("HC1:6BF", TRUSTED, Reason.MALFORMED, False),
    ],
)
def test_what_is_wrong_with_it_is_said(
    tmp_path: Path, text: str, trusted: Certificate, reason: Reason | None, named: bool
) -> None:
    gate = house(tmp_path, in_force(ForeignWorth.ADMIT, trusted))
    view, entry = shown(gate, text)
    assert entry.outcome is Outcome.DENY
    assert entry.reasons == (reason or Reason.UNKNOWN_ISSUER,)
    assert (view.shown is not None) == named


def test_a_certificate_for_tests_signs_no_vaccination(tmp_path: Path) -> None:
    signer = Certificate.from_der(der_of(KEY, (TEST_OID,)))
    gate = house(tmp_path, in_force(ForeignWorth.ADMIT, signer))
    _, entry = shown(gate, issue(KEY, signer))
    assert (entry.outcome, entry.reasons) == (Outcome.DENY, (Reason.WRONG_PURPOSE,))


def test_a_withdrawn_issuer_is_unknown_with_the_next_bundle(tmp_path: Path) -> None:
    gate = house(tmp_path, in_force(ForeignWorth.ADMIT, TRUSTED))
    assert shown(gate, GOOD)[1].outcome is Outcome.ADMIT
    gate.empty(20)
    without = in_force(ForeignWorth.ADMIT)
    gate.gate.take(replace(without, bundle=replace(without.bundle, version=2)), gate.clock.now())
    assert shown(gate, GOOD)[1].reasons == (Reason.UNKNOWN_ISSUER,)


def test_the_same_person_comes_in_once(tmp_path: Path) -> None:
    gate = house(tmp_path, in_force(ForeignWorth.ADMIT, TRUSTED))
    assert shown(gate, GOOD)[1].outcome is Outcome.ADMIT
    gate.empty(20)
    another = issue(KEY, TRUSTED, claims(_tested("260415000", 1)))
    assert Reason.ALREADY_INSIDE in shown(gate, another)[1].reasons


def test_a_worker_s_pass_is_judged_as_ever(tmp_path: Path) -> None:
    gate = house(tmp_path, in_force(ForeignWorth.ADMIT, TRUSTED))
    assert shown(gate, text_of(worker()))[1].reasons == (Reason.OK,)


def test_a_bomb_is_a_reason(tmp_path: Path) -> None:
    bomb = zlib.compress(b"\0" * (INFLATED_CAP * 64), 9)
    text = "HC1:" + str(base45.b45encode(bomb), "ascii")
    gate = house(tmp_path, in_force(ForeignWorth.ADMIT, TRUSTED))
    _, entry = shown(gate, text)
    assert (entry.outcome, entry.reasons) == (Outcome.DENY, (Reason.MALFORMED,))


def test_a_text_that_no_code_holds_is_not_even_hashed(tmp_path: Path) -> None:
    gate = house(tmp_path, in_force(ForeignWorth.ADMIT, TRUSTED))
    for prefix in ("HC1:", "SB1:", "SB2:", ""):
        _, entry = shown(gate, prefix + "A" * 1_000_000)
        assert entry.reasons == (Reason.MALFORMED,)
        assert entry.code_digest == b""
        gate.empty(20)


@pytest.mark.parametrize(
    ("name", "kind", "country"),
    [
        ("AT/1", CertificateKind.VACCINATION, "AT"),
        ("AT/2", CertificateKind.RECOVERY, "AT"),
        ("DE/1", CertificateKind.VACCINATION, "DE"),
        ("SE/2", CertificateKind.TEST, "SE"),
    ],
)
def test_published_certificates_are_named_at_the_gate(
    tmp_path: Path, name: str, kind: CertificateKind, country: str
) -> None:
    at = datetime.fromisoformat(VECTOR[name]["context"]["VALIDATIONCLOCK"]).astimezone(UTC)
    gate = house(tmp_path, in_force(ForeignWorth.REFER, certificate_in(name)), at)
    view, entry = shown(gate, VECTOR[name]["text"])
    assert entry.outcome is Outcome.REFER
    assert Reason.FOREIGN_CERTIFICATE in entry.reasons
    assert entry.details == {"certificate": kind.value, "country": country}
    assert view.shown
    assert view.shown.name


def test_a_record_without_a_date_of_birth_is_as_it_was() -> None:
    from checkpoint import cbor  # noqa: PLC0415
    from checkpoint.entrylog import encode_personal  # noqa: PLC0415

    known = Personal("Wang Wu (fictional)", "123X", "00ff", "")
    assert encode_personal(known) == cbor.dumps(["Wang Wu (fictional)", "123X", "00ff", ""])
    born = replace(known, born="1990")
    assert decode_personal(encode_personal(born)) == born
