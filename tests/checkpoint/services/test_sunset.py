"""The end of a whole deployment: nobody is left, the log is whole, and a certificate says so."""

import hashlib
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from checkpoint.domain.entry import Personal
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.remark import RemarkKind
from checkpoint.entrylog.audit import audit
from checkpoint.entrylog.erasure import Ground, open_erasure
from checkpoint.entrylog.export_file import open_export
from checkpoint.entrylog.report import Verdict
from checkpoint.entrylog.sunset import Certificate, open_certificate
from checkpoint.errors import EntryError, KeyFault, Refused, StorageFault
from checkpoint.keys import Keyring
from checkpoint.services import (
    Actor,
    Scope,
    auditing,
    erasing,
    issuing,
    lookup,
    phone,
    remarks,
    retaining,
    roster,
    sunset,
    sunset_steps,
)
from checkpoint.services.erasing import ErasureForm
from checkpoint.services.forms import PassForm, WorkerForm
from checkpoint.services.ingest import ingest
from checkpoint.services.remarks import RemarkForm
from checkpoint.services.rows import EntryPlace
from checkpoint.services.sunset import Order
from checkpoint.storage import erasures, evidence, tables
from tests.checkpoint.services.district import ALICE, BOB, CAROL, District, id_number
from tests.checkpoint.services.remains import remains, spellings
from tests.checkpoint.services.test_erasing import DAY, data_of

AMY = Actor("a2", "bureau", "Amy")
NAMES = ("欧阳试无痕", "上官试无名", "夏侯试无影")
PHONE = "13911112222"
WHY = "疫情结束 the health code ended"
SECRETS = (*NAMES, PHONE, *(id_number(serial) for serial in range(3)))
STEPS = tuple(sunset_steps.STEPS)
DEATHS = [(step, late, False) for step in STEPS for late in (False, True)]
DEATHS += [(step, True, True) for step in ("export", "erase")]
"""At which step, whether after its work, and whether the export holds persons."""


class Dead(BaseException):
    """The process is killed here."""


@pytest.fixture
def peopled(district: District) -> District:
    """Three workers with passes, entries, a phone link, a tombstone; people who talk about them."""
    office, kiosk = district.office, district.kiosk()
    until = district.clock.now() + 20 * DAY
    ids = []
    for serial, name in enumerate(NAMES):
        form = WorkerForm(name, id_number(serial), PHONE, "焊工")
        holder_id = roster.add_worker(office, BOB, "acme", form)
        wanted = PassForm(PassKind.WORKER, until, holder_id=holder_id)
        issuing.issue_pass(office, BOB, "acme", wanted)
        phone.make_link(office, BOB, "acme", wanted)
        for _ in range(4):
            kiosk.entry(Personal(name, id_number(serial)[-4:], holder_id))
        ids.append(holder_id)
    kiosk.entry()
    ingest(office, kiosk.kiosk_id, kiosk.batch())
    issuing.block_holder(office, BOB, "acme", ids[0], f"{NAMES[0]} 请假")
    place = EntryPlace(kiosk.kiosk_id, 1, 1)
    lookup.unmask(office, CAROL, Scope.whole_district(), place, f"查 {NAMES[0]}")
    said = RemarkForm(place, RemarkKind.CORRECTION, f"是 {NAMES[1]}，不是 {NAMES[0]}")
    remarks.add(office, CAROL, Scope.whole_district(), said)
    erasing.erase_person(office, ALICE, ErasureForm("acme", ids[2]))
    return district


@pytest.fixture
def order(tmp_path: Path) -> Order:
    """What Alice and Amy confirm."""
    return Order((ALICE, AMY), WHY, tmp_path / "archive")


def ended(district: District, order: Order) -> Certificate:
    sunset.begin(district.office, order)
    return sunset.proceed(district.office)[0]


def verdict(district: District) -> Verdict:
    with auditing.evidence(district.office, evidence.ALL) as log:
        report = audit(log)
    assert report.verdict is Verdict.INTACT or report.first
    return report.verdict


def people_in(archive: Path) -> list[str]:
    """Who is named in the files of an export."""
    with zipfile.ZipFile(archive) as files:
        raw = b"".join(files.read(name) for name in files.namelist())
    spelt = {name: (name.encode(), name.encode().hex().encode()) for name in NAMES}
    return [name for name, ways in spelt.items() if any(way in raw for way in ways)]


