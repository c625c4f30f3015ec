"""A network cable with every vice, between a driver and a device that works."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread

DRIP_S = 0.3
GARBAGE = bytes(range(255, 0, -1))


@dataclass
class Wire:
    """Connections go to the device as the mood of their beginning says.

    `well`; `silent`: questions go in and nothing comes out; `babbling`: what comes out is not
    the answer; `dripping`: the answer comes byte by byte; `gone`: nobody listens.
    """

    port: int
    device: tuple[str, int]
    mood: str = "well"
    ended: Event = field(default_factory=Event)
    open: list[socket.socket] = field(default_factory=list)

    def turn(self, mood: str) -> None:
        """Another mood from now on: connections that stand are cut."""
        self.mood = mood
        while self.open:
            with suppress(OSError):
                self.open.pop().shutdown(socket.SHUT_RDWR)

    def serve(self, listening: socket.socket) -> None:
        """Take connections until the end."""
        while not self.ended.is_set():
            try:
                caller, _ = listening.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            if self.mood == "gone":
                caller.close()
                continue
            self.open.append(caller)
            Thread(target=self._carry, args=(caller, self.mood), daemon=True).start()

    def _carry(self, caller: socket.socket, mood: str) -> None:
        with suppress(OSError), caller, socket.create_connection(self.device) as device:
            answers = Thread(target=self._answer, args=(device, caller, mood), daemon=True)
            answers.start()
            while asked := caller.recv(4096):
                if mood in {"well", "dripping"}:
                    device.sendall(asked)
                if mood == "babbling":
                    caller.sendall(GARBAGE)

    def _answer(self, device: socket.socket, caller: socket.socket, mood: str) -> None:
        with suppress(OSError):
            while said := device.recv(4096):
                if mood == "well":
                    caller.sendall(said)
                    continue
                for byte in said:
                    if self.ended.wait(DRIP_S):
                        return
                    caller.sendall(bytes((byte,)))


@contextmanager
def wire(port: int) -> Iterator[Wire]:
    """A cable to the device on this port of loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        made = Wire(listening.getsockname()[1], ("127.0.0.1", port))
        server = Thread(target=made.serve, args=(listening,), daemon=True)
        server.start()
        try:
            yield made
        finally:
            made.ended.set()
            made.turn("gone")
            server.join(5)
