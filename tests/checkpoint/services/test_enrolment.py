"""A code lets one kiosk in, once."""

import hashlib
import threading

import pytest
from sqlalchemy import select

from checkpoint.errors import NotFound, Refused, WireError
from checkpoint.keys import Keyring, Purpose, SigningKey
from checkpoint.services import Scope, enrolment
from checkpoint.storage import tables
from checkpoint.wire.enrolment import EnrolmentCode, EnrolmentRequest
from tests.checkpoint.services.district import BOB, DAVE, District

URL = "https://sibao.example"


def new_code(district: District) -> EnrolmentCode:
    gate_id = district.gates["acme"].gate_id
    return enrolment.make_code(district.office, BOB, "acme", gate_id, URL)


def request(district: District, code: str) -> EnrolmentRequest:
    key = SigningKey.generate("new", frozenset({Purpose.HEAD}), district.clock.now())
    return EnrolmentRequest.model_construct(code=code, public_key=key.trusted.public, software="1")


def test_a_code_buys_a_place_and_the_servers_keyring(district: District) -> None:
    code = new_code(district)
    asked = request(district, code.code.lower().replace("-", " "))
    answer = enrolment.redeem(district.office, asked)
    assert (answer.enterprise_id, answer.gate_id) == ("acme", district.gates["acme"].gate_id)
    (server,) = Keyring.from_json(answer.keyring).keys
    assert server.key_id == code.server_key_id
    key = enrolment.key_of(district.office, answer.kiosk_id)
    assert (key.owner, key.public) == (answer.kiosk_id, asked.public_key)
    assert key.purposes == {Purpose.HEAD}
    assert key.in_force(district.clock.now())


def test_of_two_kiosks_at_once_one_gets_the_place(district: District) -> None:
    code = new_code(district).code
    requests = [request(district, code) for _ in range(4)]
    won: list[str] = []
    lost: list[Refused] = []

    def go(asked: EnrolmentRequest) -> None:
        try:
            won.append(enrolment.redeem(district.office, asked).kiosk_id)
        except Refused as refusal:
            lost.append(refusal)

    threads = [threading.Thread(target=go, args=(asked,)) for asked in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 3)
    assert len(enrolment.kiosks(district.office, Scope.whole_district())) == 1


def test_an_answer_lost_on_the_way_is_given_again_to_the_same_key(district: District) -> None:
    asked = request(district, new_code(district).code)
    first = enrolment.redeem(district.office, asked)
    assert enrolment.redeem(district.office, asked) == first


def test_used_unknown_and_expired_codes_sound_the_same(district: District) -> None:
    used, late = new_code(district).code, new_code(district).code
    enrolment.redeem(district.office, request(district, used))
    district.clock.advance(24 * 3600)
    words = set()
    for code in (used, late, "0000-0000-0000-0000"):
        with pytest.raises(Refused) as caught:
            enrolment.redeem(district.office, request(district, code))
        words.add(caught.value.diagnostics())
    assert len(words) == 1


def test_a_used_key_needs_to_be_made_anew_for_another_place(district: District) -> None:
    asked = request(district, new_code(district).code)
    enrolment.redeem(district.office, asked)
    second = asked.model_copy(update={"code": new_code(district).code})
    with pytest.raises(Refused):
        enrolment.redeem(district.office, second)
    fresh = request(district, second.code)
    assert enrolment.redeem(district.office, fresh).kiosk_id


def test_a_code_has_eighty_bits_and_only_its_hash_is_kept(small: District) -> None:
    code = new_code(small).code.replace("-", "")
    assert len(code) == 16
    with small.office.db.read() as session:
        (held,) = session.scalars(select(tables.EnrolmentCode.code_hash))
    assert held == hashlib.sha256(b"sibao/enrolment-code/v1\0" + code.encode()).digest()


def test_a_key_of_another_length_is_no_key(small: District) -> None:
    asked = request(small, new_code(small).code).model_copy(update={"public_key": b"short"})
    with pytest.raises(WireError):
        enrolment.redeem(small.office, asked)


def test_nobody_makes_codes_or_revokes_kiosks_of_another_enterprise(small: District) -> None:
    kiosk = small.kiosk("acme")
    with pytest.raises(NotFound):
        enrolment.make_code(small.office, DAVE, "zenith", small.gates["acme"].gate_id, URL)
    with pytest.raises(NotFound):
        enrolment.revoke_kiosk(small.office, DAVE, "zenith", kiosk.kiosk_id, "mine")
    assert enrolment.kiosks(small.office, Scope.of("zenith")) == ()


def test_a_revoked_kiosk_is_shown_as_such_and_its_key_ends(small: District) -> None:
    kiosk = small.kiosk()
    enrolment.revoke_kiosk(small.office, BOB, "acme", kiosk.kiosk_id, "stolen")
    (row,) = enrolment.kiosks(small.office, Scope(sites=frozenset({kiosk.place[1]})))
    assert row.revoked_at == small.clock.now()
    assert enrolment.key_of(small.office, kiosk.kiosk_id).until == small.clock.now()
    with pytest.raises(Refused):
        enrolment.revoke_kiosk(small.office, BOB, "acme", kiosk.kiosk_id, "again")


def test_a_sign_of_life_is_kept_and_never_goes_back(small: District) -> None:
    kiosk = small.kiosk()
    early = small.clock.now()
    small.clock.advance(60)
    enrolment.seen(small.office, kiosk.kiosk_id, small.clock.now())
    enrolment.seen(small.office, kiosk.kiosk_id, early)
    (row,) = enrolment.kiosks(small.office, Scope.of("acme"))
    assert row.last_seen == small.clock.now()