def sealed(district: District) -> dict[str, bytes]:
    """All sealed bytes and blind indexes that are kept now."""
    wanted = {
        tables.Holder: ("name_sealed", "name_index", "id_sealed", "id_index", "phone_sealed"),
        tables.IssuedPass: ("text_sealed",),
        tables.Entry: ("personal", "name_index", "tail_index"),
        tables.Tombstone: ("holder_sealed", "holder_index"),
    }
    found = {}
    with district.office.db.read() as session:
        for table, columns in wanted.items():
            for number, row in enumerate(session.scalars(select(table))):
                for column in columns:
                    found[f"{table.__name__} {number} {column}"] = getattr(row, column) or b""
    return {what: raw for what, raw in found.items() if raw}


def assert_nobody_left(district: District, tmp_path: Path, before: dict[str, bytes]) -> None:
    folder = data_of(district, tmp_path)
    if district.office.db.is_sqlite:
        # Three letters, as of Bob, come about by chance in so many signatures.
        said = {"Alice": b"Alice", "Carol": b"Carol"}
        assert remains(spellings(SECRETS) | before | said, folder) == []
    else:
        # What PostgreSQL's write-ahead log keeps for a while is sealed; its tables keep nothing.
        assert remains(before, folder / "base") == []
        assert remains(spellings(SECRETS[3:]), folder / "base") == []
    assert set(sunset.planned(district.office).erased.values()) == {0}
    assert verdict(district) is Verdict.INTACT


def test_nobody_is_left_and_the_certificate_says_so(
    peopled: District, order: Order, tmp_path: Path
) -> None:
    before = sealed(peopled)
    assert len(before) > 30
    told = ended(peopled, order)
    assert_nobody_left(peopled, tmp_path, before)
    assert (told.officers, told.why) == (("a1", "a2"), WHY)
    assert (told.before, told.after, told.export.verdict) == ("intact", "intact", "intact")
    erased = dict(told.erased)
    assert (erased["entries"], erased["holders"], erased["passes"]) == (8, 2, 2)
    assert (erased["tombstones"], erased["links"], erased["lookups"]) == (1, 1, 1)
    assert (erased["remarks"], dict(told.kept)["remarks"]) == (1, 1)
    assert dict(told.kept)["entries"] == 13
    archive = order.folder / "sibao-final.zip"
    assert hashlib.sha256(archive.read_bytes()).hexdigest() == told.export.sha256
    assert people_in(archive) == []


def test_the_erasures_are_of_the_ground_sunset(peopled: District, order: Order) -> None:
    ended(peopled, order)
    ring = peopled.office.keys.server_keyring()
    notes = [open_erasure(note, ring) for note in erasures.notes(peopled.office.db)]
    assert [(note.ground, note.entries) for note in notes] == [
        (Ground.REQUEST, 4),
        (Ground.SUNSET, 8),
    ]


def test_the_archive_holds_persons_only_where_that_was_said(
    peopled: District, order: Order, tmp_path: Path
) -> None:
    told = ended(peopled, replace(order, with_persons=True))
    assert told.export.with_persons
    archive = order.folder / "sibao-final.zip"
    assert archive.stat().st_mode & 0o777 == 0o600
    with open_export(archive, Keyring.load(order.folder / "trust.json")) as found:
        assert audit(found).verdict is Verdict.INTACT
    assert NAMES[0] in people_in(archive)
    assert sunset.planned(peopled.office).erased["entries"] == 0


def test_the_keys_are_gone_and_no_other_is_made(peopled: District, order: Order) -> None:
    office = peopled.office
    named = office.keys.sealing.key_id.hex()
    told = ended(peopled, order)
    assert told.destroyed == (named,)
    assert not [*office.keys.folder.glob("sealing*.json")]
    with pytest.raises(KeyFault, match="destroyed"):
        roster.add_worker(office, BOB, "acme", WorkerForm("新人", id_number(9)))
    assert retaining.retain_daily(office) is None


