"""What the driver suites share."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import cv2
import numpy as np
import pytest

from checkpoint.clock import FixedClock
from kiosk.config import CameraSettings

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
PICTURES = 6


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six pictures at 12 a second, each brighter than the last."""
    path = tmp_path_factory.mktemp("films") / "six.mp4"
    code = cv2.VideoWriter.fourcc(*"mp4v")
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, code, 12.0, (320, 240))
    for number in range(PICTURES):
        writer.write(np.full((240, 320, 3), 30 * number + 10, np.uint8))
    writer.release()
    return path


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six pictures in the order of their names."""
    path = tmp_path_factory.mktemp("pictures")
    for number in range(PICTURES):
        picture = np.full((120, 160, 3), 30 * number + 10, np.uint8)
        cv2.imwrite(str(path / f"{number}.png"), picture)
    (path / "notes.txt").write_text("not a picture, and not asked to be one", encoding="utf-8")
    return path


@pytest.fixture
def settings_for(film: Path, folder: Path) -> Callable[[str], CameraSettings]:
    """Camera settings that fit a driver, at lockstep."""
    sources = {"opencv": film, "pictures": folder}
    return lambda driver: CameraSettings(
        driver=driver, source=str(sources[driver]), pace="lockstep", fps=12.0
    )


@pytest.fixture
def serve() -> Iterator[Callable[[type[BaseHTTPRequestHandler]], str]]:
    """Starts HTTP servers on loopback, gives their addresses, ends them."""
    servers: list[ThreadingHTTPServer] = []

    def start(handler: type[BaseHTTPRequestHandler]) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        servers.append(server)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
