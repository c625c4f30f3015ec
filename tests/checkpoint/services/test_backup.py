"""A backup is whole when it is said to be, and is put back only where it belongs."""

from __future__ import annotations

from pathlib import Path

import pytest

from checkpoint.entrylog.audit import audit
from checkpoint.errors import KeyFault, StorageFault
from checkpoint.services import SYSTEM, Office, backup, restoring
from checkpoint.services.auditing import open_database
from checkpoint.services.ingest import ingest
from tests.checkpoint.services.district import District


def send(district: District, count: int) -> None:
    kiosk = district.kiosk()
    links = [kiosk.entry() for _ in range(count)]
    ingest(district.office, kiosk.kiosk_id, kiosk.batch(links))


def test_a_backup_is_put_back_and_the_log_goes_on(
    district: District, database_url: str, tmp_path: Path
) -> None:
    send(district, 3)
    made = backup.write(district.office, database_url, tmp_path / "backup")
    send(district, 2)
    assert backup.read(tmp_path / "backup") == made
    names = {path.name for path in (tmp_path / "backup").iterdir()}
    assert names == {made.file, "trust.json", "backup.json"}, "no private key is in it"
    _, aside = backup.put_back(district.office, database_url, tmp_path / "backup")
    assert (aside is not None) == database_url.startswith("sqlite")
    told = restoring.begin(district.office, SYSTEM, "the disk broke", made.made_at)
    assert [(x.held, x.seq, x.known) for x in told.missing] == [(0, 2, False)]
    with open_database(database_url) as evidence:
        assert not audit(evidence).breaches


def test_a_backup_after_which_nothing_came_needs_no_restore_declared(
    small: District, tmp_path: Path
) -> None:
    send(small, 1)
    url = f"sqlite:///{tmp_path}/sibao.db"
    backup.write(small.office, url, tmp_path / "backup")
    backup.put_back(small.office, url, tmp_path / "backup")
    assert restoring.unfinished(small.office) is None
    send(small, 1)


def test_a_changed_or_cut_backup_is_refused(small: District, tmp_path: Path) -> None:
    send(small, 1)
    url = f"sqlite:///{tmp_path}/sibao.db"
    folder = tmp_path / "backup"
    backup.write(small.office, url, folder)
    whole = (folder / "sibao.db").read_bytes()
    for damaged in (whole[:-1], whole[:5000] + b"\xff" + whole[5001:], b""):
        (folder / "sibao.db").write_bytes(damaged)
        with pytest.raises(StorageFault, match="no whole backup"):
            backup.put_back(small.office, url, folder)
    (folder / "backup.json").unlink()
    with pytest.raises(StorageFault, match="no whole backup"):
        backup.put_back(small.office, url, folder)
    send(small, 1)


def test_a_backup_goes_into_a_folder_of_its_own(small: District, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").write_text("x")
    with pytest.raises(StorageFault, match="not empty"):
        backup.write(small.office, f"sqlite:///{tmp_path}/sibao.db", tmp_path / "taken")


def test_without_the_keys_nothing_is_put_back(small: District, tmp_path: Path) -> None:
    send(small, 1)
    url = f"sqlite:///{tmp_path}/sibao.db"
    backup.write(small.office, url, tmp_path / "backup")
    other = Office.open(url, tmp_path / "other" / "keys", small.clock)
    with pytest.raises(KeyFault, match="server's keys"):
        backup.put_back(other, url, tmp_path / "backup")
    other.close()


def test_of_the_other_kind_of_database_nothing_is_put_back(small: District, tmp_path: Path) -> None:
    backup.write(small.office, f"sqlite:///{tmp_path}/sibao.db", tmp_path / "backup")
    with pytest.raises(StorageFault, match="other kind"):
        backup.put_back(small.office, "postgresql://nobody@nowhere/none", tmp_path / "backup")
