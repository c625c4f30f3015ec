"""The end of a deployment by the command, and what pages and gates are told afterwards."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from admin.app import create_app
from admin.auth import accounts
from admin.auth.account import Account, Role
from admin.auth.lockout import FREE_ATTEMPTS
from admin.cli import main
from admin.config import Settings
from admin.demo.district import fictional_id
from admin.printing.certificate import certificate_pdf
from checkpoint.cli import main as checkpoint_main
from checkpoint.domain.entry import Personal
from checkpoint.entrylog.sunset import Archived, Certificate, Standing
from checkpoint.services import SYSTEM, Office, roster, sunset, sunset_steps
from checkpoint.services.forms import WorkerForm
from tests.admin.plant import NOW, PASSWORD, Plant, Visitor, opened

WHY = "疫情结束"
NAME, ID = "诸葛试退出", fictional_id("19890102", 78)
BOTH = f"{PASSWORD}\n{PASSWORD}\n"


def officers(plant: Plant, *names: str) -> None:
    known = accounts.InitialPassword(PASSWORD, must_change=False)
    with plant.app.app_context():
        for name in names:
            new = accounts.NewAccount(name, name.title(), Role.BUREAU)
            accounts.add(plant.office, SYSTEM, new, known)


@pytest.fixture
def data(plant: Plant) -> Path:
    """The folder of a district with a worker who passed, and with Alice and Amy."""
    officers(plant, "amy")
    form = WorkerForm(NAME, ID, "13900001234", "")
    holder_id = roster.add_worker(plant.office, SYSTEM, plant.ids["a"], form)
    kiosk = plant.kiosk()
    for _ in range(3):
        kiosk.record(kiosk.entry(NOW), Personal(NAME, ID[-4:], holder_id))
    assert kiosk.push(plant.app.test_client(), NOW).status_code == 200
    return Path(plant.app.config["SIBAO"].data)


def run(data: Path, *more: str, text: str = BOTH, by: tuple[str, str] = ("alice", "amy")) -> Result:
    line = ["sunset", "--to", str(data.parent / "archive"), "--data", str(data), "--reason", WHY]
    return CliRunner().invoke(main, [*line, "--by", by[0], "--and-by", by[1], *more], input=text)


def held(plant: Plant) -> tuple[int, bool]:
    """How many personal sides of entries there are, and whether the sunset has begun."""
    begun = sunset.state(plant.office) is not None
    return sunset.planned(plant.office).erased["entries"], begun


def test_two_officers_end_the_deployment(plant: Plant, data: Path) -> None:
    done = run(data, "--json")
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output
    told = json.loads(done.stdout.splitlines()[-1])
    assert dict(told["erased"])["entries"] == 3
    assert dict(told["erased"])["accounts"] == 5
    archive = data.parent / "archive"
    names = {path.name for path in archive.iterdir()}
    assert names == {"certificate.pdf", "certificate.txt", "sibao-final.zip", "trust.json"}
    with plant.office.db.read() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 0
    raw = b"".join(p.read_bytes() for p in data.rglob("*") if p.is_file())
    for said in (NAME, ID, "张三", "Alice", "alice"):
        assert said.encode() not in raw
    judged = CliRunner().invoke(
        checkpoint_main,
        ["audit", f"sqlite:///{data}/sibao.db", "--trust", str(archive / "trust.json")],
    )
    assert judged.exit_code == 0, judged.output


def test_anybody_can_verify_the_certificate(plant: Plant, data: Path) -> None:
    assert run(data).exit_code == 0
    archive = data.parent / "archive"
    line = ["certificate", str(archive / "certificate.txt"), "--trust", str(archive / "trust.json")]
    export = archive / "sibao-final.zip"
    good = CliRunner().invoke(checkpoint_main, [*line, "--export", str(export)])
    assert good.exit_code == 0, good.output
    assert good.output.startswith("GOOD")
    assert WHY in good.output
    as_json = CliRunner().invoke(checkpoint_main, [*line, "--json"])
    assert json.loads(as_json.output)["why"] == WHY
    export.write_bytes(export.read_bytes() + b"x")
    bad = CliRunner().invoke(checkpoint_main, [*line, "--export", str(export)])
    assert bad.exit_code == 4
    note = archive / "certificate.txt"
    note.write_text(note.read_text().replace("erased entries 3", "erased entries 4"))
    assert CliRunner().invoke(checkpoint_main, line).exit_code == 4


def test_the_dry_run_says_what_would_be_done_and_does_nothing(plant: Plant, data: Path) -> None:
    before = {p: p.read_bytes() for p in (data / "keys").rglob("*") if p.is_file()}
    done = run(data, "--dry-run", "--json", text="")
    told = json.loads(done.stdout)
    assert (told["erased"]["entries"], told["erased"]["accounts"]) == (3, 5)
    assert (told["kept"]["entries"], told["dry_run"], told["begun"]) == (3, True, None)
    words = run(data, "--dry-run", "--with-persons", text="").output
    assert "with persons" in words
    assert "nothing was changed" in words
    assert held(plant) == (3, False)
    assert not (data.parent / "archive").exists()
    assert {p: p.read_bytes() for p in before} == before


@pytest.mark.parametrize(
    ("by", "text", "words"),
    [
        (("alice", "Alice"), BOTH, "can't confirm twice"),
        (("alice", "bob"), BOTH, "no officer of the bureau"),
        (("alice", "amy"), f"{PASSWORD}\nnot the password\n", "username or password is wrong"),
        (("alice", "nobody"), BOTH, "username or password is wrong"),
    ],
)
def test_others_end_nothing(
    plant: Plant, data: Path, by: tuple[str, str], text: str, words: str
) -> None:
    done = run(data, by=by, text=text)
    assert done.exit_code == 2
    assert words in done.output
    assert held(plant) == (3, False)


def test_who_guesses_is_locked_out_as_at_the_sign_in(plant: Plant, data: Path) -> None:
    for _ in range(FREE_ATTEMPTS):
        assert "wrong" in run(data, text="not the password\n").output
    assert "too many failed attempts" in run(data).output
    assert held(plant) == (3, False)


def test_a_password_that_somebody_else_chose_confirms_nothing(plant: Plant, data: Path) -> None:
    fresh = accounts.InitialPassword(PASSWORD)
    with plant.app.app_context():
        amy = accounts.by_username(plant.office, "amy")
        assert amy is not None
        accounts.set_password(plant.office, SYSTEM, amy.account_id, fresh, "lost")
    assert "initial password" in run(data).output
    assert held(plant) == (3, False)


def test_pages_and_gates_are_told_from_the_beginning_on(
    plant: Plant, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dead(BaseException):
        """The process is killed here."""

    def die(*_: object) -> None:
        raise Dead

    kiosk = plant.kiosk()
    kiosk.record(kiosk.entry(NOW))
    alice = plant.visitor("alice")
    with monkeypatch.context() as broken:
        broken.setitem(sunset_steps.STEPS, "erase", die)
        with pytest.raises(Dead):
            CliRunner().invoke(main, line_of(data), input=BOTH, catch_exceptions=False)
    client = plant.app.test_client()
    for path in ("/sign-in", "/", "/phone/", "/bureau/enterprises"):
        assert client.get(path).status_code == 410
    page = alice.get("/bureau/enterprises")
    assert page.status_code == 410
    assert "正在退出" in page.text
    assert "Alice" not in page.text
    for answer in (kiosk.push(client, NOW), kiosk.bundle(client, NOW), kiosk.held(client, NOW)):
        assert answer.status_code == 410
        assert "sunset since" in answer.get_json()["error"]
    assert client.get("/healthz").status_code == 200
    assert held(plant) == (3, True)
    assert run(data, by=("x", "y"), text="").exit_code == 0, "it goes on without asking again"
    page = Visitor(plant.app).get("/sign-in")
    assert "已退出" in page.text
    alice.post("/language/en")
    assert "has ended" in alice.get("/sign-in").text
    again = opened(data, plant.ids)
    assert again.app.test_client().get("/sign-in").status_code == 410
    again.office.close()


def line_of(data: Path) -> list[str]:
    folder = str(data.parent / "archive")
    given = ["--to", folder, "--data", str(data), "--reason", WHY]
    return ["sunset", *given, "--by", "alice", "--and-by", "amy"]


def test_it_goes_on_in_the_same_folder_only(plant: Plant, data: Path) -> None:
    assert run(data).exit_code == 0
    other = ["sunset", "--to", str(data.parent / "other"), "--data", str(data)]
    answer = CliRunner().invoke(main, other)
    assert answer.exit_code == 2
    assert "was begun for" in answer.output
    asked = CliRunner().invoke(main, ["sunset", "--to", "x", "--data", str(data), "--dry-run"])
    assert "the sunset began" in asked.output


def test_an_export_that_a_killed_server_left_is_gone(plant: Plant, data: Path) -> None:
    left = data / "tmpabc12345"
    left.mkdir()
    (left / "export.new").write_text(NAME)
    assert run(data).exit_code == 0
    assert not left.exists()


def test_the_certificate_on_paper_is_in_both_languages(plant: Plant, data: Path) -> None:
    assert run(data).exit_code == 0
    text = said((data.parent / "archive" / "certificate.pdf").read_bytes())
    for word in ("退出证书", "Certificate of sunset", WHY, "sibao-sunset/v1", plant.ids["alice"]):
        assert word in text


def test_a_reason_with_any_character_can_be_printed() -> None:
    certificate = Certificate(
        NOW,
        NOW,
        ("a1", "a2"),
        "#let x = \U0002f9f4 [*]",
        Archived("sibao-final.zip", "0" * 64, "intact", with_persons=True),
        "tampered",
        "incomplete",
        ("1a2b3c4d",),
        "5e6f7081",
        (("entries", 1),),
        (("entries", 1),),
        Standing("", (1, "0" * 64), tuple((f"K-{n}", 1, 1, "0" * 64) for n in range(99))),
    )
    text = said(certificate_pdf(certificate, certificate.text()))
    assert "#let x" in text
    assert "99 chains" in text


def said(blob: bytes) -> str:
    """The text of a document."""
    document = pypdfium2.PdfDocument(blob)
    return "".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.postgres
def test_on_postgresql_a_deployment_that_nobody_used_ends_as_well(
    postgres_database: str, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    app = create_app(Settings(data=data, database_url=postgres_database))
    office = app.extensions["sibao_office"]
    assert isinstance(office, Office)
    office.db.upgrade()
    known = accounts.InitialPassword(PASSWORD, must_change=False)
    with app.app_context():
        for name in ("alice", "amy"):
            accounts.add(office, SYSTEM, accounts.NewAccount(name, name, Role.BUREAU), known)
    (data / "admin.toml").write_text(f'database_url = "{postgres_database}"\n')
    assert "no entries" in run(data).output
    done = run(data, "--json", "--despite-findings")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["before"], dict(told["erased"])["accounts"]) == ("incomplete", 2)
    assert sunset.planned(office).erased["accounts"] == 0
    office.close()
