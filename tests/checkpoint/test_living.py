"""A phone pass: worth something only in a fresh code that the phone's own key signed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkpoint import cbor
from checkpoint.cli.verify import verify_command
from checkpoint.clock import rfc3339
from checkpoint.credential import cose, dynamic, holder_key, issue, verify
from checkpoint.credential.claims import SIBAO, claims_of
from checkpoint.credential.envelope import TEXT_CAP, from_text, to_text
from checkpoint.domain.health_pass import HealthPass, KeyAlgorithm
from checkpoint.domain.reason import Reason
from checkpoint.errors import ClaimError
from checkpoint.keys import Purpose
from tests.checkpoint.conftest import NOW, District
from tests.fixtures.phone import Phone

PRIME = (1 << 255) - 19
STEP = timedelta(seconds=dynamic.STEP_S)


@pytest.fixture(params=KeyAlgorithm, scope="session")
def phone(request: pytest.FixtureRequest) -> Phone:
    return Phone.make(request.param)


@pytest.fixture
def static(district: District, worker: HealthPass, phone: Phone) -> str:
    """The pass as the phone holds it."""
    return issue(replace(worker, holder_key=phone.key), district.bobs)


def test_a_fresh_code_of_the_holders_phone_is_valid_and_living(
    district: District, worker: HealthPass, phone: Phone, static: str
) -> None:
    found = verify(phone.code(static, NOW), district.trust, NOW)
    expected = replace(worker, key_id=district.bobs.key_id, holder_key=phone.key)
    assert (found.health_pass, found.reasons) == (expected, ())
    assert found.living
    assert found.step == dynamic.step_at(NOW)


def test_a_printed_pass_is_not_living(district: District, text: str) -> None:
    assert not verify(text, district.trust, NOW).living


def test_one_step_either_way_is_accepted_and_two_are_not(
    district: District, phone: Phone, static: str
) -> None:
    shown = phone.code(static, NOW)
    verdicts = {n: verify(shown, district.trust, NOW + n * STEP).reasons for n in range(-3, 4)}
    stale = (Reason.STALE_CODE,)
    assert verdicts == {-3: stale, -2: stale, -1: (), 0: (), 1: (), 2: stale, 3: stale}


def test_a_picture_of_the_static_part_is_stale_and_names_the_holder(
    district: District, worker: HealthPass, static: str
) -> None:
    found = verify(static, district.trust, NOW)
    assert found.reasons == (Reason.STALE_CODE,)
    assert found.health_pass is not None
    assert found.health_pass.name == worker.name
    assert not found.living


def test_another_phone_cannot_show_the_pass(district: District, phone: Phone, static: str) -> None:
    found = verify(Phone.make(phone.algorithm).code(static, NOW), district.trust, NOW)
    assert (found.health_pass, found.reasons) == (None, (Reason.BAD_SIGNATURE,))


def test_a_signature_made_for_another_pass_or_step_does_not_hold(
    district: District, worker: HealthPass, phone: Phone, static: str
) -> None:
    later = issue(replace(worker, pass_id="ab" * 8, holder_key=phone.key), district.bobs)
    code = dynamic.parse(phone.code(static, NOW))
    for forged in (replace(code, envelope=from_text(later)), replace(code, step=code.step + 1)):
        found = verify(forged.text(), district.trust, NOW)
        assert found.reasons == (Reason.BAD_SIGNATURE,)


def test_a_living_code_around_a_printed_pass_is_malformed(
    district: District, phone: Phone, text: str
) -> None:
    found = verify(phone.code(text, NOW), district.trust, NOW)
    assert found.reasons == (Reason.MALFORMED,)


def test_what_is_against_the_pass_is_against_its_living_code(
    district: District, worker: HealthPass, phone: Phone, static: str
) -> None:
    trust = replace(district.trust, revoked=frozenset({worker.pass_id}))
    late = worker.expires_at + timedelta(days=1)
    found = verify(phone.code(static, late - 9 * STEP), trust, late)
    assert found.reasons == (Reason.EXPIRED, Reason.REVOKED, Reason.STALE_CODE)


def test_forms_that_are_not_the_one_form_are_malformed(
    district: District, phone: Phone, static: str
) -> None:
    code = dynamic.parse(phone.code(static, NOW))
    envelope, step, signature = code.envelope, code.step, code.signature

    def packed(*parts: object) -> str:
        return to_text(cbor.dumps(list(parts)), dynamic.PREFIX)

    other = {
        "prefix alone": "SB2:",
        "the pass alone": "SB2:" + static[4:],
        "too long": "SB2:" + "0" * TEXT_CAP,
        "lower case": code.text().lower(),
        "under the printed prefix": "SB1:" + code.text()[4:],
        "trailing byte": to_text(from_text(code.text(), dynamic.PREFIX) + b"\0", dynamic.PREFIX),
        "no list": packed({"step": step}),
        "step is true": packed(envelope, True, signature),
        "step below zero": packed(envelope, -1, signature),
        "giant step": packed(envelope, 1 << 40, signature),
        "short signature": packed(envelope, step, signature[:63]),
        "long signature": packed(envelope, step, signature + b"\0"),
        "a part too many": packed(envelope, step, signature, 0),
        "text for bytes": packed("envelope", step, signature),
    }
    for what, shown in other.items():
        assert verify(shown, district.trust, NOW).reasons == (Reason.MALFORMED,), what


@pytest.mark.parametrize(
    "claim",
    [
        [-8],
        [-8, b""],
        [-8, b"x" * 33],
        [-7, b"x" * 33],
        [-7, b"\x02" + b"\xff" * 32],
        [-7, b"\x04" + b"x" * 64],
        [-35, b"x" * 33],
        ["ES256", b"x" * 33],
        [-8, "x" * 32],
        [-8, b"x" * 32, 0],
        7,
    ],
)
def test_a_well_signed_pass_that_names_no_usable_key_is_malformed(
    district: District, phone: Phone, worker: HealthPass, claim: object
) -> None:
    claims = claims_of(replace(worker, holder_key=phone.key))
    claims[SIBAO][9] = claim
    text = to_text(cose.sign(cbor.dumps(claims), Purpose.WORKER, district.bobs))
    for shown in (text, phone.code(text, NOW)):
        assert verify(shown, district.trust, NOW).reasons == (Reason.MALFORMED,)


def test_a_shift_is_carried_with_and_without_a_phone(
    district: District, worker: HealthPass, phone: Phone
) -> None:
    night = replace(worker, shift=(22 * 60, 6 * 60))
    for known in (night, replace(night, holder_key=phone.key)):
        read = verify(issue(known, district.bobs), district.trust, NOW).health_pass
        assert read is not None
        assert (read.shift, read.holder_key) == (known.shift, known.holder_key)


@pytest.mark.parametrize(
    "shift", [(480, 480), (-1, 480), (480, 1440), (480,), (1, 2, 3), (True, 2)]
)
def test_a_shift_that_is_none_is_never_signed(
    district: District, worker: HealthPass, shift: tuple[int, int]
) -> None:
    with pytest.raises(ClaimError):
        issue(replace(worker, shift=shift), district.bobs)


def test_the_key_of_a_browser_is_taken_in_either_form_of_a_point() -> None:
    phone = Phone.make(KeyAlgorithm.ES256)
    short = phone.key.public
    assert (len(phone.raw), len(short)) == (65, 33)
    assert holder_key.from_browser(KeyAlgorithm.ES256, short) == phone.key
    for bad in (b"", b"\x00", phone.raw[:-1], phone.raw[:-1] + b"\0\0"):
        with pytest.raises(cose.MalformedError):
            holder_key.from_browser(KeyAlgorithm.ES256, bad)


def test_a_living_code_of_a_worker_fits_qr_version_12_at_level_m(phone: Phone, static: str) -> None:
    assert len(phone.code(static, NOW)) <= 419


def test_the_command_verifies_living_codes(
    tmp_path: Path, district: District, phone: Phone, static: str
) -> None:
    trust = tmp_path / "trust.json"
    district.trust.keyring.save(trust)

    def said(at: str) -> tuple[int, dict[str, object]]:
        shown = phone.code(static, NOW)
        done = CliRunner().invoke(verify_command, ["--trust", str(trust), "--at", at, shown])
        return done.exit_code, json.loads(done.output)

    status, answer = said(rfc3339(NOW))
    assert (status, answer["valid"], answer["reasons"]) == (0, True, ["ok"])
    status, answer = said(rfc3339(NOW + timedelta(seconds=90)))
    assert (status, answer["valid"], answer["reasons"]) == (1, False, ["stale_code"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(position=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_single_bit_of_a_living_code_can_be_changed(
    district: District, phone: Phone, static: str, position: int, bit: int
) -> None:
    blob = bytearray(from_text(phone.code(static, NOW), dynamic.PREFIX))
    blob[position % len(blob)] ^= 1 << bit
    assert not verify(to_text(bytes(blob), dynamic.PREFIX), district.trust, NOW).valid


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    body=st.text(max_size=1100)
    | st.binary(max_size=400).map(lambda b: to_text(b, ""))
    | st.tuples(
        st.binary(max_size=200), st.integers(-(2**63), 2**63 - 1), st.binary(max_size=70)
    ).map(lambda parts: to_text(cbor.dumps(list(parts)), ""))
)
def test_any_text_gets_a_reason_and_never_an_exception(district: District, body: str) -> None:
    found = verify("SB2:" + body, district.trust, NOW)
    assert not found.valid
    assert found.reasons


@pytest.mark.parametrize("sign_bit", [0, 1 << 255])
@pytest.mark.parametrize(
    "y",
    [
        *(0, 1, PRIME - 1, PRIME, PRIME + 1),
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
    ],
)
def test_a_key_that_one_signature_fits_for_every_step_is_none(y: int, sign_bit: int) -> None:
    with pytest.raises(cose.MalformedError, match="small order"):
        holder_key.from_browser(KeyAlgorithm.ED25519, (y | sign_bit).to_bytes(32, "little"))
