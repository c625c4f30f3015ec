"""Which certificate may have signed what: key ids, kinds of key, usages, broken extensions."""

from __future__ import annotations

import base64
import contextlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import cbor2
import pytest
from cbor2 import CBORTag
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st

from checkpoint.credential.foreign import Certificates, verify_foreign
from checkpoint.credential.foreign.certificate import ES256, PS256, Certificate
from checkpoint.credential.foreign.certificates import DER_MOST, LIST_MOST, read_pem
from checkpoint.domain.foreign_certificate import CertificateKind
from checkpoint.domain.reason import Reason
from checkpoint.errors import KeyFault
from tests.checkpoint.foreign_issuer import (
    NOW,
    certificate_of,
    claims,
    cose,
    der_of,
    issue,
    text_of,
)

P256 = ec.generate_private_key(ec.SECP256R1())
OTHER = ec.generate_private_key(ec.SECP256R1())
RSA = rsa.generate_private_key(65537, 2048)
TEST_OID, VACCINATION_OID = "1.3.6.1.4.1.1847.2021.1.1", "1.3.6.1.4.1.1847.2021.1.2"
OLD_TEST_OID = "1.3.6.1.4.1.0.1847.2021.1.1"


def _pem(blob: bytes) -> str:
    body = base64.encodebytes(blob).decode()
    return f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n"


def _broken(blob: bytes) -> bytes:
    """The certificate with a subject alternative name that is no name at all."""
    at = blob.index(bytes.fromhex("0603551d11"))
    inner = blob.index(b"at.example", at) - 2
    broken = blob[:inner] + b"\xff" + blob[inner + 1 :]
    with pytest.raises(ValueError, match=r"."):
        _ = x509.load_der_x509_certificate(broken).extensions
    return broken


