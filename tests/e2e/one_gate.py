"""A demo district with one real gate, whose camera is a folder with one picture of a pass."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from checkpoint.domain.entry import EntryKind
from checkpoint.entrylog import decode_entry
from tests.e2e.demo_district import District, command


@contextmanager
def one_gate(folder: Path) -> Iterator[District]:
    """The district in a fresh folder, its server running and its gate enrolled."""
    made = District(folder)
    try:
        made.make()
        pictures = made.folder / "pictures"
        pictures.mkdir()
        shutil.copy(Path(__file__).parents[1] / "assets" / "qr" / "photo.png", pictures)
        config = made.folder / "kiosk.toml"
        text = config.read_text(encoding="utf-8")
        config.write_text(text.replace("film.mp4", "pictures").replace("loop = true", ""))
        made.serve()
        made.enrol(config, str(made.folder / "enrolment.txt"))
        yield made
    finally:
        made.close()


def pass_by(district: District) -> None:
    """The gate runs for as long as it has a picture, and sends what it wrote."""
    config = str(district.folder / "kiosk.toml")
    words = ("--config", config, "--camera", str(district.folder / "pictures"))
    ran = command("kiosk", "run", *words, "--until-end", "--headless")
    assert ran.returncode == 0, ran.stderr


def pass_by_and_send(district: District) -> None:
    """Likewise, again if the machine was too busy to send all before the gate ended."""
    pass_by(district)
    for _ in range(5):
        if unsent(district):
            pass_by(district)
    assert unsent(district) == 0


def unsent(district: District) -> int:
    config = str(district.folder / "kiosk.toml")
    return int(json.loads(command("kiosk", "status", "--config", config).stdout)["unsent"])


def faults(folder: Path) -> set[str]:
    """The operator codes that the gate recorded in its own chain."""
    with sqlite3.connect(folder / "journal.db") as journal:
        bodies = [body for (body,) in journal.execute("SELECT body FROM entry")]
    entries = [decode_entry(body) for body in bodies]
    return {entry.details["device"] for entry in entries if entry.kind is EntryKind.FAULT}
