"""The bureau's pages of signer certificates, and what an inspector sees of a foreign one."""

from __future__ import annotations

import io
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from admin.cli import main
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import Personal
from checkpoint.domain.reason import Reason
from checkpoint.domain.retention import Retention
from checkpoint.services import certificates, policy
from tests.admin.plant import NOW, Plant, Visitor
from tests.checkpoint.foreign_issuer import certificate_of

SIGNER = certificate_of(ec.generate_private_key(ec.SECP256R1()))
KEY_ID = SIGNER.key_id.hex()
PEM = x509.load_der_x509_certificate(SIGNER.der).public_bytes(Encoding.PEM).decode()
ADD = "/bureau/certificates/add"


def upload(visitor: Visitor, blob: bytes) -> str:
    return visitor.post(ADD, file=(io.BytesIO(blob), "list.pem"), pem="").text


def held(plant: Plant) -> list[str]:
    return [row.key_id for row in certificates.certificates(plant.office)]


def test_alice_pastes_a_certificate_and_withdraws_it_with_a_reason(plant: Plant) -> None:
    alice = plant.visitor("alice")
    assert "还没有签发者证书" in alice.get("/bureau/certificates").text
    assert alice.post(ADD, pem=PEM).status_code == 302
    page = alice.get("/bureau/certificates").text
    for told in ("已添加 1 张证书", KEY_ID, "奥地利 AT", "疫苗接种证明", "有效"):
        assert told in page
    alice.post(f"/bureau/certificates/{KEY_ID}/withdraw", why="密钥被盗")
    page = alice.get("/bureau/certificates").text
    assert "已撤下" in page
    assert "密钥被盗" in page
    record = alice.get("/bureau/actions").text
    assert "添加了签发者证书" in record
    assert "撤下了签发者证书" in record


def test_alice_believes_one_again_by_an_act_of_its_own(plant: Plant) -> None:
    alice = plant.visitor("alice")
    alice.post(ADD, pem=PEM)
    alice.post(f"/bureau/certificates/{KEY_ID}/withdraw", why="密钥被盗")
    assert "先前已撤下" in alice.post(ADD, pem=PEM).text
    fresh = certificate_of(ec.generate_private_key(ec.SECP256R1()))
    more = x509.load_der_x509_certificate(fresh.der).public_bytes(Encoding.PEM).decode()
    alice.post(ADD, pem=PEM + more)
    page = alice.get("/bureau/certificates").text
    assert "密钥先前已撤下而未添加：1" in page
    assert "已撤下" in page
    alice.post(f"/bureau/certificates/{KEY_ID}/restore", why="弄错了")
    assert "已撤下</span>" not in alice.get("/bureau/certificates").text
    assert "重新信任了签发者证书" in alice.get("/bureau/actions").text


def test_a_file_is_taken_too(plant: Plant) -> None:
    upload(plant.visitor("alice"), PEM.encode())
    assert held(plant) == [KEY_ID]


@pytest.mark.parametrize(
    ("blob", "told"),
    [
        (b"", "无法读作 PEM 证书"),
        (b"\xff\x00 not a list", "无法读作 PEM 证书"),
        (PEM.replace("\nMII", "\n!!!").encode(), "无法读作 PEM 证书：第 1 张"),
    ],
)
def test_what_is_no_certificate_is_told_at_the_form(plant: Plant, blob: bytes, told: str) -> None:
    assert told in upload(plant.visitor("alice"), blob)
    assert held(plant) == []


def test_a_huge_file_is_told(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "PEM_MOST", 100)
    assert "超过 4 MB" in upload(plant.visitor("alice"), PEM.encode())


def test_the_same_one_twice_is_told(plant: Plant) -> None:
    alice = plant.visitor("alice")
    alice.post(ADD, pem=PEM)
    assert "这些证书都已在名单上" in alice.post(ADD, pem=PEM).text


@pytest.mark.parametrize("who", ["bob", "carol", "dave"])
def test_nobody_but_the_bureau_sees_or_changes_the_list(plant: Plant, who: str) -> None:
    plant.visitor("alice").post(ADD, pem=PEM)
    other = plant.visitor(who)
    assert other.get("/bureau/certificates").status_code == 403
    assert other.post(ADD, pem=PEM).status_code == 403
    withdrawn = other.post(f"/bureau/certificates/{KEY_ID}/withdraw", why="mine")
    assert withdrawn.status_code == 403
    assert held(plant) == [KEY_ID]