@pytest.mark.parametrize("key", [P256, RSA], ids=["ES256", "PS256"])
def test_both_algorithms_are_verified(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> None:
    certificate = certificate_of(key)
    assert verify_foreign(issue(key, certificate), Certificates([certificate]), NOW).valid


def test_all_certificates_under_one_key_id_are_tried() -> None:
    mine = certificate_of(P256)
    namesakes = [replace(certificate_of(key), key_id=mine.key_id) for key in (OTHER, RSA)]
    trusted = Certificates([*namesakes, mine])
    assert verify_foreign(issue(P256, mine), trusted, NOW).valid
    only_namesakes = verify_foreign(issue(P256, mine), Certificates(namesakes), NOW)
    assert only_namesakes.reasons == (Reason.BAD_SIGNATURE,)


def test_the_usage_is_that_of_the_certificate_that_signed_not_of_its_namesake() -> None:
    mine = certificate_of(P256, TEST_OID)
    namesake = replace(certificate_of(OTHER, VACCINATION_OID), key_id=mine.key_id)
    found = verify_foreign(issue(P256, mine), Certificates([namesake, mine]), NOW)
    assert found.reasons == (Reason.WRONG_PURPOSE,)


@pytest.mark.parametrize("tags", [(18,), (61, 18), ()], ids=str)
def test_the_envelope_may_be_tagged_or_bare(tags: tuple[int, ...]) -> None:
    certificate = certificate_of(P256)
    value: object = cose(P256, cbor2.dumps(claims()), {1: ES256, 4: certificate.key_id})
    for tag in reversed(tags):
        value = CBORTag(tag, value)
    found = verify_foreign(text_of(cbor2.dumps(value)), Certificates([certificate]), NOW)
    assert found.valid


@pytest.mark.parametrize("tags", [(61,), (98,), (18, 61), (18, 18)], ids=str)
def test_any_other_envelope_is_malformed(tags: tuple[int, ...]) -> None:
    certificate = certificate_of(P256)
    value: object = cose(P256, cbor2.dumps(claims()), {1: ES256, 4: certificate.key_id})
    for tag in reversed(tags):
        value = CBORTag(tag, value)
    found = verify_foreign(text_of(cbor2.dumps(value)), Certificates([certificate]), NOW)
    assert found.reasons == (Reason.MALFORMED,)


def test_the_protected_key_id_is_the_one_that_counts() -> None:
    certificate = certificate_of(P256)
    right, wrong = certificate.key_id, b"another1"

    def reasons(inside: dict[int, object], outside: dict[int, object]) -> tuple[Reason, ...]:
        parts = cose(P256, cbor2.dumps(claims()), inside, outside)
        text = text_of(cbor2.dumps(CBORTag(18, parts)))
        return verify_foreign(text, Certificates([certificate]), NOW).reasons

    assert reasons({1: ES256, 4: right}, {4: wrong}) == ()
    assert reasons({1: ES256}, {4: right}) == ()
    assert reasons({}, {1: ES256, 4: right}) == ()
    assert reasons({1: ES256, 4: wrong}, {4: right}) == (Reason.UNKNOWN_ISSUER,)
    assert reasons({1: ES256}, {}) == (Reason.UNKNOWN_ISSUER,)
    assert reasons({1: ES256, 4: 7}, {}) == (Reason.MALFORMED,)


@pytest.mark.parametrize("algorithm", [-8, -35, -257, 0, "ES256", None])
def test_another_algorithm_is_refused_even_with_a_good_signature(algorithm: object) -> None:
    certificate = certificate_of(P256)
    parts = cose(P256, cbor2.dumps(claims()), {1: algorithm, 4: certificate.key_id})
    found = verify_foreign(
        text_of(cbor2.dumps(CBORTag(18, parts))), Certificates([certificate]), NOW
    )
    assert found.reasons == (Reason.MALFORMED,)


def test_a_key_signs_with_its_own_algorithm_only() -> None:
    certificate = certificate_of(P256)
    parts = cose(P256, cbor2.dumps(claims()), {1: PS256, 4: certificate.key_id})
    found = verify_foreign(
        text_of(cbor2.dumps(CBORTag(18, parts))), Certificates([certificate]), NOW
    )
    assert found.reasons == (Reason.BAD_SIGNATURE,)


def test_weak_keys_and_other_curves_sign_nothing() -> None:
    for key in (rsa.generate_private_key(65537, 1024), ec.generate_private_key(ec.SECP256K1())):
        certificate = certificate_of(key)
        found = verify_foreign(issue(key, certificate), Certificates([certificate]), NOW)
        assert found.reasons == (Reason.BAD_SIGNATURE,)


@pytest.mark.parametrize(
    ("oids", "usages"),
    [
        ((), frozenset(CertificateKind)),
        (("1.3.6.1.5.5.7.3.2",), frozenset(CertificateKind)),
        ((TEST_OID,), {CertificateKind.TEST}),
        ((OLD_TEST_OID, VACCINATION_OID), {CertificateKind.TEST, CertificateKind.VACCINATION}),
    ],
    ids=["none", "of another purpose", "one", "both spellings"],
)
def test_a_certificate_without_our_usages_may_sign_all(
    oids: tuple[str, ...], usages: frozenset[CertificateKind]
) -> None:
    assert certificate_of(P256, *oids).usages == usages


def test_a_broken_extension_costs_neither_the_key_nor_the_usages() -> None:
    blob = _broken(der_of(P256, (VACCINATION_OID,)))
    certificate = Certificate.from_der(blob)
    assert certificate.usages == {CertificateKind.VACCINATION}
    assert verify_foreign(issue(P256, certificate), Certificates([certificate]), NOW).valid


def test_usages_are_found_in_a_list_that_cannot_be_read() -> None:
    blob = der_of(P256, (TEST_OID,))
    at = blob.index(bytes.fromhex("0603551d11")) - 1
    assert Certificate.from_der(blob[:at] + b"\x7f" + blob[at + 1 :]).usages == {
        CertificateKind.TEST
    }


def test_no_certificate_outlives_that_of_its_issuer() -> None:
    since, until = NOW - timedelta(days=10), NOW + timedelta(days=10)
    certificate = Certificate.from_der(der_of(P256, (), since, until))
    text = issue(P256, certificate)

    def reasons(days: int) -> tuple[Reason, ...]:
        at = NOW + timedelta(days=days)
        return verify_foreign(text, Certificates([certificate]), at).reasons

    assert reasons(0) == reasons(10) == ()
    assert reasons(11) == (Reason.EXPIRED,)
    assert reasons(-11) == (Reason.NOT_YET_VALID,)


def test_certificates_are_read_from_a_file_of_many_and_from_a_folder(tmp_path: Path) -> None:
    first, second = der_of(P256), der_of(RSA)
    (tmp_path / "both.pem").write_text("# AT\n" + _pem(first) + _pem(second))
    (tmp_path / "one.pem").write_text(_pem(der_of(OTHER)))
    (tmp_path / "notes.txt").write_text("not a certificate")
    assert len(Certificates.load_pem(tmp_path / "both.pem").certificates) == 2
    folder = Certificates.load_pem(tmp_path)
    assert len(folder.certificates) == 3
    assert folder.by_id(Certificate.from_der(first).key_id)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{}", "no PEM certificate"),
        ("-----BEGIN PRIVATE KEY-----\n", "no PEM certificate"),
        (_pem(b"\x30\x03\x02\x01\x01"), "certificate 1"),
        (_pem(der_of(P256)) + _pem(der_of(P256)[:-1]), "certificate 2"),
        ("-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----", "certificate 1"),
        (_pem(der_of(P256)) + "-----BEGIN CERTIFICATE-----\nMII", "certificate 2.*END CERT"),
        (_pem(bytes(DER_MOST + 1)), "certificate 1: it has more"),
        (_pem(der_of(P256)).replace("MII", " " * 3 * DER_MOST + "MII"), "certificate 1: it has"),
    ],
    ids=[
        "JSON",
        "a private key",
        "no certificate",
        "cut short",
        "no base64",
        "no end",
        "too many bytes",
        "too many blanks",
    ],
)
def test_a_wrong_file_is_a_fault_that_names_the_place_and_a_remedy(
    tmp_path: Path, content: str, words: str
) -> None:
    path = tmp_path / "trust.pem"
    path.write_text(content)
    with pytest.raises(KeyFault, match=words) as caught:
        Certificates.load_pem(path)
    assert "trust.pem" in caught.value.message
    assert caught.value.remedy


