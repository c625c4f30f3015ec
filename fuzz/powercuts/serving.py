"""A demo district with a real server, recorded or not, and the way to it."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from checkpoint.clock import SystemClock
from checkpoint.wire.enrolment import EnrolmentCode
from fuzz.powercuts.calls import Tracer, tracing
from kiosk.bootstrap import dial_by
from kiosk.enrolment import Dial, code_of

STRICT = ("-m", "admin")
CONTROL = ("-m", "fuzz.powercuts.lax", "admin")
PATIENCE_S = 240.0
_BETWEEN_S = 0.05


@dataclass(frozen=True, slots=True)
class District:
    """The demo under `data`; its server listens at `port` once it runs."""

    data: Path
    port: int

    @classmethod
    def made(cls, data: Path) -> District:
        """Make the demo at a free port."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        words = ["-m", "admin", "demo", "--data", str(data), "--port", str(port)]
        subprocess.run([sys.executable, *words], check=True, capture_output=True)  # noqa: S603
        return cls(data, port)

    def code(self) -> EnrolmentCode:
        """The code that enrols one gate."""
        return code_of(str(self.data / "enrolment.txt"))

    def wait(self, process: subprocess.Popen[bytes]) -> None:
        """Return once the server listens. Raises TimeoutError."""
        for _ in range(int(PATIENCE_S / _BETWEEN_S)):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if process.poll() is not None:
                break
            Event().wait(_BETWEEN_S)
        raise TimeoutError(f"the server at port {self.port} does not listen")


def dial() -> Dial:
    """The real way to a server."""
    return dial_by("http", SystemClock())


@contextmanager
def recorded(district: District, log: Path, program: Sequence[str] = STRICT) -> Iterator[Tracer]:
    """The server, recorded; it is stopped at the end of the block."""
    command = [sys.executable, *program, "serve", "--data", str(district.data)]
    with tracing(command, log, stderr=subprocess.DEVNULL) as tracer:
        district.wait(tracer.process)
        yield tracer
        tracer.stop()


@contextmanager
def running(district: District) -> Iterator[None]:
    """The server as it is; it is stopped at the end."""
    command = [sys.executable, *STRICT, "serve", "--data", str(district.data)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:  # noqa: S603
        try:
            district.wait(process)
            yield
        finally:
            process.terminate()
