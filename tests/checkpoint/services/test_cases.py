"""Carol's cases: add-only, committed to, seen by whom they concern, and gone with the person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from checkpoint.domain.entry import Personal
from checkpoint.domain.inspection_case import WORDS_MOST, CaseKind, CaseState, StepKind
from checkpoint.entrylog.audit import audit
from checkpoint.entrylog.report import Layer, Verdict
from checkpoint.errors import NotFound, Overtaken, Refused
from checkpoint.services import (
    Scope,
    auditing,
    case_views,
    cases,
    erasing,
    own_record,
    resealing,
    retaining,
    roster,
    verifying,
)
from checkpoint.services.case_steps import Step
from checkpoint.services.erasing import ErasureForm
from checkpoint.services.forms import WorkerForm
from checkpoint.services.ingest import ingest
from checkpoint.services.rows import EntryPlace
from checkpoint.storage import tables
from tests.checkpoint.services.district import (
    ALICE,
    BOB,
    CAROL,
    NOON,
    District,
    Kiosk,
    id_number,
)

ACME, ALL = Scope.of("acme"), Scope.whole_district()
ID = "00112233445566aa"
HOSTILE = '=HYPERLINK("http://x","y") 𠮷 <script>\nsecond line'


@pytest.fixture
def worker(district: District) -> str:
    form = WorkerForm("张三丰", id_number())
    return roster.add_worker(district.office, BOB, "acme", form)


@pytest.fixture
def kiosk(district: District, worker: str) -> Kiosk:
    """Three entries of 张三丰 and one of 李四 at acme's gate."""
    made = district.kiosk("acme")
    for minute in range(3):
        made.entry(Personal("张三丰", "283X", worker), at=NOON - timedelta(minutes=9 - minute))
    made.entry(Personal("李四", "0011", "00000000000000bb"), at=NOON)
    ingest(district.office, made.kiosk_id, made.batch())
    return made


def opened(district: District, kiosk: Kiosk, *seqs: int, case_id: str = ID) -> str:
    places = tuple(EntryPlace(kiosk.kiosk_id, 1, seq) for seq in seqs)
    form = cases.CaseForm(case_id, CaseKind.CONDUCT, "夜班借证", places)
    return cases.open_case(district.office, CAROL, ACME, form)


def said(district: District, kind: StepKind, words: str = "看过录像", seen: int = 0) -> None:
    form = cases.StepForm(ID, Step(kind, words), seen)
    cases.add_step(district.office, CAROL, ACME, form)


def seen(district: District, scope: Scope = ACME) -> case_views.CaseView:
    return case_views.view(district.office, CAROL, scope, ID)


def test_a_case_is_opened_once_however_often_the_button_is_pressed(
    district: District, kiosk: Kiosk
) -> None:
    assert opened(district, kiosk, 1, 2) == opened(district, kiosk, 1, 2) == ID
    view = seen(district)
    assert [step.kind for step in view.steps] == [StepKind.OPENED, StepKind.ENTRY]
    assert [one.place.seq for one in view.entries] == [1, 2]
    assert all(one.same and one.row and one.row.name == "张**" for one in view.entries)
    assert (view.row.title, view.row.state) == ("夜班借证", CaseState.OPEN)


def test_notes_are_added_and_corrected_never_changed(district: District, kiosk: Kiosk) -> None:
    opened(district, kiosk, 1)
    for _ in range(2):
        said(district, StepKind.NOTE, HOSTILE)
    form = cases.StepForm(ID, Step(StepKind.CORRECTION, "应为李四", "3"))
    cases.add_step(district.office, CAROL, ACME, form)
    steps = seen(district).steps
    assert [(x.kind, x.words, x.detail) for x in steps[2:]] == [
        (StepKind.NOTE, HOSTILE, ""),
        (StepKind.CORRECTION, "应为李四", "3"),
    ]
    assert all(step.sound and step.name == "Carol" for step in steps)
    wrong = replace(form, step=Step(StepKind.CORRECTION, "更正", "1"))
    with pytest.raises(NotFound):
        cases.add_step(district.office, CAROL, ACME, wrong)


