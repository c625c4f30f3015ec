"""A whole copy of the database while it runs, and putting one back.

SQLite by its own backup API, which gives the state of one moment; PostgreSQL by its own
pg_dump and pg_restore, which must be on this machine.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from checkpoint.durable import sync_folder
from checkpoint.errors import StorageFault
from checkpoint.storage.database import Database

_PAGES = 1024
"""Pages copied between two looks for whom else wants the file."""
_WAIT_S = 600


def is_sqlite(url: str) -> bool:
    """Whether a URL names a file of SQLite."""
    return make_url(url).get_backend_name() == "sqlite"


def copy_out(url: str, path: Path) -> None:
    """Write the whole database to a new file (mode 0600), on disk. Raises StorageFault."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    if not is_sqlite(url):
        _run("pg_dump", "--format=custom", f"--file={path}", f"--dbname={_libpq(url)}")
    else:
        try:
            source = f"{_file(url).resolve().as_uri()}?mode=ro"
            with (
                closing(sqlite3.connect(source, uri=True)) as live,
                closing(sqlite3.connect(path)) as copy,
            ):
                live.backup(copy, pages=_PAGES)
                copy.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.Error as fault:
            raise StorageFault(f"{path}: {fault}", remedy="see that there is room") from fault
    with path.open("rb") as file:
        os.fsync(file.fileno())
    sync_folder(path.parent)


def untouched(path: Path) -> Database:
    """A copy of SQLite, to be read without a byte of it changing."""
    address = f"sqlite:///file:{path.resolve()}?mode=ro&immutable=1&uri=true"
    return Database(create_engine(address, hide_parameters=True))


def flaws(url: str, path: Path) -> list[str]:
    """What is wrong with a copy by the database's own check; an empty list for a sound one."""
    if not is_sqlite(url):
        _run("pg_restore", "--list", str(path))
        return []
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as copy:
            lines = [str(line) for (line,) in copy.execute("PRAGMA integrity_check(10)")]
    except sqlite3.Error as fault:
        return [str(fault)]
    return [line for line in lines if line != "ok"]


def copy_in(url: str, path: Path, number: int) -> Path | None:
    """Put a copy in the place of the database; where the file that was there lies now.

    `number` names what was set aside. Nobody may be using the database. Raises StorageFault.
    """
    if not is_sqlite(url):
        words = ("--clean", "--if-exists", "--no-owner", "--single-transaction")
        _run("pg_restore", *words, f"--dbname={_libpq(url)}", str(path))
        return None
    target = _file(url)
    aside = target.with_name(f"{target.name}.aside-{number}")
    fresh = target.with_name(f"{target.name}.new")
    try:
        shutil.copyfile(path, fresh)
        fresh.chmod(0o600)
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        held = target.exists()
        for ending in ("-wal", "-shm", ""):
            part = target.with_name(target.name + ending)
            if part.exists():
                part.rename(aside.with_name(aside.name + ending))
        fresh.rename(target)
        sync_folder(target.parent)
    except OSError as fault:
        raise StorageFault(
            f"{target}: {fault.strerror}", remedy="see that there is room, then restore again"
        ) from fault
    return aside if held else None


def _file(url: str) -> Path:
    return Path(str(make_url(url).database))


def _libpq(url: str) -> str:
    address = make_url(url).set(drivername="postgresql")
    return address.render_as_string(hide_password=False)


def _run(program: str, *words: str) -> None:
    """One of PostgreSQL's programs. Raises StorageFault with its last line."""
    found = shutil.which(program)
    if found is None:
        raise StorageFault(f"{program} is not here", remedy="install postgresql-client")
    done = subprocess.run(  # noqa: S603 - our own words, no shell
        [found, *words], capture_output=True, text=True, timeout=_WAIT_S, check=False
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise StorageFault(f"{program}: {last}", remedy="see PostgreSQL's log")