@pytest.mark.parametrize("death", DEATHS)
def test_killed_at_any_step_it_goes_on(
    peopled: District, order: Order, death: tuple[str, bool, bool], tmp_path: Path
) -> None:
    """`late`: the step's work is done, and the process dies before that is kept."""
    step, late, with_persons = death
    before, work = sealed(peopled), sunset_steps.STEPS[step]
    named = peopled.office.keys.sealing.key_id.hex()
    sunset.begin(peopled.office, replace(order, with_persons=with_persons))

    def die(*given: object) -> None:
        if late:
            work(*given)  # type: ignore[arg-type]
        raise Dead

    with pytest.MonkeyPatch.context() as broken:
        broken.setitem(sunset_steps.STEPS, step, die)
        with pytest.raises(Dead):
            sunset.proceed(peopled.office)
    state = sunset.state(peopled.office)
    assert state is not None
    assert step not in state.done
    told, state = sunset.proceed(peopled.office)
    again, _ = sunset.proceed(peopled.office)
    assert again == told
    assert set(state.done) == set(STEPS)
    assert dict(told.erased)["entries"] == 8
    assert told.destroyed == (named,)
    assert sunset.planned(peopled.office).erased["entries"] == 0
    if peopled.office.db.is_sqlite and not with_persons:
        assert_nobody_left(peopled, tmp_path, before)
    assert verdict(peopled) is Verdict.INTACT


def test_what_a_request_stored_meanwhile_is_erased_as_well(
    peopled: District, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, kiosk = peopled.office, peopled.kiosk()
    kiosk.entry(Personal(NAMES[0], "0001", "00000000000000aa"))
    work = sunset_steps.STEPS["destroy"]

    def meanwhile(*given: object) -> dict[str, object]:
        ingest(office, kiosk.kiosk_id, kiosk.batch())
        return work(*given)  # type: ignore[arg-type]

    monkeypatch.setitem(sunset_steps.STEPS, "destroy", meanwhile)
    told = ended(peopled, order)
    assert dict(told.erased)["entries"] == 9
    assert told.after == "intact"


def test_one_officer_is_not_two_and_bob_is_none(peopled: District, order: Order) -> None:
    office = peopled.office
    for officers, words in (
        ((ALICE, ALICE), "twice"),
        ((ALICE, BOB), "only officers of the bureau"),
    ):
        with pytest.raises(Refused, match=words):
            sunset.begin(office, replace(order, officers=officers))
    with pytest.raises(Refused, match="why"):
        sunset.begin(office, replace(order, why=" "))
    with pytest.raises(Refused, match="no sunset"):
        sunset.proceed(office)
    assert sunset.state(office) is None
    assert not order.folder.exists()


def test_it_begins_once(peopled: District, order: Order) -> None:
    sunset.begin(peopled.office, order)
    with pytest.raises(Refused, match="begun already"):
        sunset.begin(peopled.office, order)


def test_a_log_that_was_tampered_with_is_not_ended_unseen(peopled: District, order: Order) -> None:
    with peopled.office.db.write() as session:
        session.execute(text("UPDATE entry SET outcome = 'DENY' WHERE seq = 1"))
    with pytest.raises(Refused, match="tampered"):
        sunset.begin(peopled.office, order)
    told = ended(peopled, replace(order, despite=True))
    assert (told.before, told.after) == ("tampered", "tampered")
    assert sunset.planned(peopled.office).erased["entries"] == 0


def test_a_fault_that_came_in_the_end_stops_before_a_certificate(
    peopled: District, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(path: Path, *_: object) -> None:
        raise StorageFault("the archive is not what was written")

    sunset.begin(peopled.office, order)
    with monkeypatch.context() as broken:
        broken.setattr("checkpoint.services.sunset_steps.open_export", cut)
        with pytest.raises(StorageFault):
            sunset.proceed(peopled.office)
    state = sunset.state(peopled.office)
    assert state is not None
    assert (state.done, state.note) == (("erase",), "")


def test_a_changed_certificate_is_refused(peopled: District, order: Order) -> None:
    ended(peopled, order)
    note = (order.folder / "certificate.txt").read_text(encoding="utf-8")
    ring = Keyring.load(order.folder / "trust.json")
    assert open_certificate(note, ring).text() == note.partition("\n\n")[0] + "\n"
    with pytest.raises(EntryError):
        open_certificate(note.replace("erased entries 8", "erased entries 9"), ring)
    with pytest.raises(EntryError):
        open_certificate(note, Keyring())


def test_the_plan_counts_and_changes_nothing(peopled: District) -> None:
    first, second = sunset.planned(peopled.office), sunset.planned(peopled.office)
    assert first == second
    assert json.loads(json.dumps(first.erased))["entries"] == 8
    assert first.erased["accounts"] == 0
