"""From a script to a film file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from checkpoint.errors import DeviceFault, SettingError
from kiosk.drivers import film_layout as layout
from kiosk.drivers.native import cv2
from kiosk.film.backdrop import backdrop
from kiosk.film.script import load_script
from kiosk.film.staging import FPS, SCENE_PICTURES, pictures

FORMATS = {".mp4": "mp4v", ".avi": "MJPG"}
"""What OpenCV's wheels write and read everywhere; the first is ten times smaller."""

Progress = Callable[[int, int], None]
"""Called with the pictures done and all of them."""


def render(script_path: Path, out_path: Path, progress: Progress | None = None) -> None:
    """Draw the film of a script: 1280 × 720, 12 pictures a second, the same for the same seed.

    Raises SettingError for a script or file name that can't be used, DeviceFault when the film
    can't be written. The file appears under its name only when it is complete.
    """
    script = load_script(script_path)
    if out_path.suffix.lower() not in FORMATS:
        raise SettingError(
            f"{out_path}: a film ends in {' or '.join(FORMATS)}", remedy="choose such a name"
        )
    part = out_path.with_name(f".{out_path.stem}.part{out_path.suffix.lower()}")
    writer = _writer(part)
    total = len(script.scenes) * SCENE_PICTURES
    ground = backdrop(script.zone_note, np.random.default_rng(script.seed))
    try:
        for index, scene in enumerate(script.scenes):
            rng = np.random.default_rng([script.seed, index])
            for number, picture in enumerate(pictures(scene, ground, rng), 1):
                writer.write(picture)
                if progress is not None:
                    progress(index * SCENE_PICTURES + number, total)
        writer.release()
        part.replace(out_path)
    finally:
        writer.release()
        part.unlink(missing_ok=True)


def _writer(path: Path) -> cv2.VideoWriter:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError as fault:
        raise DeviceFault(
            f"{path.parent}: {fault.strerror}", remedy="choose a folder that can be written"
        ) from fault
    code = cv2.VideoWriter.fourcc(*FORMATS[path.suffix])
    writer = cv2.VideoWriter(
        str(path), cv2.CAP_FFMPEG, code, float(FPS), (layout.WIDTH, layout.HEIGHT)
    )
    if not writer.isOpened():
        path.unlink(missing_ok=True)
        raise DeviceFault(
            f"{path}: this OpenCV writes no such film", remedy="install opencv-python's own wheel"
        )
    return writer
