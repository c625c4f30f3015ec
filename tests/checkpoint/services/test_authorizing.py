"""The bureau's acts: who may run gates, who may inspect, by which numbers."""

from dataclasses import replace
from datetime import timedelta

import pytest
from stdnum.cn import uscc

from checkpoint.domain.policy import Policy
from checkpoint.errors import NotFound, PolicyError, Refused
from checkpoint.services import Scope, authorizing, identity, lookup, policy
from checkpoint.services.forms import EnterpriseForm, WarrantForm
from tests.checkpoint.services.district import ALICE, BOB, District, credit_code

DISTRICT = Scope.whole_district()


def test_a_registered_enterprise_stands_in_the_register(small: District) -> None:
    form = EnterpriseForm("nova-2", " Nova ", credit_code(7).lower(), "Xinzhen", "steel", True)
    made = authorizing.register_enterprise(small.office, ALICE, form)
    assert (made.name, made.credit_code) == ("Nova", credit_code(7))
    assert authorizing.enterprise(small.office, "nova-2") == made
    (row,) = authorizing.enterprises(small.office, Scope.of("nova-2"))
    assert (row.township, row.industry, row.above_scale) == ("Xinzhen", "steel", True)
    assert row.registered_at == small.clock.now()
    assert len(authorizing.enterprises(small.office, DISTRICT)) == 3


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"credit_code": "91110000600037341X"}, "credit_code"),
        ({"credit_code": credit_code(1)}, "credit_code"),
        ({"enterprise_id": "acme"}, "enterprise_id"),
        ({"enterprise_id": "bureau"}, "enterprise_id"),
        ({"enterprise_id": "server"}, "enterprise_id"),
        ({"enterprise_id": "../acme"}, "enterprise_id"),
        ({"enterprise_id": "Acme"}, "enterprise_id"),
        ({"name": " "}, "name"),
        ({"name": "a\u202eb"}, "name"),
        *(({"name": f"a{char}"}, "name holds") for char in "\u3164\u2800\uffa0\u115f\ue000"),
        ({"name": "\ufe0f"}, "name holds"),
        ({"township": "x" * 65}, "township"),
    ],
)
def test_a_wrong_field_is_named(small: District, changes: dict[str, str], field: str) -> None:
    form = replace(EnterpriseForm("nova", "Nova", credit_code(7)), **changes)  # type: ignore[arg-type]
    with pytest.raises(Refused, match=field):
        authorizing.register_enterprise(small.office, ALICE, form)


def test_sites_and_gates_belong_to_their_enterprise(small: District) -> None:
    (site,) = authorizing.places(small.office, "acme")
    assert (site.site, site.gates) == (small.sites["acme"], (small.gates["acme"],))
    with pytest.raises(NotFound):
        authorizing.add_gate(small.office, BOB, "zenith", site.site.site_id, "Back")
    with pytest.raises(NotFound):
        authorizing.add_site(small.office, BOB, "nobody", "Back")
    with pytest.raises(Refused, match="zone"):
        authorizing.add_site(small.office, BOB, "acme", "Back", "Mars/Olympus")


def test_a_suspension_is_recorded_with_its_reason_and_ends(small: District) -> None:
    authorizing.suspend(small.office, ALICE, "acme", "outbreak")
    assert authorizing.enterprise(small.office, "acme").suspended
    with pytest.raises(Refused):
        authorizing.suspend(small.office, ALICE, "acme", "again")
    authorizing.restore(small.office, ALICE, "acme", "over")
    assert not authorizing.enterprise(small.office, "acme").suspended
    with pytest.raises(Refused, match="why"):
        authorizing.suspend(small.office, ALICE, "acme", "")
    rows = lookup.actions(small.office, Scope.of("acme")).rows[:2]
    assert [(row.verb, row.why) for row in rows] == [("restore", "over"), ("suspend", "outbreak")]


def test_a_warrant_names_a_person_and_a_term(small: District) -> None:
    now, day = small.clock.now(), timedelta(days=1)
    site_id = small.sites["acme"].site_id
    form = WarrantForm("acme", "Carol", now, now + day, (site_id,), "c1")
    warrant = authorizing.grant_warrant(small.office, ALICE, form)
    assert warrant.covers(site_id, now)
    assert not warrant.covers(site_id, now + day)
    (row,) = authorizing.warrants(small.office, Scope.of("acme"))
    assert (row.warrant, row.account_id) == (warrant, "c1")
    authorizing.revoke_warrant(small.office, ALICE, warrant.warrant_id, "moved")
    (row,) = authorizing.warrants(small.office, DISTRICT)
    assert (row.warrant.revoked, row.revoked_why) == (True, "moved")
    with pytest.raises(Refused):
        authorizing.revoke_warrant(small.office, ALICE, warrant.warrant_id, "again")


def test_a_warrant_without_person_term_or_place_is_refused(small: District) -> None:
    now, day = small.clock.now(), timedelta(days=1)
    elsewhere = (small.sites["zenith"].site_id,)
    for form in (
        WarrantForm("acme", " ", now, now + day),
        WarrantForm("acme", "Carol", now, now),
        WarrantForm("acme", "Carol", now - day, now),
    ):
        with pytest.raises(Refused):
            authorizing.grant_warrant(small.office, ALICE, form)
    for form in (
        WarrantForm("acme", "Carol", now, now + day, elsewhere),
        WarrantForm("nobody", "Carol", now, now + day),
    ):
        with pytest.raises(NotFound):
            authorizing.grant_warrant(small.office, ALICE, form)


def test_an_enterprise_may_only_be_stricter(small: District) -> None:
    office = small.office
    assert policy.in_force(office, "acme") == policy.in_force(office) == Policy()
    tightened = policy.tighten(office, BOB, "acme", {"fever_threshold_c": 3710})
    assert policy.in_force(office, "acme") == tightened
    assert policy.in_force(office, "zenith") == Policy()
    assert policy.own_changes(office, "acme") == {"fever_threshold_c": 3710}
    with pytest.raises(PolicyError, match="fever_threshold_c"):
        policy.tighten(office, BOB, "acme", {"fever_threshold_c": 3800})
    with pytest.raises(PolicyError, match="remeasure"):
        policy.tighten(office, BOB, "acme", {"remeasure": 0})
    assert policy.in_force(office, "acme") == tightened


def test_the_bureaus_new_numbers_hold_where_they_are_stricter(small: District) -> None:
    office = small.office
    first = policy.tighten(office, BOB, "acme", {"fever_threshold_c": 3710}).version
    second = policy.publish(office, ALICE, Policy(fever_threshold_c=3700)).version
    here = policy.in_force(office, "acme")
    assert (here.fever_threshold_c, here.version) == (3700, second)
    assert second > first > 1
    assert policy.in_force(office, "zenith").version == second


def test_a_policy_with_an_unknown_rule_is_refused(small: District) -> None:
    with pytest.raises(PolicyError, match="mood"):
        policy.publish(small.office, ALICE, Policy(rules=("credential", "mood")))


@pytest.mark.parametrize("code", ["91110000600037341L", "n2110000000000007"])
def test_credit_codes_of_every_authority_are_taken(code: str) -> None:
    whole = code if len(code) == 18 else code + uscc.calc_check_digit(code)
    assert identity.credit_code(whole) == whole.upper()
