"""The commands of the gate. A fault is one line on standard error and exit status 2.

What a command needs is imported when it is called: a feed needs no camera library.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from checkpoint.clock import SystemClock, rfc3339
from checkpoint.durable import replace_file
from checkpoint.errors import SibaoError
from kiosk import config

_FILE = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_PICTURES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
_COUNTS = click.option("--counts", is_flag=True, help="A table by set instead of lines.")
_STARTER = """\
# The settings of this gate; docs/operations.md tells of every key.
folder = "."

[camera]
source = "0"
"""


class Commands(click.Group):
    """A group whose faults are told in one line, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; exit 2 on a fault of ours."""
        try:
            return super().invoke(ctx)
        except SibaoError as fault:
            _warn(fault.diagnostics())
            ctx.exit(2)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The gate of Sibao 四宝."""


@main.command()
@click.option("--config", "path", type=_FILE, help="The settings file (TOML).")
@click.option(
    "--camera", "source", help="A camera's index, a film, a folder, a stream's URL, or none."
)
@click.option("--until-end", is_flag=True, help="Stop when the film ends.")
@click.option("--headless", is_flag=True, help="Without the display.")
def run(path: Path | None, source: str | None, until_end: bool, headless: bool) -> None:
    """The gate: prints one JSON line an entry, after it is durable.

    Codes come from the camera, and from a scanner that the settings name ([scanner] driver,
    keyboard or port). docs/operations.md says how to set up each device.
    """
    from kiosk import bootstrap
    from kiosk.gate.decision import line_of
    from kiosk.runner import Runner

    settings = config.load(path)
    if source is not None:
        settings = bootstrap.camera_at(settings, source)
    if headless:
        settings = bootstrap.headless(settings)
    clock = SystemClock()
    voice = bootstrap.Voice(lambda link: _say(line_of(link)), _warn)
    with bootstrap.station(settings, clock, voice) as station:
        runner = Runner(station, clock, until_end=until_end)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: runner.stop())
        runner.run()


@main.command()
@click.option(
    "--journal",
    "folder",
    required=True,
    type=_FOLDER,
    help="The stand-alone gate's folder; made, with keys and the default policy, when missing.",
)
@click.option(
    "--foreign",
    type=click.Choice(["off", "refer", "admit"]),
    default="off",
    help="What a valid foreign certificate (HC1:) is worth. Default: off.",
)
@click.option(
    "--certificates",
    "issuers",
    type=click.Path(path_type=Path),
    help="Its issuers' certificates: a PEM file, or a folder of *.pem.",
)
@click.option("--bundle", "given", type=_FOLDER, help="Decide by an enrolled gate's bundle.")
def feed(folder: Path, foreign: str, issuers: Path | None, given: Path | None) -> None:
    """A gate without devices: one observation a line in, one durable entry a line out.

    A line is {"text": QR text or null, "temperature_c": 36.5 or null, "mask": "worn",
    "incorrect", "none" or null, "plate": "agrees", "differs" or null, "direction": "in" or
    "out", "at": RFC 3339 time or null}; a vehicle without "plate" bears that of its pass. A line
    that is wrong is told on standard error and the next one is taken; the exit status is then 1.
    """
    from checkpoint.credential.foreign import Certificates
    from checkpoint.domain.policy import ForeignWorth
    from kiosk.feed import Feed, Foreign, lines_of

    believed = Certificates.load_pem(issuers) if issuers else Certificates()
    other = None if given else Foreign(ForeignWorth(foreign), believed)
    gate = Feed.open(folder, SystemClock(), other, given)
    with gate.journal:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        lines = lines_of(sys.stdin.buffer) if sys.stdin else iter(())
        status = gate.run(lines, _say, _warn)
    sys.exit(status)


@main.command()
@_PICTURES
@_COUNTS
def read(files: tuple[Path, ...], *, counts: bool) -> None:
    """The codes in picture files: one JSON line a file; exit 1 when one could not be read.

    A folder stands for the pictures in it. With --counts, a text file beside a picture, of the
    same name, holds what it should read.
    """
    from kiosk.drivers.reading import read_file

    sys.exit(_each(_pictures(files), read_file, counts=counts))


@main.command()
@_PICTURES
@_COUNTS
def mask(files: tuple[Path, ...], *, counts: bool) -> None:
    """The masks in picture files: one JSON line a file; exit 1 when one could not be read.

    A line is {"file", "faces": [{"box": [x, y, width, height], "mask": "worn", "incorrect" or
    "none", "confidence"}], "ms"}, the widest face first. A folder stands for the pictures in it.
    No face is recognised, nothing is kept.
    """
    from kiosk.drivers.mask_camera.still import StillSight

    sys.exit(_each(_pictures(files), StillSight().look, counts=counts))