@pytest.mark.parametrize("words", ["", " \n ", "字" * (WORDS_MOST + 1), "a\u202eb", "a\x00b"])
def test_words_that_can_not_stand_are_refused(district: District, kiosk: Kiosk, words: str) -> None:
    opened(district, kiosk, 1)
    with pytest.raises(Refused, match="words"):
        said(district, StepKind.NOTE, words)
    assert len(seen(district).steps) == 2


def test_a_case_is_closed_with_a_conclusion_and_opened_again(
    district: District, kiosk: Kiosk
) -> None:
    opened(district, kiosk, 1)
    said(district, StepKind.CLOSED, "证件已补办", seen=2)
    assert seen(district).row.state is CaseState.CLOSED
    with pytest.raises(Refused, match="closed"):
        said(district, StepKind.WAITING, "等门岗", seen=3)
    said(district, StepKind.REOPENED, "又有一次", seen=3)
    assert (seen(district).row.state, seen(district).row.closed_at) == (CaseState.OPEN, None)


def test_who_comes_second_is_told_who_came_first(district: District, kiosk: Kiosk) -> None:
    opened(district, kiosk, 1)
    said(district, StepKind.WAITING, "等企业答复", seen=2)
    with pytest.raises(Overtaken) as told:
        said(district, StepKind.CLOSED, "证件已补办", seen=2)
    assert told.value.who == "Carol"
    assert seen(district).row.state is CaseState.WAITING


def test_the_enterprise_knows_what_was_released_and_answers(
    district: District, kiosk: Kiosk
) -> None:
    opened(district, kiosk, 1)
    said(district, StepKind.NOTE, "内部意见")
    office, answer = district.office, Step(StepKind.ANSWERED, "已整改")
    assert case_views.released(office, "acme") == ()
    with pytest.raises(NotFound):
        case_views.released_view(office, "acme", ID)
    with pytest.raises(NotFound):
        cases.answer(office, BOB, "acme", cases.StepForm(ID, answer))
    said(district, StepKind.RELEASED, "请说明夜班门岗的情况", seen=3)
    cases.answer(office, BOB, "acme", cases.StepForm(ID, answer))
    told = case_views.released_view(office, "acme", ID)
    assert [step.words for step in told.told] == ["请说明夜班门岗的情况", "已整改"]
    assert told.row.title == ""
    with pytest.raises(NotFound):
        case_views.released_view(office, "zenith", ID)
    assert seen(district).steps[-1].words == "已整改"


def test_the_scope_ends_at_the_enterprise_and_the_bureau_sees_all(
    district: District, kiosk: Kiosk
) -> None:
    opened(district, kiosk, 1)
    assert [row.case_id for row in case_views.listed(district.office, ALL, [*CaseState]).rows] == [
        ID
    ]
    cases.add_step(district.office, ALICE, ALL, cases.StepForm(ID, Step(StepKind.NOTE, "区局已阅")))
    other = Scope.of("zenith")
    assert case_views.listed(district.office, other, [*CaseState]).rows == ()
    with pytest.raises(NotFound):
        seen(district, other)
    with pytest.raises(NotFound):
        cases.add_step(district.office, CAROL, other, cases.StepForm(ID, Step(StepKind.NOTE, "x")))
    strange = district.kiosk("zenith")
    strange.entry()
    ingest(district.office, strange.kiosk_id, strange.batch())
    place = EntryPlace(strange.kiosk_id, 1, 1)
    with pytest.raises(NotFound):
        cases.link_entries(district.office, CAROL, ACME, ID, [place])
    with pytest.raises(Refused, match="another site"):
        cases.link_entries(district.office, ALICE, ALL, ID, [place])


def test_lookups_and_verifications_are_linked(district: District, kiosk: Kiosk) -> None:
    opened(district, kiosk, 1)
    found = verifying.verify(district.office, CAROL, ACME, [EntryPlace(kiosk.kiosk_id, 1, 1)])
    cases.verified(district.office, CAROL, ACME, ID, found)
    with district.office.db.read() as session:
        line = session.scalars(select(tables.Lookup.id).order_by(tables.Lookup.id)).all()[-1]
    for _ in range(2):
        cases.link_lookup(district.office, CAROL, ACME, ID, line)
    view = seen(district)
    assert [(one.number, one.verb) for one in view.lookups] == [(line, "verify")]
    assert case_views.found_in(view.steps[2])["verdict"] == "intact"
    with pytest.raises(NotFound):
        cases.link_lookup(district.office, ALICE, ALL, ID, line)


