"""What was ended after a backup stays ended when the backup is put back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from checkpoint.clock import to_ms
from checkpoint.domain.entry import Personal
from checkpoint.domain.health_pass import PassKind
from checkpoint.entrylog.audit import audit
from checkpoint.errors import NotFound, StorageFault
from checkpoint.services import (
    authorizing,
    backup,
    editing,
    enrolment,
    erasing,
    issuing,
    keys,
    pass_history,
    repeating,
    restoring,
    roster,
)
from checkpoint.services.auditing import open_database
from checkpoint.services.erasing import ErasureForm
from checkpoint.services.forms import PassForm, WarrantForm, WorkerForm
from checkpoint.services.ingest import ingest
from checkpoint.services.keys import WithdrawalForm
from checkpoint.services.roster import holder
from checkpoint.storage.ended_store import FILE, Ended, EndedStore
from tests.checkpoint.services.district import ALICE, BOB, District, id_number

NAME, PHONE = "欧阳试无痕", "13911112222"


def worker(district: District, serial: int, name: str = "留下者") -> tuple[str, str]:
    """A worker of Bob's and the worker's pass."""
    form = WorkerForm(name, id_number(serial), PHONE, "焊工")
    holder_id = roster.add_worker(district.office, BOB, "acme", form)
    until = district.clock.now() + timedelta(days=20)
    wanted = PassForm(PassKind.WORKER, until, holder_id=holder_id)
    return holder_id, issuing.issue_pass(district.office, BOB, "acme", wanted).health_pass.pass_id


def test_what_was_ended_since_the_backup_is_ended_again(
    district: District, database_url: str, tmp_path: Path
) -> None:
    office, clock = district.office, district.clock
    gone, _ = worker(district, 7, NAME)
    _, lost_pass = worker(district, 8)
    blocked, _ = worker(district, 9)
    freed, _ = worker(district, 10)
    resigned, _ = worker(district, 12)
    kiosk, revoked = district.kiosk(), district.kiosk("zenith")
    term = (clock.now() - timedelta(days=1), clock.now() + timedelta(days=9))
    warrant = authorizing.grant_warrant(office, ALICE, WarrantForm("acme", "Carol", *term))
    old = office.keys.enterprise("acme").key_id
    person = Personal(NAME, id_number(7)[-4:], gone)
    ingest(office, kiosk.kiosk_id, kiosk.batch([kiosk.entry(person)]))
    made = backup.write(office, database_url, tmp_path / "backup")

    clock.advance(3600)
    issuing.block_holder(office, BOB, "acme", gone, "left")
    erasing.erase_person(office, BOB, ErasureForm("acme", gone))
    issuing.revoke_pass(office, BOB, "acme", lost_pass, "lost")
    issuing.block_holder(office, BOB, "acme", blocked, "left")
    issuing.block_holder(office, BOB, "acme", freed, "by mistake")
    issuing.unblock_holder(office, BOB, "acme", freed, "it was a mistake")
    editing.leave(office, BOB, "acme", resigned, "resigned")
    authorizing.revoke_warrant(office, ALICE, warrant.warrant_id, "left")
    authorizing.suspend(office, ALICE, "zenith", "fire")
    enrolment.revoke_kiosk(office, ALICE, "zenith", revoked.kiosk_id, "stolen")
    keys.withdraw(office, ALICE, WithdrawalForm(old, "copied"))
    late, late_pass = worker(district, 11, NAME)
    issuing.revoke_pass(office, BOB, "acme", late_pass, "lost")
    erasing.erase_person(office, BOB, ErasureForm("acme", late))
    ingest(office, kiosk.kiosk_id, kiosk.batch([kiosk.entry()]))

    backup.put_back(office, database_url, tmp_path / "backup")
    assert holder(office, "acme", gone).name == NAME, "the backup still knows"
    restoring.begin(office, ALICE, "the disk broke", made.made_at)
    told = repeating.repeat(office, to_ms(made.made_at))

    assert told.done == {
        "erase_person": 1,
        "revoke_pass": 2,
        "block_holder": 2,
        "leave_holder": 1,
        "revoke_warrant": 1,
        "suspend": 1,
        "revoke_kiosk": 1,
        "withdraw_key": 1,
    }
    assert [line.subject for line in told.passes] == [late_pass]
    with pytest.raises(NotFound, match="was erased"):
        holder(office, "acme", gone)
    assert erasing.entries_of(office, gone) == 0
    assert holder(office, "acme", blocked).blocked_at
    assert not holder(office, "acme", freed).blocked_at
    assert holder(office, "acme", resigned).left_at
    assert pass_history.standing(office, "acme", resigned) == ()
    again = kiosk.entry(Personal(NAME, id_number(11)[-4:], late))
    ingest(office, kiosk.kiosk_id, kiosk.batch([*kiosk.links[1:2], again]))
    assert erasing.entries_of(office, late) == 0, "what gates send later comes without the person"
    again_told = repeating.repeat(office, to_ms(made.made_at))
    assert again_told.done == {}, "once is enough"
    assert again_told.unknown == told.unknown, "who was erased is not unknown"
    with open_database(database_url, office.keys.folder) as evidence:
        assert not audit(evidence).breaches


def test_the_list_outside_of_the_database_says_no_word_about_people(
    small: District, tmp_path: Path
) -> None:
    holder_id, _ = worker(small, 7, NAME)
    issuing.block_holder(small.office, BOB, "acme", holder_id, f"{NAME} left")
    text = (small.office.heads.folder / FILE).read_text(encoding="utf-8")
    assert holder_id in text
    assert not any(word in text for word in (NAME, PHONE, id_number(7), "left", "Bob"))


def test_what_was_refused_is_not_in_the_list(small: District) -> None:
    holder_id, _ = worker(small, 7)
    with pytest.raises(Exception, match="not blocked"):
        issuing.unblock_holder(small.office, BOB, "acme", holder_id, "why not")
    assert not list(EndedStore(small.office.heads.folder).since(0))


def test_nothing_is_ended_that_could_not_be_kept_outside(small: District) -> None:
    holder_id, _ = worker(small, 7)
    folder = small.office.heads.folder
    (folder / FILE).mkdir(parents=True)
    with pytest.raises(StorageFault, match="ended"):
        issuing.block_holder(small.office, BOB, "acme", holder_id, "left")
    assert not holder(small.office, "acme", holder_id).blocked_at


def test_a_line_that_a_crash_cut_short_is_passed_over(tmp_path: Path) -> None:
    store = EndedStore(tmp_path)
    one = Ended(1, "revoke_pass", "00ff", "acme")
    store.add(one)
    with (tmp_path / FILE).open("ab") as file:
        file.write(b'{"at":2,"ve')
    other = Ended(3, "erase_person", "11ee", "acme", "request")
    store.add(other)
    assert list(store.since(0)) == [one, other]
    assert list(store.since(2)) == [other]
