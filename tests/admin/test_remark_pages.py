"""Carol says afterwards what is wrong in an entry; it stands beside it for good, in her scope."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from admin.cli import main
from checkpoint.domain.remark import WORDS_MOST
from tests.admin.plant import NOW, Kiosk, Plant, Visitor

WRONG = "体温枪未校准，36.9 应为 36.5"
SCRIPT = "<script>alert(1)</script>"


def sent(plant: Plant, gate: str = "gate_a") -> Kiosk:
    """A gate that let two people in."""
    made = plant.kiosk(gate)
    for minute in (1, 2):
        made.record(made.entry(NOW + timedelta(minutes=minute)))
    assert made.push(plant.app.test_client(), NOW + timedelta(minutes=4)).status_code == 200
    return made


@pytest.fixture
def page(plant: Plant) -> str:
    """The page of an entry that Carol may see."""
    return f"/inspector/entries/{sent(plant).place.kiosk_id}/1/2"


def say(visitor: Visitor, page: str, **form: str) -> tuple[int, str]:
    visitor.get(f"{page}/remark")
    whole = {"kind": "correction", "words": WRONG, **form}
    answer = visitor.post(f"{page}/remark", **whole)
    return answer.status_code, answer.text


def test_what_carol_says_is_shown_once_more_before_it_stands(plant: Plant, page: str) -> None:
    carol = plant.visitor("carol")
    status, text = say(carol, page)
    assert (status, WRONG in text, "确认添加" in text) == (200, True, True)
    assert "data-remark" not in carol.get(page).text
    status, text = say(carol, page, change="1")
    assert f">\r\n{WRONG}</textarea>" in text or f">{WRONG}</textarea>" in text
    assert say(carol, page, sure="1")[0] == 302
    shown = carol.get(page).text
    assert 'data-remark="correction"' in shown
    assert WRONG in shown
    assert "Carol" in shown.split("data-remark")[1]


def test_the_list_marks_what_was_corrected_and_what_has_a_late_note(
    plant: Plant, page: str
) -> None:
    carol = plant.visitor("carol")
    say(carol, page, kind="note", sure="1")
    listed = carol.get("/inspector/entries").text
    assert (listed.count(">补记</span>"), listed.count(">已更正</span>")) == (1, 0)
    say(carol, page, sure="1")
    listed = carol.get("/inspector/entries").text
    assert (listed.count(">补记</span>"), listed.count(">已更正</span>")) == (0, 1)


def test_pressed_twice_it_stands_there_once(plant: Plant, page: str) -> None:
    carol = plant.visitor("carol")
    for _ in range(2):
        assert say(carol, page, sure="1")[0] == 302
    assert carol.get(page).text.count("data-remark") == 1


def test_script_in_the_words_is_text(plant: Plant, page: str) -> None:
    carol = plant.visitor("carol")
    assert SCRIPT not in say(carol, page, words=SCRIPT)[1]
    say(carol, page, words=SCRIPT, sure="1")
    shown = carol.get(page).text
    assert SCRIPT not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


@pytest.mark.parametrize("words", ["", "  \n", "字" * (WORDS_MOST + 1), "a\u202eb"])
def test_words_that_can_not_stand_are_told_at_their_field(
    plant: Plant, page: str, words: str
) -> None:
    carol = plant.visitor("carol")
    status, text = say(carol, page, words=words, sure="1")
    assert status == 200
    assert 'class="error"' in text.split('id="words-told"')[1]
    assert "data-remark" not in carol.get(page).text


def test_another_kind_is_none(plant: Plant, page: str) -> None:
    carol = plant.visitor("carol")
    assert say(carol, page, kind="rumour", sure="1")[0] == 200
    assert "data-remark" not in carol.get(page).text


def test_outside_of_the_warrants_there_is_nothing_to_speak_of(plant: Plant) -> None:
    theirs = f"/inspector/entries/{sent(plant, 'gate_b').place.kiosk_id}/1/1/remark"
    carol, dave = plant.visitor("carol"), plant.visitor("dave")
    assert carol.get(theirs).status_code == 404
    assert carol.post(theirs, kind="note", words=WRONG, sure="1").status_code == 404
    assert dave.get(theirs).status_code == 403


def test_no_remark_without_the_token_of_the_form(plant: Plant, page: str) -> None:
    carol = plant.visitor("carol")
    carol.get(f"{page}/remark")
    form = {"kind": "note", "words": WRONG, "sure": "1", "csrf_token": "wrong"}
    assert carol.client.post(f"{page}/remark", data=form).status_code in {200, 400}
    assert "data-remark" not in carol.get(page).text


def test_alice_reads_in_the_action_record_that_it_was_done(plant: Plant, page: str) -> None:
    say(plant.visitor("carol"), page, sure="1")
    record = plant.visitor("alice").get("/bureau/actions").text
    assert "更正了一条记录" in record
    assert WRONG not in record


def test_a_proof_says_that_the_remarks_are_not_in_it(
    plant: Plant, page: str, tmp_path: Path
) -> None:
    carol = plant.visitor("carol")
    assert "事后批注不在其中" not in carol.get(page).text
    say(carol, page, sure="1")
    assert "事后批注不在其中" in carol.get(page).text
    kiosk_id, epoch, seq = page.split("/")[-3:]
    data = plant.app.extensions["sibao_office"].keys.folder.parent
    command = ["prove", kiosk_id, epoch, seq, "--out", str(tmp_path / "p"), "--data", str(data)]
    done = CliRunner().invoke(main, command)
    assert (done.exit_code, "not in its proof: 1" in done.stderr) == (0, True), done.output


def test_in_english_too(plant: Plant, page: str) -> None:
    carol = plant.visitor("carol")
    carol.post("/language/en")
    say(carol, page, sure="1")
    shown = carol.get(page).text
    assert "Said afterwards" in shown
    assert "Correction · Carol" in shown