def test_a_changed_step_is_told_by_the_page_and_by_an_audit(
    district: District, kiosk: Kiosk
) -> None:
    opened(district, kiosk, 1)
    said(district, StepKind.NOTE, "看过录像")
    with auditing.evidence(district.office, ALL) as found:
        assert audit(found).verdict is Verdict.INTACT
    with district.office.db.write() as session:
        mine = update(tables.CaseStep).where(tables.CaseStep.number == 3)
        session.execute(mine.values(at=1, digest=bytes(32)))
    assert [step.sound for step in seen(district).steps] == [True, True, False]
    with auditing.evidence(district.office, ALL) as found:
        report = audit(found)
    assert report.verdict is Verdict.TAMPERED
    assert {breach.layer for breach in report.breaches} == {Layer.RECORD}


def words(district: District) -> list[str]:
    return [step.words for step in seen(district).steps if step.words]


def test_the_words_go_with_the_person_and_the_case_stays(
    district: District, kiosk: Kiosk, worker: str
) -> None:
    opened(district, kiosk, 1)
    said(district, StepKind.NOTE, "看过录像")
    own = own_record.own_record(district.office, BOB, ErasureForm("acme", worker), "asked")
    assert [one["case"] for one in own["cases"]] == [ID]
    assert [one["words"] for one in own["cases"][0]["words"]] == ["夜班借证", "看过录像"]
    erasing.erase_person(district.office, BOB, ErasureForm("acme", worker))
    assert words(district) == []
    assert [step.erased for step in seen(district).steps] == [True] * 3
    with auditing.evidence(district.office, ALL) as found:
        assert audit(found).verdict is Verdict.INTACT


def test_a_note_elsewhere_that_names_the_person_goes_too(
    district: District, kiosk: Kiosk, worker: str
) -> None:
    opened(district, kiosk, 4)
    said(district, StepKind.NOTE, "与张三丰同行")
    said(district, StepKind.NOTE, "与本人核对过")
    erasing.erase_person(district.office, BOB, ErasureForm("acme", worker))
    assert words(district) == ["夜班借证", "与本人核对过"]


def test_words_of_others_are_not_in_a_persons_own_record(
    district: District, kiosk: Kiosk, worker: str
) -> None:
    opened(district, kiosk, 1, 4)
    own = own_record.own_record(district.office, BOB, ErasureForm("acme", worker), "asked")
    assert own["cases"][0]["of_others_too"]
    assert "words" not in own["cases"][0]


def test_words_of_closed_cases_end_with_the_retention_of_entries(
    district: District, kiosk: Kiosk
) -> None:
    opened(district, kiosk, 4)
    opened(district, kiosk, 1, case_id="f" * 16)
    said(district, StepKind.CLOSED, "证件已补办", seen=2)
    district.clock.advance(timedelta(days=400).total_seconds())
    assert retaining.due(district.office).cases == 3
    assert retaining.retain(district.office).cases == 3
    assert words(district) == []
    other = case_views.view(district.office, CAROL, ACME, "f" * 16)
    assert other.row.title == "夜班借证"


def test_words_are_sealed_anew(district: District, kiosk: Kiosk) -> None:
    opened(district, kiosk, 1)
    said(district, StepKind.NOTE, HOSTILE)
    resealing.rotate(district.office, lambda _seconds: None)
    assert words(district) == ["夜班借证", HOSTILE]


def test_nothing_that_was_typed_lies_open(small: District) -> None:
    made = small.kiosk("acme")
    made.entry()
    ingest(small.office, made.kiosk_id, made.batch())
    opened(small, made, 1)
    said(small, StepKind.NOTE, "只在密封里的话")
    small.office.db.scrub()
    path = Path(str(small.office.db.engine.url.database))
    content = path.read_bytes()
    assert "只在密封里的话".encode() not in content
    assert "夜班借证".encode() not in content
