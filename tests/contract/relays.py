"""Stand-ins for relays that speak the real protocols: a mock pin, a pty, servers."""

from __future__ import annotations

import asyncio
import os
import select
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread
from typing import Any

from gpiozero import Device
from gpiozero.pins.mock import MockFactory
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from kiosk.config import BarrierSettings

PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True)
class Stand:
    """Settings that lead to a relay, what was switched so far in order, and pulling its plug."""

    settings: BarrierSettings
    switched: Queue[bool]
    unplug: Callable[[], None]

    def next(self) -> bool:
        """The next state that the relay was given; fails when none comes."""
        return self.switched.get(timeout=PATIENCE_S)


@contextmanager
def gpio() -> Iterator[Stand]:
    """A mock pin that obeys the real ones' rules."""
    switched: Queue[bool] = Queue()
    factory = MockFactory()
    pin: Any = factory.pin("GPIO17")
    drive = pin._set_state

    before: list[bool] = []

    def noted(value: bool) -> None:
        drive(value)
        if before[-1:] != [bool(value)]:
            switched.put(bool(value))
        before.append(bool(value))

    pin._set_state = noted
    own, Device.pin_factory = Device.pin_factory, factory
    try:
        yield Stand(BarrierSettings(driver="gpio", pin="17"), switched, factory.reset)
    finally:
        Device.pin_factory = own


@contextmanager
def serial_line() -> Iterator[Stand]:
    """The far end of a pty that understands the frames of an LCUS-1 board."""
    switched: Queue[bool] = Queue()
    ours, theirs = os.openpty()
    tty.setraw(ours)
    port = os.ttyname(theirs)
    ended, end = os.pipe()

    def listen() -> None:
        heard = b""
        while ended not in select.select([ours, ended], [], [])[0]:
            heard += os.read(ours, 64)
            while len(heard) >= 4:
                frame, heard = heard[:4], heard[4:]
                assert frame[3] == sum(frame[:3]) & 0xFF
                switched.put(bool(frame[2]))
        os.close(ours)
        os.close(theirs)

    listener = Thread(target=listen, daemon=True)
    listener.start()

    def unplug() -> None:
        if listener.is_alive():
            os.write(end, b".")
            listener.join(PATIENCE_S)

    try:
        yield Stand(BarrierSettings(driver="serial", port=port), switched, unplug)
    finally:
        unplug()
        os.close(end)
        os.close(ended)


@contextmanager
def modbus() -> Iterator[Stand]:
    """The library's own server with sixteen coils."""
    switched: Queue[bool] = Queue()
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def noted(*request: Any) -> None:
        values = request[5]
        if values is not None:
            switched.put(bool(values[0]))

    async def start() -> ModbusTcpServer:
        block = [SimData(0, count=16, values=False, datatype=DataType.BITS)]
        words = [SimData(0, count=1, values=0, datatype=DataType.REGISTERS)]
        device = SimDevice(1, simdata=(block, block, words, words), action=noted)
        server = ModbusTcpServer(device, address=("127.0.0.1", 0))
        await server.serve_forever(background=True)
        return server

    server: Any = asyncio.run_coroutine_threadsafe(start(), loop).result(PATIENCE_S)
    port = server.transport.sockets[0].getsockname()[1]

    def unplug() -> None:
        if loop.is_running():
            asyncio.run_coroutine_threadsafe(server.shutdown(), loop).result(PATIENCE_S)

    try:
        address = f"tcp://127.0.0.1:{port}"
        yield Stand(BarrierSettings(driver="modbus", address=address, coil=3), switched, unplug)
    finally:
        unplug()
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE_S)
        loop.close()


@contextmanager
def http() -> Iterator[Stand]:
    """A web relay."""
    switched: Queue[bool] = Queue()

    class Board(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if "turn=" in self.path:
                switched.put("turn=on" in self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Board)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    at = f"http://127.0.0.1:{server.server_port}/relay/0"

    def unplug() -> None:
        server.shutdown()
        server.server_close()

    settings = BarrierSettings(
        driver="http", on_url=f"{at}?turn=on", off_url=f"{at}?turn=off", check_url=at
    )
    try:
        yield Stand(settings, switched, unplug)
    finally:
        unplug()


STANDS = {"gpio": gpio, "serial": serial_line, "modbus": modbus, "http": http}
