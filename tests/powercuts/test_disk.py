"""The disk of the power cuts forgets what was not synced, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.powercuts.calls import Call, parsed, tracing
from fuzz.powercuts.disk import SECTORS, File, Folder, Resize, Survival, Write, leave, read
from fuzz.powercuts.playing import NotModelled, Player

NOTHING = Survival(0.0, 512, Random(1))
ALL = Survival(1.0, 512, Random(1))

changes = st.lists(
    st.one_of(
        st.builds(Write, st.just(1), st.integers(0, 9000), st.binary(max_size=2000)),
        st.builds(Resize, st.just(1), st.integers(0, 9000)),
    ),
    max_size=8,
)


@given(changes, changes)
def test_what_was_synced_stays_and_nothing_else(
    synced: list[Write | Resize], later: list[Write | Resize]
) -> None:
    file = File(pending=list(synced))
    as_programs_saw_it = file.content(None)
    file.sync(before=2)
    file.pending += later
    assert file.content(NOTHING) == as_programs_saw_it
    assert file.content(ALL) == file.content(None)


@given(changes, st.sampled_from(SECTORS), st.integers())
def test_a_sector_is_whole_or_as_it_was(
    later: list[Write | Resize], sector: int, seed: int
) -> None:
    once = [change for change in later if isinstance(change, Write)][:1]
    file = File(bytearray(b"\xff" * 12288), list(once))
    left, whole = file.content(Survival(0.5, sector, Random(seed))), file.content(None)
    for place in range(0, len(left), sector):
        piece = slice(place, place + sector)
        assert left[piece] in (b"\xff" * len(left[piece]), whole[piece])


def test_a_sync_that_failed_makes_nothing_durable_ever() -> None:
    file = File(pending=[Write(1, 0, b"lost")])
    file.forget()
    file.pending.append(Write(2, 4, b"kept"))
    file.sync(before=3)
    assert file.content(NOTHING) == b"\0\0\0\0kept"


def test_a_name_is_durable_once_its_folder_was_synced(tmp_path: Path) -> None:
    disk, file = Folder(), File(bytearray(b"content"))
    disk.name(1, ("a", file))
    leave(disk, tmp_path / "left", NOTHING)
    assert not list((tmp_path / "left").iterdir())
    disk.sync(before=2)
    disk.name(2, ("a", None), ("b", file))
    leave(disk, tmp_path / "left", NOTHING)
    assert (tmp_path / "left" / "a").read_bytes() == b"content"


@given(st.integers())
def test_a_rename_is_whole_or_not_at_all(seed: int) -> None:
    old, new = File(bytearray(b"old")), File(bytearray(b"new"))
    disk = Folder(durable={"a": old, "a.new": new}, now={"a": old, "a.new": new})
    disk.name(1, ("a.new", None), ("a", new))
    names = disk.names(Survival(0.5, 512, Random(seed)))
    assert names in ({"a": old, "a.new": new}, {"a": new})


PROGRAM = """
import os, sys, threading
from pathlib import Path
home = Path(sys.argv[1]) / "home"
home.mkdir()
def put(name, blob, sync):
    with open(home / name, "wb") as file:
        file.write(blob); file.flush()
        if sync: os.fsync(file.fileno())
put("synced", b"s" * 5000, True)
put("loose", b"l" * 5000, False)
for folder in (home, home.parent):
    handle = os.open(folder, os.O_RDONLY); os.fsync(handle); os.close(handle)
put("unnamed", b"u", True)
thread = threading.Thread(target=put, args=("synced.new", b"n", True))
thread.start(); thread.join()
os.rename(home / "synced.new", home / "synced")
handle = os.open(home / "synced", os.O_WRONLY | os.O_APPEND)
copy = os.dup(handle); os.close(handle)
os.write(copy, b"more"); os.fdatasync(copy)
print("done", flush=True)
handle = os.open(home, os.O_RDONLY); os.fsync(handle)
print("all done", flush=True)
"""


def _recorded(root: Path, log: Path, program: str) -> tuple[Call, ...]:
    command = [sys.executable, "-c", program, str(root)]
    with tracing(command, log, stdout=subprocess.DEVNULL) as tracer:
        assert tracer.process.wait(60) == 0
    return tracer.calls()


@pytest.mark.usefixtures("recorder")
def test_a_real_program_leaves_what_it_synced(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    player = Player(root, read(root))
    calls = _recorded(root, tmp_path / "log", PROGRAM)
    left: dict[str, dict[str, bytes]] = {}
    for _ in player.play(calls):
        told = b"".join(said.blob for said in player.said if said.where == "1").decode()
        leave(player.disk, tmp_path / "left", NOTHING)
        home = tmp_path / "left" / "home"
        names = home.iterdir() if home.exists() else ()
        left.setdefault(told, {path.name: path.read_bytes() for path in names})
    leave(player.disk, tmp_path / "left", ALL)
    assert left["done\n"] == {"synced": b"s" * 5000, "loose": b""}
    assert left["done\nall done\n"] == {"synced": b"nmore", "loose": b"", "unnamed": b"u"}
    for path in (root / "home").iterdir():
        assert (tmp_path / "left" / "home" / path.name).read_bytes() == path.read_bytes()


@pytest.mark.usefixtures("recorder")
def test_a_call_that_is_not_modelled_ends_the_trial(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    program = "import os, sys; os.symlink('somewhere', sys.argv[1] + '/link')"
    player = Player(root, read(root))
    with pytest.raises(NotModelled, match="symlink"):
        list(player.play(_recorded(root, tmp_path / "log", program)))


def test_interrupted_lines_are_put_together() -> None:
    lines = [
        r'7  write(3, "\x61\x2c", 2 <unfinished ...>',
        r"8  fsync(4)  = 0",
        r"7  <... write resumed>)           = 2",
        r'7  openat(AT_FDCWD, "\x2f\x61", O_RDONLY) = -1 ENOENT (No such file or directory)',
        r"7  fsync(4)  = -1 EIO (Input/output error) (INJECTED)",
        r"7  close(3) = ?",
        r"7  +++ exited with 0 +++",
    ]
    write, sync, opening, refused = sorted(parsed(lines), key=lambda call: call.began)
    assert (write.began, write.ended, write.blob(1), write.result) == (0, 2, b"a,", 2)
    assert (sync.name, sync.args, sync.result) == ("fsync", ("4",), 0)
    assert (opening.name, opening.result) == ("openat", -1)
    assert (refused.name, refused.args, refused.result) == ("fsync", ("4",), -1)


def test_a_number_that_is_given_anew_before_its_close_returned_is_the_new_file(
    tmp_path: Path,
) -> None:
    path = "".join(f"\\x{byte:02x}" for byte in str(tmp_path / "log").encode())
    lines = [
        rf'7  openat(AT_FDCWD, "{path}", O_RDWR|O_CREAT, 0644) = 5',
        r"7  close(5 <unfinished ...>",
        rf'8  openat(AT_FDCWD, "{path}", O_RDWR) = 5',
        r"7  <... close resumed>)            = 0",
        r'8  pwrite64(5, "\x61\x62", 2, 0)    = 2',
        r"8  fdatasync(5)                    = 0",
        r"6  clone3({flags=CLONE_VM|CLONE_FILES}, 88) = 7",
        r"6  clone3({flags=CLONE_VM|CLONE_FILES}, 88) = 8",
    ]
    player = Player(tmp_path, Folder())
    assert list(player.play(tuple(parsed(lines)))) == [0, 4, 5]
    leave(player.disk, tmp_path / "left", ALL)
    assert (tmp_path / "left" / "log").read_bytes() == b"ab"
