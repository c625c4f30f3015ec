"""The bureau's list of signer certificates, and how it reaches the gates."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from checkpoint.credential import verify
from checkpoint.credential.foreign.certificates import DER_MOST
from checkpoint.domain.policy import ForeignWorth, Policy
from checkpoint.domain.reason import Reason
from checkpoint.errors import NotFound, Refused
from checkpoint.services import Scope, certificates, lookup, policy
from checkpoint.services.bundles import bundle_for
from checkpoint.services.certificates import PEM_MOST
from checkpoint.wire.bundle import Bundle, open_bundle
from tests.checkpoint.foreign_issuer import certificate_of, claims, der_of, issue
from tests.checkpoint.services.district import ALICE, District, Kiosk

KEY = ec.generate_private_key(ec.SECP256R1())
OTHER = ec.generate_private_key(ec.SECP256R1())
SIGNER = certificate_of(KEY)
KEY_ID = SIGNER.key_id.hex()


def pem_of(*ders: bytes) -> bytes:
    read = (x509.load_der_x509_certificate(der) for der in ders)
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in read)


PEM = pem_of(SIGNER.der)


def opened(district: District, kiosk: Kiosk) -> Bundle:
    blob, _ = bundle_for(district.office, kiosk.kiosk_id)
    return open_bundle(blob, district.office.keys.server_keyring())


def verbs(district: District) -> list[tuple[str, str, str]]:
    page = lookup.actions(district.office, Scope.whole_district())
    return [(row.verb, row.subject, row.why) for row in page.rows if "certificate" in row.verb]


def test_what_is_added_is_listed_with_what_it_says(district: District) -> None:
    added = certificates.add(district.office, ALICE, PEM)
    assert (added.key_ids, added.held, added.expired, added.unusable) == ((KEY_ID,), 0, 0, 0)
    (row,) = certificates.certificates(district.office)
    assert (row.key_id, row.country, row.withdrawn_at) == (KEY_ID, "AT", None)
    assert (row.since, row.until) == (SIGNER.since, SIGNER.until)
    assert set(row.usages) == SIGNER.usages
    assert verbs(district) == [("add_certificates", KEY_ID, "")]


def test_gates_believe_it_from_the_next_bundle_on_and_no_longer_once_it_is_withdrawn(
    district: District,
) -> None:
    office, kiosk = district.office, district.kiosk()
    policy.publish(office, ALICE, Policy(foreign_certificates=ForeignWorth.REFER))
    text, at = issue(KEY, SIGNER, around(district.clock.now())), district.clock.now()
    first = opened(district, kiosk)
    assert verify(text, first.trust, at).reasons == (Reason.UNKNOWN_ISSUER,)
    certificates.add(office, ALICE, PEM)
    second = opened(district, kiosk)
    assert second.version > first.version
    assert verify(text, second.trust, at).valid
    assert certificates.withdraw(office, ALICE, KEY_ID, "key stolen") == 1
    third = opened(district, kiosk)
    assert third.version > second.version
    assert verify(text, third.trust, at).reasons == (Reason.UNKNOWN_ISSUER,)
    assert verbs(district)[0] == ("withdraw_certificate", KEY_ID, "key stolen")


def around(at: datetime) -> dict[int, object]:
    iat, exp = (int((at + timedelta(days=days)).timestamp()) for days in (-1, 1))
    return claims(iat=iat, exp=exp)


def test_a_gate_whose_policy_takes_none_gets_none(district: District) -> None:
    kiosk = district.kiosk()
    certificates.add(district.office, ALICE, PEM)
    assert opened(district, kiosk).trust.certificates.certificates == ()


def test_a_bundle_without_a_change_stays_the_same(district: District) -> None:
    office, kiosk = district.office, district.kiosk()
    policy.publish(office, ALICE, Policy(foreign_certificates=ForeignWorth.ADMIT))
    certificates.add(office, ALICE, pem_of(SIGNER.der, der_of(OTHER)))
    assert bundle_for(office, kiosk.kiosk_id) == bundle_for(office, kiosk.kiosk_id)
    assert opened(district, kiosk).policy.foreign_certificates is ForeignWorth.ADMIT


def test_a_list_is_added_as_far_as_it_is_new_and_in_force(district: District) -> None:
    now = district.clock.now()
    certificates.add(district.office, ALICE, PEM)
    old = der_of(OTHER, (), now - timedelta(days=9), now - timedelta(days=1))
    weak = der_of(rsa.generate_private_key(65537, 1024))
    fresh = der_of(OTHER)
    added = certificates.add(district.office, ALICE, pem_of(SIGNER.der, old, weak, fresh, fresh))
    assert (len(added.key_ids), added.held, added.expired, added.unusable) == (1, 1, 1, 1)
    assert len(certificates.certificates(district.office)) == 2


@pytest.mark.parametrize(
    ("pem", "why"),
    [
        (b"", "no PEM"),
        (b"SB1:hello", "no PEM"),
        (PEM.replace(b"\nMII", b"\n!!!"), "certificate 1"),
        (PEM + b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "certificate 2"),
        (b" " * (PEM_MOST + 1), "more bytes"),
        (pem_of(der_of(rsa.generate_private_key(65537, 1024))), "may sign"),
    ],
)
def test_what_is_no_list_is_refused_whole(district: District, pem: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        certificates.add(district.office, ALICE, pem)
    assert certificates.certificates(district.office) == ()
    assert verbs(district) == []


def test_what_is_held_or_expired_or_huge_is_refused(district: District) -> None:
    now = district.clock.now()
    certificates.add(district.office, ALICE, PEM)
    with pytest.raises(Refused, match="held already"):
        certificates.add(district.office, ALICE, PEM)
    old = der_of(OTHER, (), now - timedelta(days=9), now - timedelta(days=1))
    with pytest.raises(Refused, match="past its term"):
        certificates.add(district.office, ALICE, pem_of(old))
    huge = der_of(OTHER, tuple(f"1.2.3.{n}" for n in range(DER_MOST // 5)))
    with pytest.raises(Refused, match="certificate 1: it has more"):
        certificates.add(district.office, ALICE, pem_of(huge))


def renewed() -> bytes:
    """Another certificate of the same key."""
    return der_of(KEY, (), SIGNER.since, SIGNER.until + timedelta(days=90))


def believed(district: District) -> list[str]:
    rows = certificates.certificates(district.office)
    return sorted(row.key_id for row in rows if row.withdrawn_at is None)


def test_the_next_list_brings_nothing_back_that_was_withdrawn(district: District) -> None:
    office, fresh = district.office, der_of(OTHER)
    certificates.add(office, ALICE, PEM)
    certificates.withdraw(office, ALICE, KEY_ID, "key stolen")
    with pytest.raises(Refused, match="withdrawn already"):
        certificates.withdraw(office, ALICE, KEY_ID, "again")
    for known in (PEM, pem_of(renewed())):
        with pytest.raises(Refused, match="was withdrawn earlier"):
            certificates.add(office, ALICE, known)
    added = certificates.add(office, ALICE, pem_of(SIGNER.der, renewed(), fresh))
    assert (len(added.key_ids), added.withdrawn) == (1, 2)
    assert believed(district) == list(added.key_ids)
    (gone,) = (row for row in certificates.certificates(office) if row.key_id == KEY_ID)
    assert gone.withdrawn_why == "key stolen"
    assert verbs(district)[0][2] == "left out as withdrawn earlier: 2"


def test_a_withdrawal_takes_all_certificates_of_the_key_with_it(district: District) -> None:
    certificates.add(district.office, ALICE, pem_of(SIGNER.der, renewed(), der_of(OTHER)))
    assert certificates.withdraw(district.office, ALICE, KEY_ID, "key stolen") == 2
    assert len(believed(district)) == 1


def test_believing_again_is_an_act_with_a_reason(district: District) -> None:
    office = district.office
    certificates.add(office, ALICE, pem_of(SIGNER.der, renewed()))
    with pytest.raises(Refused, match="is not withdrawn"):
        certificates.restore(office, ALICE, KEY_ID, "a mistake")
    with pytest.raises(NotFound):
        certificates.restore(office, ALICE, "0" * 16, "a mistake")
    certificates.withdraw(office, ALICE, KEY_ID, "a mistake")
    with pytest.raises(Refused, match="why"):
        certificates.restore(office, ALICE, KEY_ID, " ")
    assert believed(district) == []
    assert certificates.restore(office, ALICE, KEY_ID, "the wrong one") == 2
    assert len(believed(district)) == 2
    assert verbs(district)[0] == ("restore_certificate", KEY_ID, "the wrong one")


def test_only_what_is_there_is_withdrawn_and_only_with_a_reason(district: District) -> None:
    with pytest.raises(NotFound):
        certificates.withdraw(district.office, ALICE, "0" * 16, "gone")
    certificates.add(district.office, ALICE, PEM)
    with pytest.raises(Refused, match="why"):
        certificates.withdraw(district.office, ALICE, KEY_ID, " ")
