"""A line of the roster is corrected by one at a time, and what stood there is gone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from checkpoint.domain.health_pass import PassKind
from checkpoint.errors import NotFound, Refused
from checkpoint.services import (
    Actor,
    bundles,
    editing,
    erasing,
    issuing,
    lookup,
    own_record,
    pass_history,
    phone,
    phone_links,
    retaining,
    roster,
)
from checkpoint.services.forms import HolderEdit, IdCorrection, PassForm, VehicleForm, WorkerForm
from checkpoint.storage import people
from checkpoint.storage.scope import Scope
from checkpoint.wire.bundle import open_bundle
from tests.checkpoint.services.district import BOB, DAVE, NOON, District, id_number
from tests.checkpoint.services.remains import remains

BELLA = Actor("b2", "enterprise", "Bella")


def worker(district: District, name: str = "张三") -> str:
    form = WorkerForm(name, id_number(7), "13800001234", "welder")
    return roster.add_worker(district.office, BOB, "acme", form)


def a_pass(district: District, holder_id: str, kind: PassKind = PassKind.WORKER) -> str:
    until = district.clock.now() + timedelta(days=9)
    wanted = PassForm(kind, until, holder_id=holder_id)
    return issuing.issue_pass(district.office, BOB, "acme", wanted).health_pass.pass_id


def test_a_worker_is_what_the_edit_says(district: District) -> None:
    holder_id, site = worker(district), district.sites["acme"].site_id
    form = HolderEdit(1, " 张山 ", "139 0000 5678", site, "fitter", (22 * 60, 6 * 60))
    assert editing.edit(district.office, BOB, "acme", holder_id, form) is None
    row = roster.holder(district.office, "acme", holder_id)
    assert (row.name, row.phone_tail, row.site_id, row.job) == ("张山", "5678", site, "fitter")
    assert (row.shift, row.version, row.id_tail) == ((1320, 360), 2, id_number(7)[-4:])
    found = roster.holders(district.office, "acme", "张山").rows
    assert [each.holder_id for each in found] == [holder_id]
    assert roster.holders(district.office, "acme", "张三").rows == ()


def test_a_vehicle_is_what_the_edit_says(district: District) -> None:
    made = VehicleForm("京A12345", "李四", 45, "Line 3")
    holder_id = roster.add_vehicle(district.office, BOB, "acme", made)
    form = HolderEdit(1, "王五", seats=50, route="Line 4", days="5143")
    assert editing.edit(district.office, BOB, "acme", holder_id, form) is None
    row = roster.holder(district.office, "acme", holder_id)
    assert (row.name, row.seats, row.route, row.days) == ("王五", 50, "Line 4", "1345")
    assert row.plate == "京A12345"


def test_the_second_of_two_is_told_who_and_when_and_overwrites_nothing(district: District) -> None:
    holder_id = worker(district)
    first = HolderEdit(1, "张三", job="fitter")
    assert editing.edit(district.office, BELLA, "acme", holder_id, first) is None
    district.clock.advance(60)
    told = editing.edit(district.office, BOB, "acme", holder_id, HolderEdit(1, "张三", job="cook"))
    assert told is not None
    assert (told.by, told.at, told.now.job) == ("Bella", NOON, "fitter")
    assert roster.holder(district.office, "acme", holder_id).job == "fitter"
    again = HolderEdit(told.now.version, "张三", job="cook")
    assert editing.edit(district.office, BOB, "acme", holder_id, again) is None
    assert roster.holder(district.office, "acme", holder_id).job == "cook"


def test_an_edit_that_changes_nothing_leaves_no_trace(small: District) -> None:
    holder_id = worker(small)
    same = HolderEdit(1, "张三", job="welder")
    assert editing.edit(small.office, BOB, "acme", holder_id, same) is None
    assert roster.holder(small.office, "acme", holder_id).version == 1
    verbs = [row.verb for row in lookup.actions(small.office, Scope.whole_district()).rows]
    assert "edit_holder" not in verbs


@pytest.mark.parametrize("phone_now", ["", "13900005678"])
def test_no_byte_of_what_was_edited_lingers(
    small: District, tmp_path: Path, phone_now: str
) -> None:
    holder_id = worker(small, "张三丰")
    with small.office.db.read() as session:
        row = people.holder(session, "acme", holder_id)
        before = {
            "name": row.name_sealed,
            "name index": row.name_index,
            "phone": row.phone_sealed or b"",
            "number": row.id_sealed or b"",
            "number index": row.id_index or b"",
        }
    form = HolderEdit(1, "张山", phone_now)
    assert editing.edit(small.office, BOB, "acme", holder_id, form) is None
    right = IdCorrection(2, id_number(8), "typed wrongly")
    assert editing.correct_id(small.office, BOB, "acme", holder_id, right) is None
    assert remains(before, tmp_path) == []
    assert roster.holder(small.office, "acme", holder_id).phone_tail == phone_now[-4:]


def test_an_erasure_strikes_a_former_name_that_a_pass_had(small: District) -> None:
    holder_id = worker(small, "欧阳旧名")
    a_pass(small, holder_id)
    issuing.block_holder(small.office, BOB, "acme", holder_id, "欧阳旧名 was rude")
    editing.edit(small.office, BOB, "acme", holder_id, HolderEdit(1, "欧阳新名"))
    erasing.erase_person(small.office, BOB, erasing.ErasureForm("acme", holder_id))
    told = [row.why for row in lookup.actions(small.office, Scope.whole_district()).rows]
    assert "▢ was rude" in told


def test_a_corrected_number_issues_nothing_and_says_which_passes_say_another(
    district: District,
) -> None:
    holder_id = worker(district)
    pass_id = a_pass(district, holder_id)
    assert editing.outdated(district.office, "acme", holder_id) == ()
    right = id_number(8)
    form = IdCorrection(1, right, "typed wrongly")
    assert editing.correct_id(district.office, BOB, "acme", holder_id, form) is None
    assert roster.holder(district.office, "acme", holder_id).id_tail == right[-4:]
    assert [one.pass_id for one in editing.outdated(district.office, "acme", holder_id)] == [
        pass_id
    ]
    assert issuing.text_of(district.office, "acme", pass_id).health_pass.id_tail != right[-4:]
    assert [row.holder_id for row in roster.holders(district.office, "acme", right).rows] == [
        holder_id
    ]


def test_a_number_of_somebody_else_is_refused_and_not_shown(small: District) -> None:
    holder_id = worker(small)
    other = id_number(8)
    roster.add_worker(small.office, BOB, "acme", WorkerForm("李四", other))
    with pytest.raises(Refused, match="id_number is in the roster already") as caught:
        editing.correct_id(small.office, BOB, "acme", holder_id, IdCorrection(1, other, "wrong"))
    assert other not in caught.value.diagnostics()
    with pytest.raises(Refused, match="the one in the roster"):
        editing.correct_id(
            small.office, BOB, "acme", holder_id, IdCorrection(1, id_number(7), "wrong")
        )


def test_who_left_is_refused_everywhere_and_may_come_back(district: District) -> None:
    office, holder_id, kiosk = district.office, worker(district), district.kiosk()
    pass_id = a_pass(district, holder_id)
    until = district.clock.now() + timedelta(days=9)
    phone.make_link(office, BOB, "acme", PassForm(PassKind.WORKER, until, holder_id=holder_id))
    assert editing.leave(office, BOB, "acme", holder_id, "resigned") == 1
    assert phone_links.unused(office, "acme") == ()
    blob, _ = bundles.bundle_for(office, kiosk.kiosk_id)
    bundle = open_bundle(blob, office.keys.server_keyring())
    assert pass_id in bundle.trust.revoked
    assert holder_id in bundle.trust.blocked
    row = roster.holder(office, "acme", holder_id)
    assert (row.left_at, row.left_why, row.blocked) == (NOON, "resigned", False)
    ended = pass_history.history(office, "acme", pass_id).blocked
    assert ended is not None
    assert (ended.why, ended.by) == ("resigned", "Bob")
    with pytest.raises(Refused, match="has left"):
        a_pass(district, holder_id)
    with pytest.raises(Refused, match="has left already"):
        editing.leave(office, BOB, "acme", holder_id, "twice")
    editing.take_back(office, BOB, "acme", holder_id, "a mistake")
    assert roster.holder(office, "acme", holder_id).left_at is None
    assert issuing.text_of(office, "acme", pass_id).revoked
    assert a_pass(district, holder_id)


def test_who_left_is_kept_until_the_retention_ends(district: District) -> None:
    holder_id = worker(district)
    editing.leave(district.office, BOB, "acme", holder_id, "resigned")
    assert retaining.retain(district.office).holders == 0
    district.clock.advance(timedelta(days=400) / timedelta(seconds=1))
    assert retaining.retain(district.office).holders == 1
    with district.office.db.read() as session:
        row = people.anybody(session, holder_id)
        assert (row.name_sealed, row.left_why) == (b"", "")
    with pytest.raises(NotFound):
        roster.holder(district.office, "acme", holder_id)
    with pytest.raises(NotFound):
        editing.edit(district.office, BOB, "acme", holder_id, HolderEdit(2, "李四"))


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (HolderEdit(1, ""), "name"),
        (HolderEdit(1, "张三", "call me"), "phone"),
        (HolderEdit(1, "张三", job="x" * 65), "job"),
        (HolderEdit(1, "张三", shift=(60, 60)), "shift"),
        (HolderEdit(1, "张三", shift=(0, 1440)), "shift"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_written(
    small: District, form: HolderEdit, field: str
) -> None:
    holder_id = worker(small)
    with pytest.raises(Refused, match=field):
        editing.edit(small.office, BOB, "acme", holder_id, form)
    row = roster.holder(small.office, "acme", holder_id)
    assert (row.name, row.phone_tail, row.version) == ("张三", "1234", 1)


def test_nobody_edits_another_enterprises_holder_or_gives_it_their_site(small: District) -> None:
    holder_id = worker(small)
    with pytest.raises(NotFound):
        editing.edit(small.office, DAVE, "zenith", holder_id, HolderEdit(1, "李四"))
    with pytest.raises(NotFound):
        editing.leave(small.office, DAVE, "zenith", holder_id, "mine")
    theirs = HolderEdit(1, "张三", site_id=small.sites["zenith"].site_id)
    with pytest.raises(NotFound):
        editing.edit(small.office, BOB, "acme", holder_id, theirs)


def test_the_own_record_says_where_when_and_that_one_left(small: District) -> None:
    holder_id, site = worker(small), small.sites["acme"].site_id
    form = HolderEdit(1, "张三", site_id=site, job="welder", shift=(480, 960))
    editing.edit(small.office, BOB, "acme", holder_id, form)
    editing.leave(small.office, BOB, "acme", holder_id, "resigned")
    wanted = erasing.ErasureForm("acme", holder_id)
    told = own_record.own_record(small.office, BOB, wanted, "asked for")["roster"]
    assert (told["site_id"], told["shift"], told["left_why"]) == (site, [480, 960], "resigned")
    assert told["left_at"] == told["changed_at"] == "2026-03-02T04:00:00.000Z"
