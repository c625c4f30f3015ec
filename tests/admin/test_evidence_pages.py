"""Carol takes evidence with her: the proof of an entry, and the heads of the day."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner, Result

from admin.cli import main
from checkpoint.cli import main as core
from checkpoint.domain.entry import Personal
from checkpoint.entrylog.proof_audit import audit_proof
from checkpoint.entrylog.report import Verdict
from checkpoint.services import receipt_log
from kiosk.cli import main as gate
from tests.admin.plant import NOW, Kiosk, Plant
from tests.admin.printing import Printed

ZHANG = Personal("张三", "283X", "00000000000000aa")


def sent(plant: Plant, count: int = 3) -> Kiosk:
    kiosk = plant.kiosk()
    for n in range(count):
        kiosk.record(kiosk.entry(NOW - timedelta(minutes=count - n)), ZHANG)
    assert kiosk.push(plant.app.test_client(), NOW).status_code == 200
    return kiosk


def test_carol_takes_a_proof_without_the_person(plant: Plant) -> None:
    page = f"/inspector/entries/{sent(plant).place.kiosk_id}/1/2"
    carol = plant.visitor("carol")
    assert f"{page}/proof" in carol.get(page).text
    taken = carol.post(f"{page}/proof")
    assert taken.status_code == 200
    assert "2.sibao-proof" in taken.headers["Content-Disposition"]
    trust = plant.office.keys.server_keyring()
    assert audit_proof(taken.data, trust, ()).verdict is Verdict.INTACT
    assert "person" not in json.loads(taken.data)
    assert "领取" in carol.get("/inspector/lookups").text


def test_the_person_goes_with_it_for_a_reason_alone(plant: Plant) -> None:
    page = f"/inspector/entries/{sent(plant).place.kiosk_id}/1/2"
    carol = plant.visitor("carol")
    assert carol.post(f"{page}/proof-with-person", why=" ").status_code == 400
    taken = carol.post(f"{page}/proof-with-person", why="法院调取")
    assert "张三".encode().hex() in taken.text
    assert audit_proof(taken.data, None, ()).verdict is Verdict.INTACT
    assert "法院调取" in carol.get("/inspector/lookups").text


def test_nobody_takes_a_proof_of_another_enterprise(plant: Plant) -> None:
    kiosk = plant.kiosk("gate_b")
    kiosk.record(kiosk.entry(NOW))
    kiosk.push(plant.app.test_client(), NOW)
    carol = plant.visitor("carol")
    assert carol.post(f"/inspector/entries/{kiosk.place.kiosk_id}/1/1/proof").status_code == 404


def run(plant: Plant, *words: str) -> Result:
    data = str(plant.app.config["SIBAO"].data)
    done = CliRunner().invoke(main, [*words, "--data", data])
    assert done.exit_code == 0, done.output
    return done


def audit(*words: str) -> Result:
    return CliRunner().invoke(core, ["audit", *words])


def test_carol_takes_the_heads_with_her(plant: Plant, tmp_path: Path) -> None:
    kiosk = sent(plant)
    carol = plant.visitor("carol")
    page = carol.get("/inspector/heads").text
    assert 'data-lines="4"' in page
    assert kiosk.links[-1].hash.hex() in page
    notes = carol.get("/inspector/heads/notes").text
    assert notes.startswith(receipt_log.standing(plant.office).note)
    (tmp_path / "heads.txt").write_text(notes)
    database = f"sqlite:///{plant.app.config['SIBAO'].data}/sibao.db"
    good = audit(database, "--head", str(tmp_path / "heads.txt"))
    assert good.exit_code == 0, good.output


def test_carol_sees_the_gates_of_her_warrants_alone(plant: Plant) -> None:
    other = plant.kiosk("gate_b")
    other.record(other.entry(NOW))
    other.push(plant.app.test_client(), NOW)
    carol = plant.visitor("carol")
    assert other.place.kiosk_id not in carol.get("/inspector/heads").text
    assert other.place.kiosk_id not in carol.get("/inspector/heads/notes").text


def test_before_the_first_receipt_there_is_nothing_to_keep(plant: Plant) -> None:
    carol = plant.visitor("carol")
    assert carol.get("/inspector/heads").status_code == 200
    assert carol.get("/inspector/heads/print").status_code == 409


def test_the_printed_head_is_read_back_and_judges_the_log(plant: Plant, tmp_path: Path) -> None:
    kiosk = sent(plant)
    run(plant, "heads", "--pdf", str(tmp_path / "heads.pdf"))
    content = (tmp_path / "heads.pdf").read_bytes()
    printed = Printed(content)
    assert printed.sizes_mm() == [(210.0, 297.0)]
    assert kiosk.place.kiosk_id in printed.words()
    note = receipt_log.standing(plant.office).note
    assert printed.codes(tmp_path) == [{note}]
    said = CliRunner().invoke(gate, ["read", str(tmp_path / "page-0.png")])
    (tmp_path / "head.json").write_text(said.stdout)
    database = f"sqlite:///{plant.app.config['SIBAO'].data}/sibao.db"
    assert audit(database, "--head", str(tmp_path / "head.json")).exit_code == 0
    root = note.splitlines()[2]
    (tmp_path / "head.json").write_text(said.stdout.replace(root, "A" * 43 + "="))
    assert audit(database, "--head", str(tmp_path / "head.json")).exit_code == 2
    (tmp_path / "none.json").write_text('{"file": "x", "texts": []}')
    assert audit(database, "--head", str(tmp_path / "none.json")).exit_code == 4


def test_the_operator_prints_heads_and_proofs(plant: Plant, tmp_path: Path) -> None:
    kiosk = sent(plant)
    (tmp_path / "old.txt").write_text(run(plant, "heads").stdout)
    told = json.loads(run(plant, "heads", "--json").stdout)
    assert told["tree"] == receipt_log.standing(plant.office).note
    assert [row["seq"] for row in told["chains"]] == [3]
    old, proof = str(tmp_path / "tree.txt"), str(tmp_path / "proof")
    Path(old).write_text(told["tree"])
    place = (kiosk.place.kiosk_id, "1", "2")
    run(plant, "prove", *place, "--out", proof, "--head", old)
    assert audit(proof, "--head", old).exit_code == 0
    assert audit(proof, "--head", str(tmp_path / "old.txt")).exit_code == 0
    assert Path(proof).stat().st_size < 4096
    refused = CliRunner().invoke(main, ["prove", *place, "--out", proof, "--with-person"])
    assert refused.exit_code == 2
    assert "--why" in refused.output
