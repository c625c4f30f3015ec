"""What is in force reaches the kiosk whole, and never goes back."""

import threading
from datetime import timedelta

import pytest

from checkpoint.credential import verify
from checkpoint.domain.health_pass import PassKind, Vehicle
from checkpoint.domain.place import BUREAU
from checkpoint.domain.policy import Policy
from checkpoint.domain.reason import Reason
from checkpoint.errors import NotFound, Refused
from checkpoint.services import authorizing, enrolment, issuing, policy, roster
from checkpoint.services.bundles import bundle_for
from checkpoint.services.forms import PassForm, WarrantForm, WorkerForm
from checkpoint.services.rows import IssuedPass
from checkpoint.storage import tables
from checkpoint.wire.bundle import Bundle, open_bundle
from tests.checkpoint.services.district import ALICE, BOB, DAVE, District, Kiosk, id_number


def opened(district: District, kiosk: Kiosk) -> Bundle:
    blob, _ = bundle_for(district.office, kiosk.kiosk_id)
    return open_bundle(blob, district.office.keys.server_keyring())


def worker_pass(district: District, enterprise_id: str = "acme", days: int = 1) -> IssuedPass:
    worker = WorkerForm("张三", id_number(len(enterprise_id) + days))
    holder_id = roster.add_worker(district.office, BOB, enterprise_id, worker)
    until = district.clock.now() + timedelta(days=days)
    form = PassForm(PassKind.WORKER, until, holder_id=holder_id)
    return issuing.issue_pass(district.office, BOB, enterprise_id, form)


def test_it_holds_the_kiosks_place_policy_and_keys(district: District) -> None:
    kiosk = district.kiosk()
    bundle = opened(district, kiosk)
    place = (bundle.enterprise.enterprise_id, bundle.site.site_id, bundle.gate.gate_id)
    assert place == kiosk.place
    assert (bundle.kiosk_id, bundle.policy, bundle.version) == (kiosk.kiosk_id, Policy(), 1)
    assert {key.owner for key in bundle.trust.keyring.keys} == {"acme", BUREAU}
    assert bundle.issued_at == district.clock.now()


def test_the_same_content_is_the_same_bundle_until_it_is_ten_minutes_old(
    district: District,
) -> None:
    kiosk = district.kiosk()
    first, tag = bundle_for(district.office, kiosk.kiosk_id)
    district.clock.advance(599)
    assert bundle_for(district.office, kiosk.kiosk_id) == (first, tag)
    district.clock.advance(1)
    second, other = bundle_for(district.office, kiosk.kiosk_id)
    assert other != tag
    bundle = open_bundle(second, district.office.keys.server_keyring())
    assert (bundle.version, bundle.issued_at) == (1, district.clock.now())


def test_every_change_of_content_raises_the_version(district: District) -> None:
    office, kiosk, clock = district.office, district.kiosk(), district.clock
    versions = [opened(district, kiosk).version]

    def changed() -> Bundle:
        bundle = opened(district, kiosk)
        versions.append(bundle.version)
        return bundle

    card = worker_pass(district)
    issuing.revoke_pass(office, BOB, "acme", card.health_pass.pass_id, "lost")
    assert changed().trust.revoked == {card.health_pass.pass_id}
    issuing.block_holder(office, BOB, "acme", card.health_pass.holder_id, "left")
    assert changed().trust.blocked == {card.health_pass.holder_id}
    form = WarrantForm("acme", "Carol", clock.now(), clock.now() + timedelta(days=9))
    warrant = authorizing.grant_warrant(office, ALICE, form)
    assert changed().warrant_at(clock.now()) == warrant
    authorizing.revoke_warrant(office, ALICE, warrant.warrant_id, "moved")
    assert changed().warrant_at(clock.now()) is None
    policy.publish(office, ALICE, Policy(fever_threshold_c=3700))
    assert changed().policy.fever_threshold_c == 3700
    authorizing.suspend(office, ALICE, "acme", "outbreak")
    assert changed().enterprise.suspended
    clock.advance(86400)
    assert changed().trust.revoked == frozenset()
    assert versions == sorted(set(versions))


