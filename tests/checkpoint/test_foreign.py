"""Foreign certificates: each published vector is judged as its issuer says it must be."""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files

import pytest

from checkpoint.credential.foreign import Certificates, ForeignVerification, verify_foreign
from checkpoint.credential.foreign.agreement import judge
from checkpoint.credential.foreign.countries import ALPHA_2
from checkpoint.domain.reason import Reason
from tests.checkpoint.published import VECTOR, certificate_in


def verified(name: str, text: str | None = None) -> ForeignVerification:
    """A vector judged with its certificate at its clock."""
    vector, context = VECTOR[name], VECTOR[name]["context"]
    certificate = certificate_in(name)
    at = datetime.fromisoformat(context["VALIDATIONCLOCK"])
    return verify_foreign(text or vector["text"], Certificates([certificate]), at)


@pytest.mark.parametrize(
    ("name", "kind", "issuer"),
    [
        ("AT/1", "vaccination", "AT"),
        ("AT/2", "recovery", "AT"),
        ("common/CO12", "test", "AT"),
        ("common/CO2", "vaccination", "AT"),  # PS256
        ("DE/1", "vaccination", "DE"),  # key id outside the protected header
        ("SE/2", "test", "SE"),  # a time under a CBOR tag
    ],
)
def test_a_good_certificate_is_valid_and_says_what_it_is(name: str, kind: str, issuer: str) -> None:
    found = verified(name)
    assert found.valid
    assert found.reasons == ()
    assert found.claims is not None
    assert (found.claims["kind"], found.claims["issuer"]) == (kind, issuer)


def test_the_claims_are_in_plain_words() -> None:
    found = verified("AT/1")
    assert found.claims == {
        "kind": "vaccination",
        "issuer": "AT",
        "name": "Gabriele Musterfrau-Gößinger",
        "standard_name": "MUSTERFRAU<GOESSINGER<<GABRIELE",
        "date_of_birth": "1998-02-26",
        "country": "AT",
        "authority": "Ministry of Health, Austria",
        "certificate_id": "URN:UVCI:01:AT:10807843F94AEE0EE5093FBC254BD813#B",
        "facts": {
            "dose": 1,
            "doses": 2,
            "date": "2021-02-18",
            "product": "EU/1/20/1528",
            "manufacturer": "ORG-100030215",
        },
        "issued_at": "2021-05-06T18:00:00.000Z",
        "expires_at": "2021-11-02T18:00:00.000Z",
        "key_id": "d919375fc1e7b6b2",
    }


@pytest.mark.parametrize(
    ("name", "reason", "named"),
    [
        ("common/H1", Reason.MALFORMED, False),  # another prefix
        ("common/B1", Reason.MALFORMED, False),  # no base45
        ("common/Z1", Reason.MALFORMED, False),  # no ZLIB
        ("common/CBO2", Reason.MALFORMED, False),  # no COSE
        ("common/CO23", Reason.UNKNOWN_ISSUER, False),  # another key id
        ("PL/1.3.0/6", Reason.UNKNOWN_ISSUER, False),  # signed by another certificate
        ("common/DGC1", Reason.MALFORMED, True),  # content of no known shape
        ("common/CO6", Reason.WRONG_PURPOSE, True),  # a test centre's key for a vaccination
        ("PL/1.0.0/10", Reason.EXPIRED, True),
        ("common/CO16", Reason.NOT_YET_VALID, True),
    ],
)
def test_a_bad_certificate_has_its_reason_and_names_nobody_unless_signed(
    name: str, reason: Reason, named: bool
) -> None:
    found = verified(name)
    assert not found.valid
    assert reason in found.reasons
    assert (found.claims is not None) is named


def test_a_vector_is_not_valid_under_another_certificate() -> None:
    foreign = verified("AT/1", VECTOR["DE/1"]["text"])
    assert foreign.reasons == (Reason.UNKNOWN_ISSUER,)


def test_each_expected_field_is_agreed_with_but_the_value_sets() -> None:
    disagreeing = {(j.file, j.field) for j in judge(VECTOR.values()) if not j.agrees}
    assert disagreeing == {("PL/1.3.0/2DCode/raw/7.json", "EXPECTEDSCHEMAVALIDATION")}


def test_a_vector_without_a_certificate_or_a_clock_is_told_apart() -> None:
    vector = VECTOR["PL/1.0.0/10"] | {"context": {}}
    why = {j.field: j.why for j in judge([vector])}
    assert why["EXPECTEDVERIFY"] == "the vector names no certificate"
    assert why["EXPECTEDSCHEMAVALIDATION"] == ""


def test_the_countries_are_those_of_the_time_zone_database() -> None:
    table = files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text(encoding="utf-8")
    assert {line[:2] for line in table.splitlines() if not line.startswith("#")} == ALPHA_2
