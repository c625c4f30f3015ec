"""Bob keeps photos of his workers: put, shown to him alone, printed, removed."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from admin.forms import photo
from checkpoint.domain.health_pass import PassKind
from checkpoint.services import Actor, issuing, photos, roster
from checkpoint.services.forms import PassForm, VehicleForm
from checkpoint.storage import moving
from checkpoint.storage.database import Database
from tests.admin.plant import TOKEN, Plant, Visitor
from tests.admin.printing import Printed
from tests.admin.test_photo import picture, saved

BY = Actor("b1", "enterprise", "Bob")


def place(plant: Plant, owner: str = "a") -> str:
    return f"/enterprise/roster/{plant.ids[f'worker_{owner}']}/photo"


def file(blob: bytes) -> FileStorage:
    return FileStorage(io.BytesIO(blob), "me.jpg")


def send(plant: Plant, visitor: Visitor, blob: bytes) -> TestResponse:
    """Choose a file in the form as it stands now."""
    page = visitor.get(place(plant)).text
    version = page.split('name="version"')[1].split('value="')[1].split('"')[0]
    return hand_in(visitor, place(plant), version=version, photo=file(blob))


def hand_in(visitor: Visitor, path: str, **fields: Any) -> TestResponse:
    """Send a form whose files stay in memory."""
    found = TOKEN.search(visitor.get(path).text)
    assert found
    boundary, body = encode_multipart({"csrf_token": found[1], **fields})
    kind = f"multipart/form-data; boundary={boundary}"
    return visitor.client.post(path, data=body, content_type=kind)


@pytest.fixture
def bob(plant: Plant) -> Visitor:
    return plant.visitor("bob")


def test_bob_puts_a_photo_and_sees_it_on_the_workers_page(plant: Plant, bob: Visitor) -> None:
    answer = send(plant, bob, saved(picture((1200, 1600))))
    assert answer.status_code == 302
    page = bob.get(answer.headers["Location"]).text
    assert f"{place(plant)}.jpg" in page
    assert "更换照片" in page
    shown = bob.get(f"{place(plant)}.jpg")
    assert shown.mimetype == "image/jpeg"
    assert shown.headers["Cache-Control"] == "no-store"
    assert Image.open(io.BytesIO(shown.data)).size == photo.SIZE


def test_nobody_else_sees_or_changes_it(plant: Plant, bob: Visitor) -> None:
    send(plant, bob, saved(picture()))
    dave, alice = plant.visitor("dave"), plant.visitor("alice")
    assert dave.get(f"{place(plant)}.jpg").status_code == 404
    assert dave.get(place(plant)).status_code == 404
    assert dave.post(f"{place(plant)}/remove", version="2").status_code == 404
    told = dave.post(place(plant), version="2", photo=(io.BytesIO(saved(picture())), "x.jpg"))
    assert told.status_code == 404
    assert alice.get(f"{place(plant)}.jpg").status_code == 403
    assert Visitor(plant.app).get(f"{place(plant)}.jpg").status_code == 302
    assert bob.get(f"{place(plant)}.jpg").status_code == 200


MOVING = saved(picture(), "PNG", save_all=True, append_images=[Image.new("RGB", (9, 9))])


@pytest.mark.parametrize(
    ("blob", "zh", "en"),
    [
        (b"no picture, renamed", "仅修改扩展名无效", "renaming it is not enough"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG", "save another kind"),
        (b"", "选择", "choose"),
        (MOVING, "请选择静态图片", "choose a still one"),
        (bytes(photo.FILE_LIMIT + 1), "超过 10 MB", "more than 10 MB"),
    ],
)
def test_a_bad_file_is_told_at_its_field_with_the_remedy(
    plant: Plant, bob: Visitor, blob: bytes, zh: str, en: str
) -> None:
    for words in (zh, en):
        page = send(plant, bob, blob)
        assert page.status_code == 200
        told = page.text.split('id="photo-told"')[1].split("</div>")[0]
        assert words.lower() in told.split('class="hint"')[0].lower()
        bob.post("/language/en")
    assert bob.get(f"{place(plant)}.jpg").status_code == 404


def test_other_pages_take_no_more_than_before(plant: Plant, bob: Visitor) -> None:
    blob = bytes(photo.FILE_LIMIT)
    answer = hand_in(bob, "/enterprise/roster/import", file=file(blob))
    assert answer.status_code == 413
    big = hand_in(bob, place(plant), version="1", photo=file(bytes(33 << 20)))
    assert big.status_code == 413
    assert "缩小后再上传" in big.text


def test_the_second_of_two_is_told_and_overwrites_nothing(plant: Plant, bob: Visitor) -> None:
    send(plant, bob, saved(picture()))
    before = bob.get(f"{place(plant)}.jpg").data
    other = saved(Image.new("RGB", (300, 400), "red"))
    page = bob.post(place(plant), version="1", photo=(io.BytesIO(other), "x.jpg"))
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert "Bob" in page.text
    late = bob.post(f"{place(plant)}/remove", version="1")
    assert late.headers["Location"] == place(plant)
    assert bob.get(f"{place(plant)}.jpg").data == before


def test_a_button_pressed_twice_keeps_and_removes_once(plant: Plant, bob: Visitor) -> None:
    blob = saved(picture())
    for _ in range(2):
        sent = bob.post(place(plant), version="1", photo=(io.BytesIO(blob), "x.jpg"))
        assert sent.status_code == 302
    mine, worker = plant.ids["a"], plant.ids["worker_a"]
    assert roster.holder(plant.office, mine, worker).version == 2
    for _ in range(2):
        assert bob.post(f"{place(plant)}/remove", version="2").status_code == 302
    assert roster.holder(plant.office, mine, worker).version == 3
    assert bob.get(f"{place(plant)}.jpg").status_code == 404
    assert "添加照片" in bob.get(f"/enterprise/roster/{worker}").text
    acts = bob.get("/enterprise/actions").text
    assert "为花名册人员添加照片" in acts
    assert "删除照片" in acts


def test_a_vehicle_has_no_photo(plant: Plant, bob: Visitor) -> None:
    form = VehicleForm("京A12345", "李四", 45, "Line 3")
    bus = roster.add_vehicle(plant.office, BY, plant.ids["a"], form)
    assert bob.get(f"/enterprise/roster/{bus}/photo").status_code == 404
    assert "添加照片" not in bob.get(f"/enterprise/roster/{bus}").text


def test_it_is_on_the_pass_and_the_card_which_still_reads(
    plant: Plant, bob: Visitor, tmp_path: Path
) -> None:
    until = plant.clock.now().replace(month=6)
    wanted = PassForm(PassKind.WORKER, until, holder_id=plant.ids["worker_a"])
    issued = issuing.issue_pass(plant.office, BY, plant.ids["a"], wanted)
    page = f"/enterprise/passes/{issued.health_pass.pass_id}"
    plain = bob.get(f"{page}/card.pdf").data
    assert f"{place(plant)}.jpg" not in bob.get(page).text
    send(plant, bob, saved(Image.new("RGB", (600, 800), "red")))
    for path in (page, f"{page}/print"):
        assert f"{place(plant)}.jpg" in bob.get(path).text
    card = bob.get(f"{page}/card.pdf").data
    assert Printed(card).codes(tmp_path) == Printed(plain).codes(tmp_path) == [{issued.text}]
    assert "张三" in Printed(card).words()
    assert _red(card)
    assert not _red(plain)


def _red(pdf: bytes) -> bool:
    """Whether a good part of the page is pure red."""
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_pil().convert("RGB")
    red, green, blue = (band.tobytes() for band in page.split())
    pure: int = sum(r > 230 and g < 30 and b < 30 for r, g, b in zip(red, green, blue, strict=True))
    return pure > 1000


def test_the_persons_own_record_holds_it(plant: Plant, bob: Visitor) -> None:
    send(plant, bob, saved(picture()))
    path = f"/enterprise/roster/{plant.ids['worker_a']}/record"
    answer = bob.post(path, why="asked")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as folder:
        page = folder.read("record.html").decode()
    assert "data:image/jpeg;base64,/9j/" in page


@pytest.mark.postgres
def test_it_goes_over_to_postgresql_with_the_database(
    plant: Plant, bob: Visitor, postgres_database: str
) -> None:
    send(plant, bob, saved(picture()))
    worker = plant.ids["worker_a"]
    target = Database.open(postgres_database)
    moving.copy(plant.office.db, target, lambda *_told: None)
    moved = replace(plant.office, db=target)
    assert photos.photo(moved, plant.ids["a"], worker) == bob.get(f"{place(plant)}.jpg").data
    target.close()
