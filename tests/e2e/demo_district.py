"""The demo district as `make run` starts it: real processes, a rendered film, free ports."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

from checkpoint.clock import SystemClock
from checkpoint.services import SYSTEM, Office, authorizing, enrolment

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(*words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run one of our commands to its end."""
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@dataclass
class District:
    """A folder with the demo, its server and gates; `close` ends all that was started."""

    folder: Path
    server_port: int = field(default_factory=free_port)
    display_port: int = field(default_factory=free_port)
    running: list[subprocess.Popen[str]] = field(default_factory=list)
    serving: subprocess.Popen[str] | None = None

    @property
    def server(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def display(self) -> str:
        return f"http://127.0.0.1:{self.display_port}"

    @property
    def data(self) -> str:
        return str(self.folder)

    def make(self) -> dict[str, Any]:
        ports = ("--port", str(self.server_port), "--display-port", str(self.display_port))
        made = command("admin", "demo", "--data", self.data, *ports, "--json")
        assert made.returncode == 0, made.stderr
        answer: dict[str, Any] = json.loads(made.stdout)
        return answer

    def render(self) -> None:
        script, film = self.folder / "script.json", self.folder / "film.mp4"
        drawn = command("kiosk", "film", "--script", str(script), "--out", str(film))
        assert drawn.returncode == 0, drawn.stderr

    def scenes(self) -> list[dict[str, Any]]:
        script = json.loads((self.folder / "script.json").read_text(encoding="utf-8"))
        return list(script["scenes"])

    def start(self, *words: str, stdout: Any = subprocess.DEVNULL) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", *words], cwd=ROOT, stdout=stdout, text=True
        )
        self.running.append(process)
        return process

    def serve(self) -> None:
        self.serving = self.start("admin", "serve", "--data", self.data)
        wait_for(lambda: answers(f"{self.server}/healthz"), "the server to answer")

    def stop_serving(self) -> None:
        assert self.serving is not None
        stop(self.serving)
        assert not answers(f"{self.server}/healthz")

    def enrol(self, config: Path, code: str) -> None:
        enrolled = command("kiosk", "enroll", code, "--config", str(config))
        assert enrolled.returncode == 0, enrolled.stderr

    def second_gate_code(self) -> str:
        """A code for a gate of the same plant that has no kiosk yet."""
        office = Office.open(
            f"sqlite:///{self.folder}/sibao.db", self.folder / "keys", SystemClock()
        )
        try:
            taken = self._gate_of_first_kiosk()
            grounds = authorizing.places(office, "chenguang")
            gate = next(g for place in grounds for g in place.gates if g.gate_id != taken)
            return enrolment.make_code(
                office, SYSTEM, "chenguang", gate.gate_id, self.server
            ).text()
        finally:
            office.close()

    def _gate_of_first_kiosk(self) -> str:
        enrolled = json.loads((self.folder / "kiosk" / "enrolled.json").read_text(encoding="utf-8"))
        return str(enrolled["gate_id"])

    def close(self) -> None:
        for process in reversed(self.running):
            stop(process)
        shutil.rmtree(self.folder, ignore_errors=True)


def answers(url: str) -> bool:
    """Whether an address answers with success."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5):
            return True
    except (OSError, urllib.error.URLError):
        return False


def wait_for(holds: Any, what: str, seconds: float = PATIENCE_S) -> None:
    """Ask again and again until it holds; fails with `what` when the time is up."""
    clock, pause = SystemClock(), Event()
    until = clock.monotonic() + seconds
    while not holds():
        assert clock.monotonic() < until, f"waited {seconds} s for {what}"
        pause.wait(0.1)


def stop(process: subprocess.Popen[str]) -> None:
    """Ask a process to end, and see that it does."""
    if process.poll() is None:
        process.terminate()
    process.wait(30)
