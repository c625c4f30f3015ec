"""After a power cut one broken cable must not mean no gate: a dead device is a fault, no end."""

from __future__ import annotations

import os
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import cv2
import numpy as np
import pytest

from checkpoint.clock import SystemClock
from checkpoint.domain.entry import Entry, EntryKind
from checkpoint.entrylog import Link, decode_entry
from kiosk import bootstrap, config
from kiosk.gate.faults import Code
from kiosk.runner import Runner, Station

PATIENCE = range(400)
"""Turns of a hundredth of a second and more."""
SENSORS = {"thermometer": 'driver = "simulated"', "mask": 'driver = "simulated"'}
NOWHERE = "/dev/sibao-nothing-here"
DEAD_PORT = "127.0.0.1:9"


@contextmanager
def started(
    folder: Path, role: str, table: str, told: list[Entry]
) -> Iterator[tuple[Station, Runner]]:
    """A gate as `kiosk run` makes it, with this table for one of its devices."""
    (folder / "pictures").mkdir()
    cv2.imwrite(str(folder / "pictures" / "1.png"), np.full((64, 64, 3), 255, np.uint8))
    camera = {"camera": 'driver = "pictures"\nsource = "pictures"'}
    tables = "".join(
        f"[{name}]\n{text}\n" for name, text in {**camera, **SENSORS, role: table}.items()
    )
    path = folder / "kiosk.toml"
    path.write_text(f'folder = "data"\nstandalone = true\n{tables}', encoding="utf-8")
    settings, clock = bootstrap.headless(config.load(path)), SystemClock()

    def entry(link: Link) -> None:
        told.append(decode_entry(link.body))

    with bootstrap.station(settings, clock, bootstrap.Voice(entry, pytest.fail)) as station:
        station.gate.begin(clock.now(), "1")
        yield station, Runner(station, clock)


def turned_until(runner: Runner, sure: Callable[[], bool]) -> bool:
    pause = Event()
    for _ in PATIENCE:
        runner.turn()
        if sure():
            return True
        pause.wait(0.01)
    return False


@pytest.mark.parametrize(
    ("role", "table"),
    [
        ("thermometer", f'driver = "serial"\nport = "{NOWHERE}"'),
        ("thermometer", 'driver = "mlx90614"\nbus = 63'),
        ("thermometer", 'driver = "mlx90640"\nbus = 63'),
        ("thermometer", f'driver = "iio"\nfolder = "{NOWHERE}"'),
        ("scanner", f'driver = "serial"\nport = "{NOWHERE}"'),
        ("scanner", f'driver = "keyboard"\nkeyboard = "{NOWHERE}"'),
        ("barrier", f'driver = "serial"\nport = "{NOWHERE}"'),
        ("barrier", f'driver = "modbus"\naddress = "tcp://{DEAD_PORT}"'),
        ("barrier", f'driver = "modbus"\naddress = "{NOWHERE}"'),
        ("barrier", f'driver = "http"\noff_url = "http://{DEAD_PORT}/off"'),
        ("turn", f'driver = "serial"\nport = "{NOWHERE}"'),
        ("turn", f'driver = "modbus"\naddress = "tcp://{DEAD_PORT}"'),
        ("turn", f'driver = "http"\nurl = "http://{DEAD_PORT}/"'),
        ("plate", f'driver = "camera"\npython = "{NOWHERE}"'),
    ],
)
def test_the_gate_starts_and_says_which_device_is_dead(
    role: str, table: str, tmp_path: Path
) -> None:
    told: list[Entry] = []
    with started(tmp_path, role, table, told) as (station, runner):
        assert turned_until(runner, lambda: station.gate.faults.lasts(Code(role)))
        (fault,) = station.gate.faults.lasting()
        assert fault.operator_code[1:] == "-01", "lost"
        assert fault.message
        assert fault.remedy
    assert [entry.kind for entry in told[:2]] == [EntryKind.BOOT, EntryKind.FAULT]
    assert told[1].details["device"] == role


def test_a_gun_that_is_plugged_in_later_measures_without_a_new_start(tmp_path: Path) -> None:
    port = tmp_path / "gun"
    told: list[Entry] = []
    table = f'driver = "serial"\nport = "{port}"'
    with started(tmp_path, "thermometer", table, told) as (station, runner):
        assert turned_until(runner, lambda: station.gate.faults.lasts(Code.THERMOMETER))
        ours, theirs = os.openpty()
        tty.setraw(theirs)
        port.symlink_to(os.ttyname(theirs))
        try:
            assert turned_until(runner, lambda: not station.gate.faults.lasts(Code.THERMOMETER))
        finally:
            os.close(ours)
            os.close(theirs)
    assert [entry.details.get("state") for entry in told[1:]] == ["failed", "recovered"]
