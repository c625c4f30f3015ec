"""The main job, with nothing faked but the devices that say so.

A person shows a pass to a camera, the kiosk decides, the entry is durable, the server has it,
an inspector finds it.
"""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from checkpoint.clock import SystemClock
from tests.e2e.demo_district import District, command, stop, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(400)]

NewPage = Callable[..., Page]

VERDICTS = [
    ("ADMIT", ["ok"]),
    ("ADMIT", ["ok"]),
    ("ADMIT", ["ok"]),
    ("DENY", ["expired"]),
    ("DENY", ["unknown_issuer"]),
    ("DENY", ["bad_signature"]),
    ("DENY", ["revoked"]),
    ("DENY", ["blocked"]),
    ("DENY", ["wrong_site"]),
    ("DENY", ["fever"]),
    ("DENY", ["no_mask"]),
    ("REFER", ["mask_incorrect"]),
    ("REFER", ["already_inside"]),
    ("DENY", ["malformed"]),
]
"""What is true of each person in the film's script, in order of appearance."""
NAMED = ["ADMIT", "ADMIT", "ADMIT", "DENY", None, None, *["DENY"] * 5, "REFER", "REFER", None]
"""A forged pass names nobody on the display."""
SECONDS_TO_THE_INSPECTOR = 5.0
"""Held to the median: a single one may be late on a machine that is busy with other things."""


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    made = District(tmp_path_factory.mktemp("district"))
    try:
        made.make()
        made.render()
        made.serve()
        made.enrol(made.folder / "kiosk.toml", str(made.folder / "enrolment.txt"))
        yield made
    finally:
        made.close()


def _lines(path: Path) -> list[dict[str, Any]]:
    whole = path.read_text().split("\n")[:-1]
    return [json.loads(line) for line in whole]


def _passings(path: Path) -> list[dict[str, Any]]:
    return [line for line in _lines(path) if line["outcome"]]


def _sign_in(page: Page, district: District, username: str) -> None:
    accounts = (district.folder / "README.txt").read_text(encoding="utf-8").splitlines()
    password = next(w[1] for w in map(str.split, accounts) if w and w[0] == username)
    page.goto(district.server)
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/inspector/entries")


def _face(page: Page) -> tuple[str, str, str]:
    face: list[str] = page.evaluate(
        """() => [document.querySelector('#verdict').dataset.face,
                  document.querySelector('#word').textContent,
                  document.querySelector('#name').textContent]"""
    )
    return face[0], face[1], face[2]


