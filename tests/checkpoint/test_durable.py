"""Files and folders that are there after a power cut."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from checkpoint.durable import make_folder, new_file, rename_file, replace_file


def test_a_folder_is_made_with_all_above_it(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700


def test_each_made_folder_is_synced_in_the_one_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    real = os.fsync

    def noted(handle: int) -> None:
        synced.append(os.fstat(handle).st_ino)
        real(handle)

    monkeypatch.setattr(os, "fsync", noted)
    make_folder(tmp_path / "a" / "b")
    assert synced == [tmp_path.stat().st_ino, (tmp_path / "a").stat().st_ino]


def test_a_file_in_the_place_of_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(FileExistsError):
        make_folder(tmp_path / "a")


def test_a_new_file_never_overwrites_and_leaves_nothing_behind(tmp_path: Path) -> None:
    new_file(tmp_path / "key", b"first")
    with pytest.raises(FileExistsError):
        new_file(tmp_path / "key", b"second")
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
    assert (tmp_path / "key").read_bytes() == b"first"
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_a_file_is_replaced_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_file(tmp_path / "note", b"first")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            replace_file(tmp_path / "note", b"second")
    assert [path.name for path in tmp_path.iterdir()] == ["note"]
    assert (tmp_path / "note").read_bytes() == b"first"
    replace_file(tmp_path / "note", b"second")
    assert (tmp_path / "note").read_bytes() == b"second"


def test_a_file_gets_another_name_in_another_folder(tmp_path: Path) -> None:
    make_folder(tmp_path / "a")
    new_file(tmp_path / "old", b"x")
    rename_file(tmp_path / "old", tmp_path / "a" / "new")
    assert (tmp_path / "a" / "new").read_bytes() == b"x"
    assert not (tmp_path / "old").exists()