def test_a_list_of_too_many_is_refused_at_the_first_one_too_many() -> None:
    one = _pem(der_of(P256)).encode()
    assert len(read_pem(one * LIST_MOST, "the list")) == LIST_MOST
    with pytest.raises(KeyFault, match=f"certificate {LIST_MOST + 1}: a list has"):
        read_pem(one * (LIST_MOST + 1), "the list")


@pytest.mark.parametrize(
    "text",
    [
        b"-----BEGIN CERTIFICATE-----" * 150_000,
        b"-----BEGIN CERTIFICATE-----" * 150_000 + b"-----END CERTIFICATE-----",
        b"-----END CERTIFICATE-----" * 150_000,
        b"-----BEGIN CERTIFICATE" * 180_000,
    ],
    ids=["begins", "begins and an end", "ends", "half begins"],
)
def test_four_megabytes_of_mere_lines_are_read_once_and_refused(text: bytes) -> None:
    with pytest.raises(KeyFault):
        read_pem(text, "the list")


def test_an_empty_folder_and_a_missing_file_are_faults(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.pem"):
        with pytest.raises(KeyFault):
            Certificates.load_pem(path)


@given(st.binary(max_size=200), st.integers(0, 10_000), st.booleans())
def test_no_bytes_raise_anything_but_a_key_fault(noise: bytes, at: int, inserted: bool) -> None:
    blob = _DER
    at %= len(blob)
    changed = blob[:at] + noise + blob[at + (0 if inserted else len(noise)) :]
    with contextlib.suppress(KeyFault):
        Certificate.from_der(changed)


_DER = der_of(P256, (TEST_OID,))
