"""A network camera that speaks the real protocol: a stream of JPEGs over HTTP, with every vice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import cv2
import numpy as np

EVERY_S = 0.03


@dataclass
class Stream:
    """The camera's address and its mood.

    `mood` is one of `well`, `silent` (the line stays open, nothing comes), `frozen` (one picture
    for ever), `babbling` (bytes that are no JPEG), `slow` (a picture when told) and `gone`.
    """

    address: str = ""
    mood: str = "well"
    sent: int = 0
    more: Event = field(default_factory=Event)

    def part(self) -> bytes:
        """The next piece of the stream."""
        if self.mood != "frozen":
            self.sent += 1
        picture = np.full((120, 160, 3), 90, np.uint8)
        picture[:, : 1 + self.sent % 150] = 200
        data = cv2.imencode(".jpg", picture)[1].tobytes()
        if self.mood == "babbling":
            data = bytes(range(256)) * 8
        return b"--f\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n" % (
            len(data),
            data,
        )


@contextmanager
def stream() -> Iterator[Stream]:
    """A camera on loopback; it ends with the test."""
    made, ended = Stream(), Event()

    class Camera(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if made.mood == "gone":
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=f")
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):
                while not ended.is_set() and made.mood != "gone":
                    if made.mood not in ("silent", "slow") or made.more.is_set():
                        made.more.clear()
                        self.wfile.write(made.part())
                    ended.wait(EVERY_S)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Camera)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    made.address = f"http://127.0.0.1:{server.server_port}/stream.mjpg"
    try:
        yield made
    finally:
        ended.set()
        server.shutdown()
        server.server_close()
