"""Carol opens a case, Alice notes in it, Bob answers what he was told; nobody else knows of it."""

from __future__ import annotations

import re

import pypdfium2
import pytest

from tests.admin.plant import Plant, Visitor
from tests.admin.test_audit_page import filled

SCRIPT = '<script>alert(1)</script>\n=HYPERLINK("x") 𠮷'


@pytest.fixture
def place(plant: Plant) -> str:
    """The second entry at the gate of Carol's plant."""
    return f"{filled(plant).place.kiosk_id}/1/2"


def opened(carol: Visitor, *places: str, title: str = "夜班借证", **more: str) -> str:
    """Open a case; the path of its page."""
    form = carol.post("/inspector/cases/new", place=list(places), **more).text
    case_id = re.search(r'name="case_id"[^>]*value="([0-9a-f]{16})"', form)
    assert case_id, form
    sent = {"case_id": case_id[1], "title": title, "kind": "conduct", **more}
    done = [carol.post("/inspector/cases/new", place=list(places), **sent) for _ in range(2)]
    assert {answer.status_code for answer in done} == {302}, done[0].text
    assert done[0].headers["Location"] == done[1].headers["Location"]
    return str(done[0].headers["Location"])


def step(visitor: Visitor, page: str, kind: str, words: str, **more: str) -> int:
    seen = re.findall(r'name="seen" value="(\d+)"', visitor.get(page).text)
    form = {"kind": kind, "words": words, "seen": seen[0] if seen else "0", **more}
    return visitor.post(page, **form).status_code


def steps(text: str) -> list[str]:
    return re.findall(r'data-step="(\w+)"', text)


def test_a_finding_becomes_a_case_with_its_verification(plant: Plant, place: str) -> None:
    carol = plant.visitor("carol")
    assert 'name="verified"' in carol.post("/inspector/verify", place=[place]).text
    page = opened(carol, place, verified="1")
    shown = carol.get(page).text
    assert steps(shown) == ["opened", "entry", "verified"]
    assert "夜班借证" in shown
    assert "完好" in shown
    assert "夜班借证" in carol.get("/inspector/cases").text