def test_a_revoked_pass_is_refused_by_a_kiosk_with_the_bundle(district: District) -> None:
    kiosk, card = district.kiosk(), worker_pass(district)
    before = verify(card.text, opened(district, kiosk).trust, district.clock.now())
    assert before.valid
    issuing.revoke_pass(district.office, BOB, "acme", card.health_pass.pass_id, "lost")
    after = verify(card.text, opened(district, kiosk).trust, district.clock.now())
    assert after.reasons == (Reason.REVOKED,)


def test_another_enterprises_people_and_keys_stay_out_of_it(district: District) -> None:
    kiosk, card = district.kiosk("acme"), worker_pass(district, "zenith")
    issuing.revoke_pass(district.office, DAVE, "zenith", card.health_pass.pass_id, "lost")
    trust = opened(district, kiosk).trust
    assert trust.revoked == frozenset()
    assert verify(card.text, trust, district.clock.now()).reasons == (Reason.UNKNOWN_ISSUER,)


def test_the_bureaus_revocations_reach_every_kiosk(district: District) -> None:
    until = district.clock.now() + timedelta(days=1)
    form = PassForm(PassKind.EMERGENCY_VEHICLE, until, name="李四", vehicle=Vehicle("京A12345"))
    card = issuing.issue_pass(district.office, ALICE, BUREAU, form)
    issuing.revoke_pass(district.office, ALICE, BUREAU, card.health_pass.pass_id, "done")
    for name in ("acme", "zenith"):
        assert opened(district, district.kiosk(name)).trust.revoked == {card.health_pass.pass_id}


def test_the_list_of_revoked_passes_is_never_an_old_one(district: District) -> None:
    office, kiosk = district.office, district.kiosk()
    short, first, second = (worker_pass(district, days=days) for days in (1, 2, 3))
    for card in (short, first):
        issuing.revoke_pass(office, BOB, "acme", card.health_pass.pass_id, "lost")
        assert card.health_pass.pass_id in opened(district, kiosk).trust.revoked
    district.clock.advance(86400)
    issuing.revoke_pass(office, BOB, "acme", second.health_pass.pass_id, "lost")
    left = {card.health_pass.pass_id for card in (first, second)}
    assert opened(district, kiosk).trust.revoked == left, "one came, one expired"
    district.clock.jump(district.clock.now() - timedelta(hours=1))
    assert opened(district, kiosk).trust.revoked == left | {short.health_pass.pass_id}


def test_the_list_is_read_once_while_it_is_the_same(
    small: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk, card = small.kiosk(), worker_pass(small)
    issuing.revoke_pass(small.office, BOB, "acme", card.health_pass.pass_id, "lost")
    opened(small, kiosk)
    monkeypatch.delattr("checkpoint.storage.people.revoked")
    small.clock.advance(700)
    assert opened(small, kiosk).trust.revoked == {card.health_pass.pass_id}


def test_a_large_bundle_is_signed_again_less_often(
    small: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk = small.kiosk()
    first = opened(small, kiosk)
    monkeypatch.setattr("checkpoint.services.bundles._LARGE", 100)
    small.clock.advance(3600)
    assert opened(small, kiosk).issued_at == first.issued_at
    small.clock.advance(5 * 3600)
    assert opened(small, kiosk).issued_at == small.clock.now(), "six hours at most"


def test_callers_at_once_get_one_bundle(district: District) -> None:
    kiosk = district.kiosk()
    got: list[tuple[bytes, str]] = []
    threads = [
        threading.Thread(target=lambda: got.append(bundle_for(district.office, kiosk.kiosk_id)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 4
    assert len(set(got)) == 1


def test_no_kiosk_moves_the_versions_of_another(small: District) -> None:
    liar, honest = small.kiosk("acme"), small.kiosk("zenith")
    with small.office.db.write() as session:
        session.get_one(tables.Kiosk, liar.kiosk_id).bundle_version = (1 << 53) - 1
    assert opened(small, liar).version == 1 << 53
    assert opened(small, honest).version == 1


def test_no_bundle_for_a_revoked_or_unknown_kiosk(small: District) -> None:
    kiosk = small.kiosk()
    enrolment.revoke_kiosk(small.office, BOB, "acme", kiosk.kiosk_id, "stolen")
    with pytest.raises(Refused):
        bundle_for(small.office, kiosk.kiosk_id)
    with pytest.raises(NotFound):
        bundle_for(small.office, "K-222222")
