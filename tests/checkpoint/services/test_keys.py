"""Keys change without a card printed again, and a stolen one is worth nothing at once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from checkpoint.clock import FixedClock
from checkpoint.credential import verify
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.place import BUREAU
from checkpoint.domain.reason import Reason
from checkpoint.errors import KeyFault, NotFound, Refused
from checkpoint.keys import Keyring, SigningKey
from checkpoint.keys.keyring import ENTERPRISE_PASSES
from checkpoint.services import enrolment, issuing, keys, lost, roster
from checkpoint.services.bundles import bundle_for
from checkpoint.services.forms import PassForm, RosterForm, WorkerForm
from checkpoint.services.issuing_roster import issue_roster
from checkpoint.services.keys import WithdrawalForm
from checkpoint.services.office import SERVER, KeyFolder
from checkpoint.services.pass_history import Ended, history, revoke_others
from checkpoint.services.rows import IssuedPass
from checkpoint.storage import places, tables
from checkpoint.wire.bundle import Bundle, open_bundle
from tests.checkpoint.services.district import ALICE, BOB, NOON, District, Kiosk, id_number


def card(district: District, serial: int, enterprise_id: str = "acme") -> IssuedPass:
    worker = WorkerForm("张三", id_number(serial))
    holder_id = roster.add_worker(district.office, BOB, enterprise_id, worker)
    until = district.clock.now() + timedelta(days=9)
    form = PassForm(PassKind.WORKER, until, holder_id=holder_id)
    return issuing.issue_pass(district.office, BOB, enterprise_id, form)


def bundle(district: District, kiosk: Kiosk, keyring: Keyring | None = None) -> Bundle:
    blob, _ = bundle_for(district.office, kiosk.kiosk_id)
    return open_bundle(blob, keyring or district.office.keys.server_keyring())


def judged(district: District, kiosk: Kiosk, issued: IssuedPass) -> tuple[Reason, ...]:
    trust = bundle(district, kiosk).trust
    found = verify(issued.text, trust, district.clock.now())
    assert found.health_pass is not None
    return found.reasons


def test_a_rotation_prints_no_pass_again(district: District) -> None:
    kiosk, old = district.kiosk(), card(district, 1)
    district.clock.advance(60)
    key = keys.rotate(district.office, ALICE, "acme", "yearly")
    new = card(district, 2)
    assert new.health_pass.key_id == key.key_id != old.health_pass.key_id
    assert (judged(district, kiosk, old), judged(district, kiosk, new)) == ((), ())
    again = issuing.text_of(district.office, "acme", old.health_pass.pass_id)
    assert again.text == old.text
    rows = [row for row in keys.keys(district.office) if row.key.owner == "acme"]
    assert [row.signs for row in rows] == [False, True]
    folder = district.office.keys.folder
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.rglob("*"))


def test_a_withdrawn_keys_passes_are_refused_and_others_are_not(district: District) -> None:
    kiosk, stolen = district.kiosk(), card(district, 1)
    before = bundle(district, kiosk).version
    other = card(district, 1, "zenith")
    district.clock.advance(1)
    form = WithdrawalForm(stolen.health_pass.key_id, "laptop stolen")
    done = keys.withdraw(district.office, ALICE, form)
    assert (done.passes, done.withdrawal.owner) == (1, "acme")
    assert judged(district, kiosk, stolen) == (Reason.REVOKED,)
    fresh = card(district, 2)
    assert fresh.health_pass.key_id == done.signs.key_id != stolen.health_pass.key_id
    assert judged(district, kiosk, fresh) == ()
    assert judged(district, district.kiosk("zenith"), other) == ()
    assert bundle(district, kiosk).version > before
    with pytest.raises(Refused, match="withdrawn already"):
        keys.withdraw(district.office, ALICE, form)


def test_a_withdrawal_may_be_of_a_time(district: District) -> None:
    kiosk, first = district.kiosk(), card(district, 1)
    district.clock.advance(100)
    middle = district.clock.now()
    second = card(district, 2)
    district.clock.advance(100)
    key_id = first.health_pass.key_id
    form = WithdrawalForm(key_id, "printer left open", until=middle)
    assert keys.withdraw(district.office, ALICE, form).passes == 1
    assert judged(district, kiosk, first) == (Reason.REVOKED,)
    assert judged(district, kiosk, second) == ()
    assert card(district, 3).health_pass.key_id == key_id, "it still signs"
    done = keys.withdraw(district.office, ALICE, WithdrawalForm(key_id, "again", since=middle))
    assert done.passes == 2
    assert judged(district, kiosk, second) == (Reason.REVOKED,)
    assert done.signs.key_id != key_id


def test_a_second_that_a_withdrawal_names_in_part_counts_whole(district: District) -> None:
    kiosk, first = district.kiosk(), card(district, 1)
    part = district.clock.now() + timedelta(milliseconds=500)
    district.clock.advance(100)
    second, key_id = card(district, 2), first.health_pass.key_id
    form = WithdrawalForm(key_id, "handed out wrongly", since=part, until=part + timedelta(0, 1))
    done = keys.withdraw(district.office, ALICE, form)
    at = first.health_pass.issued_at
    assert (done.withdrawal.since, done.withdrawal.until) == (at, at + timedelta(seconds=2))
    assert done.passes == 1
    assert judged(district, kiosk, first) == (Reason.REVOKED,)
    assert judged(district, kiosk, second) == ()


@pytest.mark.parametrize("ends", [(0, 5), (5, None), (-5, -9)], ids=["until", "since", "order"])
def test_a_withdrawal_of_no_past_time_is_refused(
    small: District, ends: tuple[int, int | None]
) -> None:
    key_id = small.office.keys.enterprise("acme").key_id
    now = small.clock.now()
    since, until = (None if end is None else now + timedelta(minutes=end) for end in ends)
    with pytest.raises(Refused):
        keys.withdraw(small.office, ALICE, WithdrawalForm(key_id, "no", since, until))


def test_unknown_keys_and_owners_are_told(small: District) -> None:
    with pytest.raises(NotFound):
        keys.withdraw(small.office, ALICE, WithdrawalForm("00000000", "no"))
    with pytest.raises(NotFound):
        keys.rotate(small.office, ALICE, "nobody", "no")
    assert [row.key.owner for row in keys.keys(small.office)] == ["server"], "a list makes no keys"


def test_a_servers_key_hands_over_to_the_next(district: District) -> None:
    kiosk, office = district.kiosk(), district.office
    first = Keyring([office.keys.server.trusted])
    for _ in range(2):
        district.clock.advance(60)
        keys.rotate(office, ALICE, SERVER, "yearly")
    with office.db.read() as session:
        handed = tables.Signature.subject.startswith("handover/")
        assert session.scalar(select(func.count()).where(handed)) == 2
    arrived = bundle(district, kiosk, first)
    assert len(arrived.server_keys.keys) == 3
    keys.withdraw(office, ALICE, WithdrawalForm(first.keys[0].key_id, "stolen"))
    arrived = bundle(district, kiosk, first)
    assert first.keys[0] not in arrived.server_keys.keys
    assert first.keys[0] in office.keys.ring(SERVER).keys, "old receipts can still be read"


def test_part_of_a_servers_key_is_not_withdrawn(small: District) -> None:
    form = WithdrawalForm(small.office.keys.server.key_id, "no", until=NOON)
    with pytest.raises(Refused, match="whole"):
        keys.withdraw(small.office, ALICE, form)


def test_a_key_near_its_end_is_followed_by_itself(small: District) -> None:
    kiosk, office = small.kiosk(), small.office
    old = card(small, 1)
    trusted = Keyring([bundle(small, kiosk).server_keys.keys[0]])
    small.clock.advance(701 * 86400)
    arrived = bundle(small, kiosk, trusted)
    assert len(arrived.server_keys.keys) == 2
    assert office.keys.enterprise("acme").key_id != old.health_pass.key_id
    assert len(bundle(small, kiosk).server_keys.keys) == 2, "once is enough"


def test_the_one_key_of_earlier_versions_stays_in_use(tmp_path: Path) -> None:
    single = tmp_path / "keys" / "enterprise" / "acme.json"
    old = SigningKey.generate("acme", ENTERPRISE_PASSES, NOON)
    old.save(single)
    folder = KeyFolder(tmp_path / "keys", FixedClock(NOON + timedelta(days=1)))
    assert folder.ring("acme").keys == () or folder.enterprise("acme").key_id == old.key_id
    assert folder.enterprise("acme").key_id == old.key_id
    assert not single.exists()
    moved = single.with_suffix("") / f"{old.key_id}.json"
    assert moved.stat().st_mode & 0o777 == 0o600
    assert folder.add("acme").key_id != old.key_id
    assert len(folder.ring("acme").keys) == 2


def test_another_process_sees_a_rotation_at_once(tmp_path: Path) -> None:
    clock = FixedClock(NOON)
    one, two = (KeyFolder(tmp_path / "keys", clock) for _ in range(2))
    assert one.bureau.key_id == two.bureau.key_id
    clock.advance(5)
    fresh = two.add(BUREAU)
    assert one.bureau.key_id == fresh.key_id
    two.retire(BUREAU, fresh.key_id)
    assert one.bureau.key_id != fresh.key_id


def test_no_key_is_made_before_the_one_it_follows(small: District) -> None:
    keys.rotate(small.office, ALICE, "acme", "first")
    small.clock.jump(NOON - timedelta(hours=1))
    with pytest.raises(KeyFault, match="begins now or later"):
        keys.rotate(small.office, ALICE, "acme", "second")


def test_a_restored_server_does_not_fall_behind_its_kiosks(district: District) -> None:
    kiosk = district.kiosk()
    assert bundle(district, kiosk).version == 1
    with district.office.db.write() as session:
        places.kiosk(session, kiosk.kiosk_id).bundle_version = 41
    assert bundle(district, kiosk).version == 42
    assert bundle(district, district.kiosk("zenith")).version == 1, "each has its own sequence"
    with district.office.db.write() as session:
        places.kiosk(session, kiosk.kiosk_id).bundle_version = (1 << 63) - 1
    assert bundle(district, kiosk).version == 42, "a lie moves nothing"


def test_a_code_made_before_a_rotation_is_still_good(small: District) -> None:
    gate_id = small.gates["acme"].gate_id
    code = enrolment.make_code(small.office, BOB, "acme", gate_id, "http://127.0.0.1:8000")
    small.clock.advance(60)
    keys.rotate(small.office, ALICE, SERVER, "yearly")
    assert small.office.keys.server_keyring().by_id(code.server_key_id)


def test_only_passes_in_force_are_counted_as_hit(district: District) -> None:
    office = district.office
    kept, lost, left, early = (card(district, serial).health_pass for serial in range(1, 5))
    issuing.revoke_pass(office, BOB, "acme", lost.pass_id, "lost")
    issuing.block_holder(office, BOB, "acme", left.holder_id, "left")
    begins = district.clock.now() + timedelta(days=1)
    until = begins + timedelta(days=1)
    later = PassForm(PassKind.WORKER, until, begins, holder_id=early.holder_id)
    issuing.issue_pass(office, BOB, "acme", later)
    issuing.revoke_pass(office, BOB, "acme", early.pass_id, "lost")
    district.clock.advance(1)
    assert keys.withdraw(office, ALICE, WithdrawalForm(kept.key_id, "stolen")).passes == 1


def test_who_held_a_withdrawn_keys_pass_is_listed_until_another_one_is_issued(
    district: District,
) -> None:
    office = district.office
    needy, left, served = (card(district, serial).health_pass for serial in range(1, 4))
    issuing.block_holder(office, BOB, "acme", left.holder_id, "left")
    district.clock.advance(1)
    keys.withdraw(office, ALICE, WithdrawalForm(needy.key_id, "stolen"))
    form = PassForm(PassKind.WORKER, served.expires_at, holder_id=served.holder_id)
    issuing.issue_pass(office, BOB, "acme", form)
    assert [row.pass_id for row in issuing.in_need(office, "acme")] == [needy.pass_id]
    assert issuing.in_need(office, "zenith") == ()
    states = {row.pass_id: row.withdrawn for row in issuing.passes(office, "acme").rows}
    assert (states.pop(needy.pass_id), sum(states.values())) == (True, 2)
    made = issue_roster(office, BOB, "acme", RosterForm(needy.expires_at))
    assert [one.health_pass.holder_id for one in made.passes] == [needy.holder_id]
    assert issuing.in_need(office, "acme") == ()


def test_of_a_withdrawn_time_only_those_passes_are_gone(district: District) -> None:
    office = district.office
    first = card(district, 1).health_pass
    district.clock.advance(100)
    second = card(district, 2).health_pass
    form = WithdrawalForm(first.key_id, "printer left open", until=second.issued_at)
    keys.withdraw(office, ALICE, form)
    assert [row.pass_id for row in issuing.in_need(office, "acme")] == [first.pass_id]
    assert issuing.text_of(office, "acme", first.pass_id).withdrawn
    assert not issuing.text_of(office, "acme", second.pass_id).withdrawn


def test_a_pass_tells_how_it_ended(district: District) -> None:
    office = district.office
    old = card(district, 1).health_pass
    district.clock.advance(60)
    new = lost.reissue(office, BOB, "acme", old.pass_id, "lost on the bus").health_pass
    told = history(office, "acme", old.pass_id)
    assert told.revoked == Ended(district.clock.now(), "lost on the bus", "Bob")
    assert (told.successor, [row.pass_id for row in told.others]) == (new.pass_id, [new.pass_id])
    issuing.block_holder(office, BOB, "acme", old.holder_id, "left")
    district.clock.advance(60)
    keys.withdraw(office, ALICE, WithdrawalForm(new.key_id, "stolen"))
    told = history(office, "acme", new.pass_id)
    assert (told.revoked, told.successor, told.others) == (None, "", ())
    assert told.blocked is not None
    assert (told.blocked.why, told.blocked.by) == ("left", "Bob")
    assert told.withdrawn is not None
    assert (told.withdrawn.why, told.withdrawn.by) == ("stolen", "Alice")
    with pytest.raises(NotFound):
        history(office, "zenith", old.pass_id)


def test_a_holders_other_passes_are_revoked_at_once(district: District) -> None:
    office, first = district.office, card(district, 1).health_pass
    form = PassForm(PassKind.WORKER, first.expires_at, holder_id=first.holder_id)
    kept = issuing.issue_pass(office, BOB, "acme", form).health_pass
    other = card(district, 2).health_pass
    assert revoke_others(office, BOB, "acme", kept.pass_id, "one is enough") == 1
    rows = {row.pass_id: row.revoked for row in issuing.passes(office, "acme").rows}
    assert rows == {first.pass_id: True, kept.pass_id: False, other.pass_id: False}
