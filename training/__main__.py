"""`python -m training`: fits the mask classifier, and tries it on sources that it has not seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click
import cv2
import torch
from rich.progress import Progress

from training import assess, crops, fit, onnx_file
from training.network import MaskNet

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)
STEPS, SEED = 3000, 1


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--threads", default=1, show_default=True, help="1 is repeatable to the bit."),
        click.option("--seed", default=SEED, show_default=True),
        click.option(
            "--steps",
            default=STEPS,
            type=click.IntRange(100, 1_000_000),
            show_default=True,
            help="Batches of 48 pictures.",
        ),
        click.option("--crops", "folder", required=True, type=_FOLDER, help="With manifest.csv."),
    ):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The mask classifier of Sibao 四宝."""


@main.command("fit")
@_options
@click.option("--out", required=True, type=_FILE, help="The ONNX file to write.")
def fit_all(folder: Path, steps: int, seed: int, threads: int, out: Path) -> None:
    """Fit to all sources and write the weights that the gate uses."""
    faces = _ready(folder, threads)
    net = _fitted(faces, steps, seed, "all sources")
    onnx_file.write(net, out, f"mask classifier of Sibao, {steps} steps, seed {seed}")


@main.command("assess")
@_options
@click.option("--out", type=_FILE, help="A JSON file for the numbers, beside the printed ones.")
def leave_one_out(folder: Path, steps: int, seed: int, threads: int, out: Path | None) -> None:
    """Fit once for each source without it, and try it on that source's photographs."""
    faces = _ready(folder, threads)
    found = {}
    for source in crops.sources(faces):
        known, tried = crops.leaving_out(faces, source)
        shares = fit.judged(_fitted(known, steps, seed, f"all but {source}"), tried)
        found[source] = assess.scores(shares, [crop.label for crop in tried])
        print(source, json.dumps(found[source]), flush=True)
    if out is not None:
        out.write_text(json.dumps(found, indent=1), encoding="utf-8")


def _ready(folder: Path, threads: int) -> list[crops.Crop]:
    torch.set_num_threads(threads)
    cv2.setNumThreads(1)
    return crops.load(folder)


def _fitted(faces: list[crops.Crop], steps: int, seed: int, what: str) -> MaskNet:
    with Progress() as bar:
        task = bar.add_task(what, total=steps)
        return fit.fit(
            faces,
            steps,
            seed,
            lambda step, loss: bar.update(task, completed=step, description=f"{what} {loss:.3f}"),
        )


if __name__ == "__main__":
    main()
