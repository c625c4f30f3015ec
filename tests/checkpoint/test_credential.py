"""A pass: what is signed is what is read, and nothing else is believed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import base45
import cbor2
import pytest
from cbor2 import CBORTag
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkpoint import cbor
from checkpoint.credential import Trust, cose, issue, verify
from checkpoint.credential.claims import claims_of
from checkpoint.credential.envelope import TEXT_CAP, from_text, to_text
from checkpoint.domain.health_pass import HealthPass, PassKind, Vehicle
from checkpoint.domain.place import BUREAU
from checkpoint.domain.reason import Reason
from checkpoint.errors import ClaimError, KeyFault
from checkpoint.keys import Keyring, Purpose, SigningKey
from tests.checkpoint.conftest import BOBS, DAVES, NOW, District


@pytest.mark.parametrize("kind", PassKind)
def test_each_kind_is_read_as_it_was_issued(
    district: District, passes: dict[PassKind, HealthPass], kind: PassKind
) -> None:
    key = district.bureau if kind is PassKind.EMERGENCY_VEHICLE else district.bobs
    verification = verify(issue(passes[kind], key), district.trust, NOW)
    assert verification.valid
    assert verification.health_pass == replace(passes[kind], key_id=key.key_id)


def test_a_worker_pass_fits_qr_version_8_at_level_m(text: str) -> None:
    assert len(text) <= 221


def test_validity_ends_with_the_second_it_names(
    district: District, text: str, worker: HealthPass
) -> None:
    def reasons(at_offset: timedelta) -> tuple[Reason, ...]:
        return verify(text, district.trust, worker.expires_at + at_offset).reasons

    assert reasons(-timedelta(milliseconds=1)) == ()
    assert reasons(timedelta(0)) == (Reason.EXPIRED,)


def test_a_pass_for_tomorrow_is_not_yet_valid(district: District, worker: HealthPass) -> None:
    tomorrow = replace(worker, not_before=NOW + timedelta(days=1))
    found = verify(issue(tomorrow, district.bobs), district.trust, NOW)
    assert found.reasons == (Reason.NOT_YET_VALID,)
    assert found.health_pass is not None


def test_revoked_and_blocked_are_two_reasons(
    district: District, text: str, worker: HealthPass
) -> None:
    trust = replace(
        district.trust,
        revoked=frozenset({worker.pass_id}),
        blocked=frozenset({worker.holder_id}),
    )
    assert verify(text, trust, NOW).reasons == (Reason.REVOKED, Reason.BLOCKED)


def test_a_stranger_is_unknown_and_names_nobody(district: District, worker: HealthPass) -> None:
    stranger = SigningKey.generate(BOBS, district.bobs.trusted.purposes, NOW - timedelta(days=9))
    found = verify(issue(worker, stranger), district.trust, NOW)
    assert (found.health_pass, found.reasons) == (None, (Reason.UNKNOWN_ISSUER,))


def test_a_key_signs_only_its_purposes(
    district: District, passes: dict[PassKind, HealthPass]
) -> None:
    emergency = passes[PassKind.EMERGENCY_VEHICLE]
    with pytest.raises(KeyFault, match="may not sign emergency_vehicle"):
        issue(replace(emergency, issuer=BOBS, enterprise_id=BOBS), district.bobs)
    with pytest.raises(ClaimError, match="not 'E001'"):
        issue(emergency, district.bobs)


def test_a_kind_outside_the_keys_purposes_is_refused_even_when_well_signed(
    district: District, worker: HealthPass
) -> None:
    trusted = replace(district.bobs.trusted, purposes=frozenset({Purpose.VISITOR}))
    found = verify(issue(worker, district.bobs), Trust(Keyring([trusted])), NOW)
    assert found.reasons == (Reason.WRONG_PURPOSE,)


def test_daves_key_cannot_speak_for_bobs_plant(district: District, worker: HealthPass) -> None:
    claims = claims_of(worker)
    forged = to_text(cose.sign(cbor.dumps(claims), Purpose.WORKER, district.daves))
    assert verify(forged, district.trust, NOW).reasons == (Reason.WRONG_PURPOSE,)


def test_a_pass_signed_after_its_key_ended_is_refused(
    district: District, worker: HealthPass
) -> None:
    ended = replace(district.bobs.trusted, until=worker.issued_at)
    found = verify(issue(worker, district.bobs), Trust(Keyring([ended])), NOW)
    assert found.reasons == (Reason.WRONG_PURPOSE,)
    with pytest.raises(ClaimError, match="not in force"):
        issue(replace(worker, issued_at=NOW + timedelta(days=9000)), district.bobs)


def test_a_key_made_this_second_may_sign_at_once(worker: HealthPass) -> None:
    now = NOW.replace(microsecond=987_000)
    key = SigningKey.generate(BOBS, frozenset({Purpose.WORKER}), now)
    fresh = replace(worker, issued_at=now, not_before=now)
    assert verify(issue(fresh, key), Trust(Keyring([key.trusted])), now).valid


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "text is missing"),
        ({"name": "x" * 65}, "too long"),
        ({"name": "林\u202e试"}, "can't be shown"),
        *(({"name": f"林{char}"}, "can't be shown") for char in "\u3164\u2800\uffa0\u115f\ue000"),
        ({"name": "\ufe0f"}, "can't be shown"),
        ({"expires_at": NOW - timedelta(days=9)}, "ends before it begins"),
        ({"sites": tuple(f"S{i}" for i in range(17))}, "at most 16"),
        ({"vehicle": Vehicle("黑D12345")}, "no vehicle"),
        ({"pass_id": "abcd"}, "8 bytes"),
    ],
)
def test_what_a_verifier_would_refuse_is_never_signed(
    district: District, worker: HealthPass, change: dict[str, object], words: str
) -> None:
    with pytest.raises(ClaimError, match=words):
        issue(replace(worker, **change), district.bobs)  # type: ignore[arg-type]


def _resigned(district: District, claims: object) -> str:
    return to_text(cose.sign(cbor2.dumps(claims), Purpose.WORKER, district.bobs))


@pytest.mark.parametrize(
    "payload",
    [
        {1: BOBS},
        [],
        {1: BOBS, 2: b"12345678", 4: 2**70, 6: 1, 7: b"12345678", -65537: [1, "x"]},
        {1: BOBS, 2: b"12345678", 4: 9.5, 6: 1, 7: b"12345678", -65537: [1, "x"]},
        {1: BOBS, 2: b"12345678", 4: float("nan"), 6: 1, 7: b"12345678", -65537: [1, "x"]},
        {1: BOBS, 2: b"12345678", 4: 9, 6: 1, 7: b"12345678", -65537: [9, "x"]},
        {1: BOBS, 2: b"12345678", 4: 9, 6: 1, 7: b"12345678", -65537: [True, "x"]},
        {1: BOBS, 2: b"12345678", 4: 9, 6: 1, 7: b"12345678", -65537: [1, "x", 5]},
        {1: BOBS, 2: b"12345678", 4: 9, 6: 1, 7: b"12345678", -65537: [1, "x", ""]},
        {1: BOBS, 2: "12345678", 4: 9, 6: 1, 7: b"12345678", -65537: [1, "x"]},
    ],
)
def test_a_well_signed_but_odd_body_is_malformed(district: District, payload: object) -> None:
    assert verify(_resigned(district, payload), district.trust, NOW).reasons == (Reason.MALFORMED,)


def test_bytes_around_or_inside_the_envelope_are_malformed(district: District, text: str) -> None:
    blob = from_text(text)
    body, tag = blob[1:], cbor2.loads(blob)
    other = {
        "trailing byte": to_text(blob + b"\0"),
        "no tag": to_text(body),
        "another tag": to_text(b"\xd1" + body),
        "trailing newline": text + "\n",
        "lower case": text.lower(),
        "other prefix": "HC1:" + text[4:],
        "empty": "",
        "prefix alone": "SB1:",
        "too long": "SB1:" + "0" * TEXT_CAP,
        "unprotected algorithm": to_text(
            cbor2.dumps(CBORTag(18, [b"", {1: -8, **tag.value[1]}, *tag.value[2:]]))
        ),
    }
    for what, shown in other.items():
        assert verify(shown, district.trust, NOW).reasons == (Reason.MALFORMED,), what


def test_the_bureau_is_the_only_issuer_without_an_enterprise(
    district: District, passes: dict[PassKind, HealthPass]
) -> None:
    emergency = issue(passes[PassKind.EMERGENCY_VEHICLE], district.bureau)
    found = verify(emergency, district.trust, NOW).health_pass
    assert found is not None
    assert (found.issuer, found.enterprise_id) == (BUREAU, "")
    assert DAVES not in emergency


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(position=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_single_bit_can_be_changed(
    district: District, text: str, position: int, bit: int
) -> None:
    blob = bytearray(from_text(text))
    blob[position % len(blob)] ^= 1 << bit
    assert not verify(to_text(bytes(blob)), district.trust, NOW).valid


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    shown=st.text(max_size=1200)
    | st.binary(max_size=400).map(lambda b: "SB1:" + base45.b45encode(b).decode())
)
def test_any_text_gets_a_reason_and_never_an_exception(district: District, shown: str) -> None:
    found = verify(shown, district.trust, NOW)
    assert not found.valid
    assert found.reasons


@given(
    value=st.recursive(
        st.integers(-(2**63), 2**63 - 1) | st.text() | st.binary() | st.booleans() | st.none(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.integers(-99999, 99999) | st.text(max_size=30), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_deterministic_cbor_has_one_form_for_each_value(value: object) -> None:
    blob = cbor.dumps(value)
    assert cbor.loads(blob) == value
    with pytest.raises(cbor.NotCanonicalError):
        cbor.loads(blob + b"\0")


def test_map_keys_are_ordered_bytewise_as_rfc_8949_section_4_2_1_has_it() -> None:
    shuffled = {False: 0, "aa": 1, "z": 2, -1: 3, 100: 4, 10: 5}
    keys = [10, 100, -1, "z", "aa", False]
    assert cbor.dumps(shuffled) == b"\xa6" + b"".join(
        cbor2.dumps(key) + cbor2.dumps(shuffled[key]) for key in keys
    )


@pytest.mark.parametrize(
    "blob",
    [
        bytes.fromhex("1801"),  # an integer longer than it must be
        bytes.fromhex("a201020103"),  # a key twice
        bytes.fromhex("a202000100"),  # keys out of order
        bytes.fromhex("9f01ff"),  # an indefinite list
        bytes.fromhex("fb3ff0000000000000"),  # a float
        bytes.fromhex("c249010000000000000000"),  # a big integer
        bytes.fromhex("d81c80"),  # a shared reference
        b"\x81" * 200 + b"\x00",  # nested too deep
        b"",
    ],
)
def test_anything_but_the_one_form_is_refused(blob: bytes) -> None:
    with pytest.raises(cbor.NotCanonicalError):
        cbor.loads(blob)


def test_one_number_for_pass_and_holder_is_written_once_and_read_either_way(
    district: District, worker: HealthPass
) -> None:
    guest = replace(worker, holder_id=worker.pass_id, key_id=district.bobs.key_id)
    text = issue(guest, district.bobs)
    assert len(from_text(issue(worker, district.bobs))) - len(from_text(text)) == 10
    assert verify(text, district.trust, NOW).health_pass == guest
    earlier = claims_of(guest) | {2: bytes.fromhex(guest.holder_id)}
    longer = to_text(cose.sign(cbor.dumps(earlier), Purpose.WORKER, district.bobs))
    assert verify(longer, district.trust, NOW).health_pass == guest