def test_the_film_runs_before_the_camera_and_the_inspector_sees_each_entry(
    district: District, new_page: NewPage, tmp_path: Path
) -> None:
    zh, en = new_page(), new_page(locale="en")
    carol, carol_en = new_page(), new_page(locale="en", viewport=(390, 844))
    _sign_in(carol, district, "carol")
    _sign_in(carol_en, district, "carol")
    carol_en.get_by_role("link", name="English").or_(
        carol_en.get_by_role("button", name="English")
    ).first.click()

    printed = tmp_path / "entries.jsonl"
    with printed.open("w") as out:
        config = str(district.folder / "kiosk.toml")
        gate = district.start("kiosk", "run", "--config", config, "--until-end", stdout=out)
        wait_for(printed.read_text, "the gate to boot")
        zh.goto(district.display)
        en.goto(f"{district.display}/?lang=en")
        seen, words, delays = _watch(gate, printed, (zh, en, carol), tmp_path)

    told = _passings(printed)
    assert [(e["outcome"], e["reasons"]) for e in told] == VERDICTS
    shown = [face for face, _name in seen]
    assert [o for o, _r in VERDICTS if o] == shown
    names = [scene["who"] for scene in district.scenes()]
    for (outcome, name), expected, who in zip(seen, NAMED, names, strict=True):
        assert outcome
        if expected and not who.startswith("京"):
            assert name == who
    assert {"请通行", "禁止通行"} <= words["zh"]
    assert {"Go ahead", "Please wait"} <= words["en"]
    waits = sorted(delays.values())
    assert len(waits) >= len(told) - 1, "only the very last may come after the film's end"
    assert waits[len(waits) // 2] <= SECONDS_TO_THE_INSPECTOR, waits
    for page, total in ((carol, len(told)), (carol_en, len(told))):
        expect(page.locator("tr[data-hash]")).to_have_count(total, timeout=10_000)
    rows = carol.locator("tr[data-hash]").evaluate_all("rows => rows.map(r => r.dataset.hash)")
    assert rows == [f"{e['kiosk']}/{e['epoch']}/{e['seq']}" for e in reversed(told)]
    assert "通行记录" in carol.title()
    assert "Entries" in carol_en.title()
    for name, page in (("carol-zh", carol), ("carol-en-phone", carol_en)):
        assert len(page.screenshot(path=tmp_path / f"{name}.png")) > 10_000


def _watch(
    gate: Any, printed: Path, pages: tuple[Page, Page, Page], folder: Path
) -> tuple[list[tuple[str, str]], dict[str, set[str]], dict[str, float]]:
    """Look at the screens until the film is over: verdicts, words, delays to the inspector."""
    zh, en, carol = pages
    clock = SystemClock()
    seen: list[tuple[str, str]] = []
    words: dict[str, set[str]] = {"zh": set(), "en": set()}
    since: dict[str, float] = {}
    delays: dict[str, float] = {}
    last = ""
    while gate.poll() is None:
        face, word, name = _face(zh)
        if face in {"ADMIT", "REFER", "DENY"}:
            words["zh"].add(word)
            words["en"].add(_face(en)[1])
            if last != face + name or not last:
                seen.append((face, name))
                if len(seen) in (1, 4):
                    for language, page in (("zh", zh), ("en", en)):
                        picture = page.screenshot(path=folder / f"{face}-{language}.png")
                        assert len(picture) > 10_000
            last = face + name
        elif face == "waiting":
            last = ""
        for entry in _passings(printed):
            since.setdefault(f"{entry['kiosk']}/{entry['epoch']}/{entry['seq']}", clock.monotonic())
        for place in since.keys() - delays.keys():
            if carol.locator(f'tr[data-hash="{place}"]').count():
                delays[place] = clock.monotonic() - since[place]
        zh.wait_for_timeout(150)
    return seen, words, delays


def test_with_the_server_down_nothing_is_lost_and_nothing_comes_twice(
    district: District, tmp_path: Path
) -> None:
    config = district.folder / "second.toml"
    first = (district.folder / "kiosk.toml").read_text(encoding="utf-8")
    config.write_text(
        first.replace('folder = "kiosk"', 'folder = "second"').replace(
            "loop = true", 'pace = "lockstep"'
        )
    )
    district.enrol(config, district.second_gate_code())
    district.stop_serving()

    printed = tmp_path / "second.jsonl"
    with printed.open("w") as out:
        gate = district.start("kiosk", "run", "--config", str(config), "--headless", stdout=out)
        wait_for(lambda: len(_passings(printed)) == len(VERDICTS), "the film to pass", 180)
        assert _status(config)["unsent"] >= len(VERDICTS)
        district.serve()
        wait_for(lambda: _status(config)["unsent"] == 0, "the entries to go up")
        stop(gate)
    district.stop_serving()
    district.serve()

    told = {(e["kiosk"], e["epoch"], e["seq"]): e["hash"] for e in _lines(printed)}
    export = tmp_path / "export.zip"
    written = command("admin", "export", "--data", district.data, "--out", str(export))
    assert written.returncode == 0, written.stderr
    held = [
        ((e["kiosk_id"], e["epoch"], e["seq"]), e["hash"])
        for e in _lines(_unpacked(export))
        if "body" in e and e["kiosk_id"] == next(iter(told))[0]
    ]
    assert len(held) == len(dict(held)) == len(told)
    assert dict(held) == told
    _assert_audits(district, export, told)


def _unpacked(export: Path) -> Path:
    """The entries of an export by themselves."""
    with zipfile.ZipFile(export) as folder:
        return Path(folder.extract("entries.jsonl", export.parent))


def _status(config: Path) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(command("kiosk", "status", "--config", str(config)).stdout)
    return answer


def _assert_audits(district: District, export: Path, told: dict[tuple[str, int, int], str]) -> None:
    """Whole logs exit 0; after one changed byte the entry is named."""
    journal = district.folder / "second"
    for source in (journal, export, f"sqlite:///{district.folder}/sibao.db"):
        assert command("checkpoint", "audit", str(source)).returncode == 0

    _kiosk_id, _epoch, seq = list(told)[4]
    database = sqlite3.connect(journal / "journal.db")
    body = bytearray(database.execute("SELECT body FROM entry WHERE seq = ?", (seq,)).fetchone()[0])
    body[len(body) // 2] ^= 1
    with database:
        database.execute("UPDATE entry SET body = ? WHERE seq = ?", (bytes(body), seq))
    database.close()
    audited = command("checkpoint", "audit", str(journal), "--json")
    assert audited.returncode == 2
    assert json.loads(audited.stdout)["first"]["seq"] == seq

    entries = _unpacked(export)
    changed = bytearray(entries.read_bytes())
    at = changed.index(list(told.values())[4].encode()) + 10
    changed[at] = ord("0") if changed[at] != ord("0") else ord("1")
    entries.write_bytes(bytes(changed))
    audited = command("checkpoint", "audit", str(entries), "--json")
    assert audited.returncode == 2
    assert json.loads(audited.stdout)["first"]["seq"] == seq