def test_script_in_a_note_is_text_and_lines_stay(plant: Plant, place: str) -> None:
    carol = plant.visitor("carol")
    page = opened(carol, place)
    for _ in range(2):
        assert step(carol, page, "note", SCRIPT) == 302
    shown = carol.get(page).text
    assert steps(shown) == ["opened", "entry", "note"]
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\n=HYPERLINK(&#34;x&#34;) 𠮷" in shown


def test_a_note_without_words_is_told_at_its_field(plant: Plant, place: str) -> None:
    carol = plant.visitor("carol")
    page = opened(carol, place)
    answer = carol.post(page, kind="note", words=" ", seen="2")
    assert answer.status_code == 200
    assert 'class="error"' in answer.text.split('id="told-note-"')[1]


def test_alice_reads_and_notes_and_does_no_more(plant: Plant, place: str) -> None:
    page = opened(plant.visitor("carol"), place)
    alice, theirs = plant.visitor("alice"), page.replace("inspector", "bureau")
    assert "夜班借证" in alice.get("/bureau/cases").text
    assert step(alice, theirs, "note", "区局已阅") == 302
    assert step(alice, theirs, "closed", "算了") == 200
    shown = alice.get(theirs).text
    assert steps(shown) == ["opened", "entry", "note"]
    assert "/inspector/" not in shown.split("<main")[1]


def test_bob_learns_of_it_when_he_is_told_and_answers(plant: Plant, place: str) -> None:
    carol, bob = plant.visitor("carol"), plant.visitor("bob")
    page = opened(carol, place)
    theirs = page.replace("inspector", "enterprise")
    assert bob.get(theirs).status_code == 404
    assert bob.post(theirs, kind="answered", words="x", seen="0").status_code == 404
    step(carol, page, "note", "内部意见")
    step(carol, page, "released", "请说明夜班情况")
    shown = bob.get(theirs).text
    assert "请说明夜班情况" in shown
    assert "夜班借证" not in shown
    assert "内部意见" not in shown
    assert step(bob, theirs, "answered", "已整改") == 302
    assert "已整改" in carol.get(page).text
    assert plant.visitor("dave").get(theirs).status_code == 404


def test_who_comes_second_is_told_who_was_first(plant: Plant, place: str) -> None:
    carol = plant.visitor("carol")
    page = opened(carol, place)
    assert carol.post(page, kind="waiting", words="等答复", seen="2").status_code == 302
    late = carol.post(page, kind="closed", words="办完", seen="2")
    assert late.status_code == 200
    assert "Carol" in late.text.split('role="alert"')[1]
    assert steps(carol.get(page).text)[-1] == "waiting"


def test_entries_and_lookups_are_linked_and_verified_again(plant: Plant, place: str) -> None:
    carol = plant.visitor("carol")
    page = opened(carol, place)
    more = place[:-1] + "3"
    assert carol.post(f"{page}/entries", place=[place, more]).status_code == 302
    number = re.findall(r'<option value="(\d+)">', carol.get(page).text)[0]
    assert carol.post(f"{page}/lookups", lookup=number).status_code == 302
    assert carol.post(f"{page}/verify").status_code == 302
    assert steps(carol.get(page).text) == ["opened", "entry", "entry", "lookup", "verified"]
    assert carol.post(f"{page}/lookups", lookup="9" * 30).status_code == 404
    assert carol.post(f"{page}/assign", to="nobody", seen="5").status_code == 404


def test_the_case_file_is_printed_with_the_heads(plant: Plant, place: str) -> None:
    carol = plant.visitor("carol")
    page = opened(carol, place, verified="1")
    step(carol, page, "note", SCRIPT)
    file = carol.post(f"{page}/print")
    assert file.mimetype == "application/pdf"
    text = "".join(
        each.get_textpage().get_text_bounded() for each in pypdfium2.PdfDocument(file.data)
    )
    told = text.replace("\r\n", "").replace("\u200b", "").replace("\n", "")
    assert "夜班借证" in told
    assert "<script>alert(1)</script>" in told
    assert place in told
    assert "张*" in told
    assert "张三" not in told
    assert "sibao-head/v1" in told


def test_a_case_of_another_enterprises_entry_can_not_be_opened(plant: Plant) -> None:
    filled(plant)
    other = plant.kiosk("gate_b")
    other.record(other.entry(plant.clock.now()))
    assert other.push(plant.app.test_client(), plant.clock.now()).status_code == 200
    form = {"case_id": "0" * 16, "title": "x", "kind": "other"}
    place = f"{other.place.kiosk_id}/1/1"
    carol = plant.visitor("carol")
    assert carol.post("/inspector/cases/new", place=[place], **form).status_code == 404
    assert carol.post("/inspector/cases/new", place=[], **form).status_code == 404
    assert carol.get("/inspector/cases?state=lost").status_code == 404


def test_no_words_of_a_case_are_in_the_action_record(plant: Plant, place: str) -> None:
    carol = plant.visitor("carol")
    step(carol, opened(carol, place), "note", "看过录像")
    record = plant.visitor("alice").get("/bureau/actions").text
    assert "立了核查事项" in record
    assert "看过录像" not in record
    assert "夜班借证" not in record


def test_a_further_entry_is_added_from_its_own_page(plant: Plant, place: str) -> None:
    carol, other = plant.visitor("carol"), f"{place[:-1]}3"
    page = opened(carol, place)
    case_id = page.rpartition("/")[2]
    assert page in carol.get(f"/inspector/entries/{place}").text
    shown = carol.get(f"/inspector/entries/{other}").text
    assert page not in shown
    assert f'<option value="{case_id}">夜班借证' in shown
    for _ in range(2):
        sent = carol.post("/inspector/cases/add", case=case_id, place=[other])
        assert sent.headers["Location"] == page
    assert steps(carol.get(page).text) == ["opened", "entry", "entry"]
    shown = carol.get(f"/inspector/entries/{other}").text
    assert page in shown
    assert 'name="case"' not in shown


def test_an_entry_is_added_to_no_case_of_others(plant: Plant, place: str) -> None:
    carol = plant.visitor("carol")
    case_id = opened(carol, place).rpartition("/")[2]
    for case, entry in (
        ("0" * 16, place),
        (case_id, "K-NONE/1/1"),
        (case_id, "no place"),
        ("", ""),
    ):
        assert carol.post("/inspector/cases/add", case=case, place=[entry]).status_code == 404
