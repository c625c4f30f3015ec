"""How often a vehicle's plate is read right from one picture, and what a picture costs.

The name of a picture is the plate in it, as in `京A12345.jpg`. Each is compared with a pass of
that vehicle, and with the pass of the vehicle in the next picture.

    python -m benchmarks.plates FOLDER

One core, one picture at a time, the nearest plate only, through the process that a gate starts.
A gate asks for more: of the newest pictures three in four must agree.
"""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from checkpoint.domain.plate import PlateMatch, painted
from checkpoint.errors import DeviceFault
from kiosk.drivers.cameras import PICTURE_SUFFIXES
from kiosk.drivers.pictures import open_picture
from kiosk.drivers.plates.process import ReadingProcess, command
from kiosk.gate.plate import compared
from kiosk.ports import Image, PlateReading

OWN, OTHERS = "its own pass", "another's pass"


def pictures(folder: Path) -> list[tuple[str, Image]]:
    """The pictures that are named after a plate, in the order of their names."""
    named = []
    for path in sorted(folder.iterdir()):
        plate = painted(path.stem)
        if plate and path.suffix.lower() in PICTURE_SUFFIXES:
            try:
                named.append((plate, open_picture(path)))
            except DeviceFault as fault:
                click.echo(f"left out: {fault.message}", err=True)
    return named


def judged(reading: PlateReading | None, plate: str) -> PlateMatch:
    """What a gate would make of one reading."""
    return compared(reading, plate) if reading else PlateMatch.UNKNOWN


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--python", default="", help="The interpreter of the reader's environment.")
def main(folder: Path, python: str) -> None:
    """Print both tables."""
    shown = pictures(folder)
    process = ReadingProcess(command(python))
    process.start()
    readings, spent = [], []
    for _, image in track(shown, description="reading"):
        begun = time.perf_counter()
        readings.append(process.read(image))
        spent.append((time.perf_counter() - begun) * 1000)
    process.end()
    process.clear()
    plates = [plate for plate, _ in shown]
    others = [*plates[1:], *plates[:1]]
    texts = [reading.text if reading else "" for reading in readings]
    right = sum(text == plate for text, plate in zip(texts, plates, strict=True))
    silent = texts.count("")
    console = Console()
    console.print(
        f"{len(shown)} pictures: read right {right}, otherwise {len(shown) - right - silent},"
        f" nothing read {silent}; ms median {np.median(spent):.0f},"
        f" p95 {np.percentile(spent, 95):.0f}"
    )
    table = Table("compared with", *(match.value for match in PlateMatch))
    for name, passes in ((OWN, plates), (OTHERS, others)):
        counted = Counter(judged(r, plate) for r, plate in zip(readings, passes, strict=True))
        table.add_row(name, *(str(counted[match]) for match in PlateMatch))
    console.print(table)


if __name__ == "__main__":
    main()
