"""What a gate's eyes say of folders of pictures, counted by set."""

import shutil
from pathlib import Path

import cv2
import numpy as np
import qrcode
from click.testing import CliRunner

from kiosk.cli import main

FACES = Path(__file__).parents[1] / "assets" / "mask"


def _rows(*arguments: str) -> list[list[str]]:
    result = CliRunner().invoke(main, [*arguments, "--counts"])
    assert result.exit_code in (0, 1), result.output
    return [line.split() for line in result.stdout.splitlines()]


def _code(path: Path, text: str) -> None:
    cv2.imwrite(str(path), np.asarray(qrcode.make(text).convert("RGB"))[:, :, ::-1])


def test_masks_by_folder_and_the_beginning_of_the_name(tmp_path: Path) -> None:
    for name in ("worn", "none"):
        (tmp_path / name).mkdir()
        shutil.copy(FACES / f"{name}.jpg", tmp_path / name / "one_1.jpg")
    shutil.copy(FACES / "none-beard.jpg", tmp_path / "none" / "two_7.jpg")
    cv2.imwrite(str(tmp_path / "none" / "two_8.png"), np.zeros((64, 64, 3), np.uint8))
    head, *rows = _rows("mask", str(tmp_path / "worn"), str(tmp_path / "none"))
    assert head[:5] == ["set", "pictures", "none", "nothing", "worn"]
    assert [row[:5] for row in rows] == [
        ["none/one", "1", "1", "0", "0"],
        ["none/two", "2", "1", "1", "0"],
        ["worn/one", "1", "0", "0", "1"],
    ]


def test_codes_are_right_other_or_of_unknown_text(tmp_path: Path) -> None:
    for name in ("right", "other", "unknown"):
        _code(tmp_path / f"{name}.png", "Alice")
    (tmp_path / "right.txt").write_text("Alice\n", encoding="utf-8")
    (tmp_path / "other.txt").write_text("Bob\n", encoding="utf-8")
    (tmp_path / "broken.png").touch()
    head, row = _rows("read", str(tmp_path))
    assert " ".join(head[:8]) == "set pictures no picture other text read right"
    assert row[1:6] == ["4", "1", "1", "1", "1"]


def test_a_picture_that_can_not_be_read_is_an_exit_status(tmp_path: Path) -> None:
    (tmp_path / "broken.png").touch()
    assert CliRunner().invoke(main, ["read", str(tmp_path), "--counts"]).exit_code == 1


def test_how_a_line_ends_makes_no_other_text(tmp_path: Path) -> None:
    _code(tmp_path / "card.png", "BEGIN:VCARD\r\nN:Alice\r\nEND:VCARD")
    (tmp_path / "card.txt").write_text("BEGIN:VCARD\nN:Alice\nEND:VCARD\n", encoding="utf-8")
    head, _row = _rows("read", str(tmp_path))
    assert head[2] == "right"


def test_a_folder_without_pictures_is_told(tmp_path: Path) -> None:
    for command in ("read", "mask"):
        result = CliRunner().invoke(main, [command, str(tmp_path)])
        assert result.exit_code == 2
        assert "no pictures there" in result.stderr
