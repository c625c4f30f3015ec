"""The demo district: made once however often it is asked for, and the film tells what it should."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from admin import config
from admin.app import create_app
from admin.cli import main
from admin.demo import district, make
from admin.demo.files import Ports
from checkpoint.clock import FixedClock, SystemClock
from checkpoint.credential import Trust, verify
from checkpoint.domain.decision import Outcome
from checkpoint.domain.reason import Reason
from checkpoint.keys import Keyring
from checkpoint.wire.bundle import open_bundle
from checkpoint.wire.enrolment import EnrolmentCode
from kiosk.config import load as load_kiosk
from kiosk.film.script import load_script
from tests.admin.plant import Kiosk, Visitor


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "d"
    make(folder)
    return folder


def test_it_is_safe_to_repeat(folder: Path) -> None:
    names = ("script.json", "README.txt", "enrolment.txt", "kiosk.toml", "admin.toml")
    before = {name: (folder / name).read_bytes() for name in names}
    again = make(folder)
    assert {name: (folder / name).read_bytes() for name in names} == before
    assert not again.script_changed


def test_the_settings_are_such_as_both_programs_take(folder: Path) -> None:
    for name, driver in (("kiosk.toml", "film"), ("kiosk-webcam.toml", "keypad")):
        settings = load_kiosk(folder / name)
        assert settings.thermometer.driver == driver
        assert settings.folder == folder / "kiosk"
    assert config.load(folder / "admin.toml").demo
    assert len(load_script(folder / "script.json").scenes) >= 13


def test_what_is_private_is_for_its_owner_alone(folder: Path) -> None:
    for name in ("README.txt", "enrolment.txt", "sibao.db"):
        assert (folder / name).stat().st_mode & 0o077 == 0


def test_everybody_can_sign_in_as_the_readme_says(folder: Path) -> None:
    made = make(folder)
    app = create_app(config.load(folder / "admin.toml"))
    for username, password in made.passwords.items():
        assert password in (folder / "README.txt").read_text(encoding="utf-8")
        assert Visitor(app).sign_in(username, password).status_code == 302
    app.extensions["sibao_office"].close()


def test_the_film_shows_one_of_each(folder: Path, tmp_path: Path) -> None:
    make(tmp_path)
    app = create_app(config.load(tmp_path / "admin.toml"))
    code = EnrolmentCode.parse((tmp_path / "enrolment.txt").read_text(encoding="utf-8"))
    kiosk = Kiosk.enrol(app.test_client(), code)
    now = SystemClock().now()
    answer = kiosk.bundle(app.test_client(), now)
    bundle = open_bundle(answer.data, Keyring.from_json(kiosk.place.keyring))
    app.extensions["sibao_office"].close()
    trust = Trust(bundle.trust.keyring, bundle.trust.revoked, bundle.trust.blocked)
    scenes = load_script(tmp_path / "script.json").scenes
    verdicts = [verify(scene.text or "", trust, now) for scene in scenes]
    reasons = [reason for verdict in verdicts for reason in verdict.reasons]
    for reason in (
        Reason.EXPIRED,
        Reason.UNKNOWN_ISSUER,
        Reason.BAD_SIGNATURE,
        Reason.REVOKED,
        Reason.BLOCKED,
        Reason.MALFORMED,
    ):
        assert reasons.count(reason) == 1, reason
    elsewhere = [v.health_pass for v in verdicts if v.health_pass and v.health_pass.sites]
    assert [p.sites == (bundle.site.site_id,) for p in elsewhere] == [False]
    assert bundle.warrant_at(now) is not None
    assert make(tmp_path).enrolled
    assert not (tmp_path / "enrolment.txt").exists()


def test_every_desk_has_something_on_it(folder: Path) -> None:
    app = create_app(config.load(folder / "admin.toml"))
    passwords = make(folder).passwords
    bob = Visitor(app)
    bob.sign_in("bob", passwords["bob"])
    declared = bob.get("/enterprise/health?show=declared").text
    for person in ("night_well", "night_throat"):
        assert district.NIGHT_SHIFT[person].name in declared
    assert declared.count("本人手机申报") == 2
    yellow = bob.get("/enterprise/health?show=yellow").text
    assert district.AT_HOME[1] in yellow
    assert district.SYSTEM in bob.get("/enterprise/systems").text
    app.extensions["sibao_office"].close()


def test_after_a_fever_at_the_gate_a_case_of_carols_asks_bob(tmp_path: Path) -> None:
    passwords = make(tmp_path).passwords
    app = create_app(config.load(tmp_path / "admin.toml"))
    code = EnrolmentCode.parse((tmp_path / "enrolment.txt").read_text(encoding="utf-8"))
    kiosk, now = Kiosk.enrol(app.test_client(), code), SystemClock().now()
    kiosk.record(kiosk.entry(now, outcome=Outcome.DENY, reasons=(Reason.FEVER,)))
    assert kiosk.push(app.test_client(), now).status_code == 200
    title = district.CASE[0]
    for _ in range(2):
        make(tmp_path)
        bob, carol = Visitor(app), Visitor(app)
        bob.sign_in("bob", passwords["bob"])
        carol.sign_in("carol", passwords["carol"])
        listed = carol.get("/inspector/cases").text
        assert listed.count(title) == 1
        assert bob.get("/enterprise/cases").text.count("进行中") == 1, "she told him of it"
    app.extensions["sibao_office"].close()


def test_passes_are_renewed_before_they_run_out(tmp_path: Path) -> None:
    now = SystemClock().now()
    make(tmp_path, clock=FixedClock(now))
    later = make(tmp_path, clock=FixedClock(now + timedelta(days=13)))
    assert later.script_changed
    assert not make(tmp_path, clock=FixedClock(now + timedelta(days=14))).script_changed


def test_commands(folder: Path, tmp_path: Path) -> None:
    run = CliRunner()
    listed = run.invoke(main, ["account", "list", "--data", str(folder), "--json"])
    assert [json.loads(line)["username"] for line in listed.output.splitlines()] == [
        "alice",
        "bob",
        "carol",
        "dave",
        "erin",
    ]
    out = tmp_path / "log.zip"
    exported = run.invoke(main, ["export", "--data", str(folder), "--out", str(out), "--json"])
    assert json.loads(exported.output)["entries"] == 0
    assert out.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("port = 'many'", ("port", "'many'")),
        ("host = '0.0.0.0'\ndemo = true", ("host", "0.0.0.0")),
        ("public_url = 'http://gate.example'", ("public_url", "https")),
        ("colour = 'red'", ("colour", "known are")),
        ("port = ", ("TOML",)),
    ],
)
def test_a_wrong_setting_is_one_line(tmp_path: Path, line: str, names: tuple[str, ...]) -> None:
    (tmp_path / "admin.toml").write_text(line, encoding="utf-8")
    done = CliRunner().invoke(main, ["serve", "--data", str(tmp_path)])
    assert done.exit_code == 2
    assert all(name in done.stderr for name in names), done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_old_schema_is_refused_with_its_remedy(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["serve", "--data", str(tmp_path)])
    assert done.exit_code == 2
    assert "db upgrade" in done.stderr


def test_keys_that_others_can_read_are_refused(tmp_path: Path) -> None:
    settings = config.Settings(data=tmp_path)
    settings.secret_key()
    path = tmp_path / "keys" / "cookies.key"
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    done = CliRunner().invoke(main, ["db", "upgrade", "--data", str(tmp_path)])
    assert done.exit_code == 2
    assert "chmod 600" in done.stderr


def test_at_another_port_the_code_names_it(tmp_path: Path) -> None:
    make(tmp_path)
    make(tmp_path, Ports(server=8123))
    code = EnrolmentCode.parse((tmp_path / "enrolment.txt").read_text(encoding="utf-8"))
    assert code.server == "http://127.0.0.1:8123"