def test_an_unknown_key_id_is_nothing(plant: Plant) -> None:
    answer = plant.visitor("alice").post("/bureau/certificates/ffff/withdraw", why="gone")
    assert answer.status_code == 404


def test_the_policy_takes_none_until_alice_says_so(plant: Plant) -> None:
    alice = plant.visitor("alice")
    assert "不接受：拒绝" in alice.get("/bureau/policy").text
    assert "现行策略不接受" in alice.get("/bureau/certificates").text
    assert "现行策略不接受" not in _after_allowing(alice, "refer")
    assert policy.in_force(plant.office).foreign_certificates == "refer"
    assert "复核：由门卫决定" in alice.get("/bureau/policy").text
    _after_allowing(alice, "always")
    assert policy.in_force(plant.office).foreign_certificates == "refer"


def _after_allowing(alice: Visitor, worth: str) -> str:
    numbers: dict[str, Any] = {
        "fever_threshold_c": "37.3",
        "implausible_below_c": "35",
        "implausible_above_c": "43",
        "remeasure": "2",
        "declaration_s": "0",
        "status_max_age_s": "0",
        "trust_marked_s": "24",
        "trust_printed_refer_s": "72",
        "trust_all_refer_s": "168",
        "shift_grace_s": "30",
        "reference_s": "24",
        "reference_tolerance_c": "0.5",
        **asdict(Retention()),
        "rules": ["credential", "temperature"],
        "why": "guests from abroad",
    }
    alice.post("/bureau/policy/edit", **numbers, foreign_certificates=worth)
    return alice.get("/bureau/certificates").text


def test_the_command_adds_lists_and_withdraws(
    plant: Plant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "list.pem"
    path.write_text(PEM)
    data = ["--data", str(plant.app.config["SIBAO"].data)]

    def run(*words: str) -> str:
        with pytest.raises(SystemExit) as done:
            main(["certificates", *words, *data])
        assert done.value.code == 0
        return capsys.readouterr().out

    assert run("add", str(path)).startswith("1 added")
    assert KEY_ID in run("list")
    assert f'"key_id": "{KEY_ID}"' in run("list", "--json")
    assert run("withdraw", KEY_ID, "--why", "stolen") == f"{KEY_ID}: 1 withdrawn\n"
    assert run("list").startswith("-")
    assert run("restore", KEY_ID, "--why", "a mistake") == f"{KEY_ID}: 1 believed again\n"
    assert run("list").startswith(" ")
    with pytest.raises(SystemExit) as done:
        main(["certificates", "add", str(tmp_path / "none.pem"), *data])
    assert done.value.code == 2
    assert "none.pem" in capsys.readouterr().err


def test_carol_sees_kind_and_country_and_the_person_only_with_a_reason(plant: Plant) -> None:
    kiosk, carol = plant.kiosk(), plant.visitor("carol")
    entry = kiosk.entry(
        NOW,
        outcome=Outcome.REFER,
        reasons=(Reason.FOREIGN_CERTIFICATE, Reason.FOREIGN_INSUFFICIENT),
        pass_id="00112233445566ff",
        details={"certificate": "vaccination", "country": "AT"},
    )
    kiosk.record(entry, Personal("Lín Prüfer", "", "8899aabbccddeeff", born="1990-01-02"))
    assert "accepted" in kiosk.push(plant.app.test_client(), NOW + timedelta(seconds=1)).text
    place = f"/inspector/entries/{kiosk.place.kiosk_id}/1/1"
    page = carol.get(place).text
    for told in ("境外疫苗接种证明", "奥地利 AT", "出示的是境外健康证明", "00112233445566ff"):
        assert told in page
    for hidden in ("Prüfer", "1990-01-02"):
        assert hidden not in page
    page = carol.post(f"{place}/unmask", why="contact tracing").text
    assert "Lín Prüfer" in page
    assert "1990-01-02" in page
    carol.post("/language/en", came_from=place)
    assert "Foreign vaccination certificate" in carol.get(place).text
    assert "Austria AT" in carol.get(place).text