@main.command()
@click.argument("code")
@click.option("--config", "path", type=_FILE, help="The settings file; made when missing.")
@click.option("--folder", type=_FOLDER, help="The data folder, instead of a settings file.")
def enroll(code: str, path: Path | None, folder: Path | None) -> None:
    """Enrol this kiosk with the server, once. CODE is the sibao:// line or a file with it."""
    from kiosk import bootstrap
    from kiosk.enrolment import Enrolment, code_of, enrol, first_bundle

    fresh = path is not None and not path.exists()
    settings = config.load(None if fresh else path)
    folder = folder or (path.parent if path and fresh else settings.folder)
    clock = SystemClock()
    place = Enrolment.load(folder)
    enrolled = place is not None
    dial = bootstrap.dial_by(settings.transport.driver, clock)
    place = place or enrol(code_of(code), folder, dial, clock)
    if path and fresh:
        replace_file(path, _STARTER.encode(), mode=0o644)
    if enrolled:
        _warn(f"{folder} is enrolled already: kiosk {place.kiosk_id} at {place.server}")
        return
    _warn(f"{folder} is enrolled: kiosk {place.kiosk_id}, gate {place.gate_id} at {place.server}")
    try:
        first_bundle(folder, place, dial, clock)
    except SibaoError as fault:
        _warn(f"the first bundle has not come, the gate will ask again: {fault.diagnostics()}")


@main.command()
@click.option("--script", required=True, type=_FILE, help="What the film tells (JSON).")
@click.option("--out", required=True, type=_FILE, help="The film to write.")
def film(script: Path, out: Path) -> None:
    """Render a film of people coming to a gate."""
    from kiosk.film import render

    with click.progressbar(length=100, label="Rendering", file=sys.stderr) as bar:
        render(script, out, lambda done, of: bar.update(100 * done // of - bar.pos))


@main.command()
@click.option("--config", "path", type=_FILE, help="The settings file (TOML).")
@click.option("--folder", type=_FOLDER, help="The data folder, instead of a settings file.")
def status(path: Path | None, folder: Path | None) -> None:
    """How the gate in a folder stands: one JSON object. It may be running meanwhile."""
    from kiosk.enrolment import Enrolment
    from kiosk.journal.glance import glance

    folder = folder or config.load(path).folder
    place, seen = Enrolment.load(folder), glance(folder)
    report = {
        "folder": str(folder),
        "enrolled": place is not None,
        "server": place.server if place else None,
        "kiosk": seen.kiosk_id if seen else place.kiosk_id if place else None,
        "epoch": seen.epoch if seen else None,
        "seq": seen.last_seq if seen else 0,
        "hash": seen.last_hash.hex() if seen else "",
        "entries": seen.entries if seen else 0,
        "unsent": seen.unsent if seen else 0,
        "quarantined": seen.quarantined if seen else 0,
        "inside": seen.inside if seen else 0,
        "last_receipt": rfc3339(seen.last_receipt) if seen and seen.last_receipt else None,
        "tree_head": seen.tree if seen and seen.tree else None,
        "bundle": _bundle(folder) if place else None,
    }
    _say(json.dumps(report, ensure_ascii=False))


def _bundle(folder: Path) -> dict[str, Any] | None:
    """The cached bundle, and for how long the server has not said that it is in force."""
    from checkpoint.errors import WireError
    from checkpoint.keys import Keyring
    from kiosk.bundle import TRUST, BundleStore
    from kiosk.enrolment import Enrolment

    place = Enrolment.load(folder)
    if place is None:
        return None
    keyring = Keyring.load(folder / TRUST)
    store = BundleStore(folder, place.kiosk_id, keyring, SystemClock())
    try:
        held = store.load()
    except WireError as fault:
        return {"error": fault.message}
    return {"version": held.version, "age_s": store.age_s()} if held else None


def _pictures(paths: tuple[Path, ...]) -> Iterator[Path]:
    """Each file, and the pictures of each folder by name."""
    from kiosk.drivers.cameras.pictures import pictures_at

    for path in paths:
        yield from pictures_at(path) if path.is_dir() else [path]


def _each(files: Iterable[Path], look: Callable[[Path], dict[str, Any]], *, counts: bool) -> int:
    """Print what is found in each file, or how often what was found; the exit status."""
    from rich.console import Console

    from kiosk.counting import Counts

    status, counted = 0, Counts()
    for path in files:
        found = look(path)
        if counts:
            counted.add(found)
        else:
            _say(json.dumps(found, ensure_ascii=False))
        status = 1 if "error" in found else status
    if counts:
        Console().print(counted.table())
    return status


@main.command("rotate-sealing")
@click.option("--config", "path", type=_FILE, help="The settings file (TOML).")
@click.option("--folder", type=_FOLDER, help="The data folder, instead of a settings file.")
def rotate_sealing(path: Path | None, folder: Path | None) -> None:
    """Replace the key under which the journal keeps persons; the gate must be stopped.

    The old key is destroyed at the end. May be cut short: the next start goes on.
    """
    from kiosk.journal.rotation import rotate

    done = rotate(folder or config.load(path).folder)
    _warn(f"{done} persons are under the next key; the one before is destroyed")


def _say(line: str) -> None:
    """Print a line at once. Nobody listening, or no room to write, is no reason to stop a gate."""
    try:
        print(line, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as fault:
        _warn(f"standard output: {fault.strerror} → make room; the journal has the entry")


def _warn(line: str) -> None:
    with suppress(OSError):
        click.echo(line, err=True)
