"""A backup while the server runs, checked after it was written; and a restore from one.

1. The copy, of one moment. 2. The public keys. 3. The manifest, last: without it a folder is no
backup. 4. The copy is read and held to what was signed at that moment.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from checkpoint.clock import from_ms
from checkpoint.durable import make_folder, replace_file
from checkpoint.entrylog.tree_head import TreeHead
from checkpoint.errors import KeyFault, StorageFault
from checkpoint.keys import Keyring
from checkpoint.services import receipt_log
from checkpoint.services.office import SERVER, Office
from checkpoint.storage import copying, receipt_log_audit

MANIFEST, TRUST = "backup.json", "trust.json"
_NAMES = {True: "sibao.db", False: "sibao.dump"}
_AGAIN = "make another backup"


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup's manifest says. `tree` is the note of the tree head, '' for none."""

    made_at: datetime
    file: str
    sha256: str
    tree: str


def write(office: Office, url: str, folder: Path) -> Backup:
    """Back the database up into a new or empty folder. Raises StorageFault.

    Private keys are not in it: they are kept apart, or whoever finds a backup could read it.
    """
    name = _NAMES[copying.is_sqlite(url)]
    try:
        make_folder(folder)
        if any(folder.iterdir()):
            raise StorageFault(f"{folder} is not empty", remedy="name a new folder")
        made_at = office.now_ms()
        before = receipt_log.standing(office).note
        copying.copy_out(url, folder / name)  # 1
        office.keys.ring(SERVER).save(folder / TRUST)  # 2
        document = {
            "sibao_backup": 1,
            "made_at": made_at,
            "file": name,
            "sha256": _digest(folder / name),
            "tree": before,
        }
        replace_file(folder / MANIFEST, json.dumps(document, indent=1).encode() + b"\n")  # 3
    except OSError as fault:
        raise StorageFault(
            f"{folder}: {fault.strerror}", remedy="name a folder with room"
        ) from fault
    backup = read(folder)
    _check(url, folder, backup)  # 4
    return backup


def read(folder: Path) -> Backup:
    """The backup in a folder, its file as it was written. Raises StorageFault."""
    try:
        value = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if value["sibao_backup"] != 1 or value["file"] not in _NAMES.values():
            raise ValueError("it is of another version")  # noqa: TRY301
        backup = Backup(
            from_ms(int(value["made_at"])), value["file"], value["sha256"], str(value["tree"])
        )
        if _digest(folder / backup.file) != backup.sha256:
            raise ValueError(f"{backup.file} is not what was written")  # noqa: TRY301
    except (OSError, ValueError, KeyError, TypeError, OverflowError) as fault:
        raise StorageFault(
            f"{folder} holds no whole backup: {fault}", remedy="take another backup"
        ) from fault
    return backup


def put_back(office: Office, url: str, folder: Path) -> tuple[Backup, Path | None]:
    """Replace the database by the backup; what it says, and where the old file lies now.

    Nobody may be using the database; `restoring.begin` comes next. Raises StorageFault, and
    KeyFault where the keys are not those that signed the backup, having changed nothing.
    """
    backup = read(folder)
    if _NAMES[copying.is_sqlite(url)] != backup.file:
        raise StorageFault(
            f"{folder} is of the other kind of database", remedy="give the database_url of its kind"
        )
    lacking = set(Keyring.load(folder / TRUST).keys) - set(office.keys.ring(SERVER).keys)
    if lacking:
        named = ", ".join(sorted(key.key_id for key in lacking))
        raise KeyFault(
            f"the server's keys {named} are not in {office.keys.folder}",
            remedy="put the folder of keys back first",
        )
    _check(url, folder, backup)
    office.db.close()
    return backup, copying.copy_in(url, folder / backup.file, office.now_ms())


def _check(url: str, folder: Path, backup: Backup) -> None:
    found = copying.flaws(url, folder / backup.file)
    head = TreeHead.read(backup.tree)
    if not found and head and copying.is_sqlite(url):
        database = copying.untouched(folder / backup.file)
        try:
            found = [words] if (words := receipt_log_audit.judge(database, head)) else []
        finally:
            database.close()
    if found:
        raise StorageFault(f"the backup {folder} is damaged: {found[0]}", remedy=_AGAIN)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
