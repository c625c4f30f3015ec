"""Turnstiles that speak the real protocols: a mock pin, a pty, servers."""

from __future__ import annotations

import asyncio
import os
import select
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from gpiozero import Device
from gpiozero.pins.mock import MockFactory
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from kiosk.config import TurnSettings

PATIENCE_S = 10.0
INPUT = 4


@dataclass(slots=True)
class Turnstile:
    """Settings that lead to it, its contact, and the port of its server where it has one."""

    settings: TurnSettings
    put: Callable[[bool], None]
    port: int = 0
    unplug: Callable[[], None] | None = None


@contextmanager
def gpio() -> Iterator[Turnstile]:
    """A contact to ground at a mock pin."""
    factory = MockFactory()
    pin: Any = factory.pin("GPIO27")
    own, Device.pin_factory = Device.pin_factory, factory
    try:
        yield Turnstile(
            TurnSettings(driver="gpio"), lambda on: pin.drive_low() if on else pin.drive_high()
        )
    finally:
        Device.pin_factory = own


@contextmanager
def modbus() -> Iterator[Turnstile]:
    """The library's own server; one of sixteen inputs is the contact."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    contact = [False]

    async def seen(*request: Any) -> None:
        request[4][0] = contact[0] << INPUT  # sixteen inputs are one word

    async def start() -> ModbusTcpServer:
        bits = [SimData(0, count=16, values=False, datatype=DataType.BITS)]
        words = [SimData(0, count=1, values=0, datatype=DataType.REGISTERS)]
        device = SimDevice(1, simdata=(bits, bits, words, words), action=seen)
        server = ModbusTcpServer(device, address=("127.0.0.1", 0))
        await server.serve_forever(background=True)
        return server

    server: Any = asyncio.run_coroutine_threadsafe(start(), loop).result(PATIENCE_S)
    port = server.transport.sockets[0].getsockname()[1]
    settings = TurnSettings(driver="modbus", address=f"tcp://127.0.0.1:{port}", discrete=INPUT)
    try:
        yield Turnstile(settings, lambda on: contact.__setitem__(0, on), port)
    finally:
        asyncio.run_coroutine_threadsafe(server.shutdown(), loop).result(PATIENCE_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE_S)
        loop.close()


@contextmanager
def serial_line() -> Iterator[Turnstile]:
    """A board that answers FF with CH1: and its contact."""
    ours, theirs = os.openpty()
    tty.setraw(ours)
    tty.setraw(theirs)
    contact = [False]
    ended, end = os.pipe()

    def listen() -> None:
        while ended not in select.select([ours, ended], [], [])[0]:
            if os.read(ours, 64).count(b"\xff"):
                os.write(ours, b"CH1:\x01\r\n" if contact[0] else b"CH1:\x00\r\n")
        os.close(ours)
        os.close(theirs)

    board = Thread(target=listen, daemon=True)
    board.start()

    def unplug() -> None:
        if board.is_alive():
            os.write(end, b".")
            board.join(PATIENCE_S)

    settings = TurnSettings(driver="serial", port=os.ttyname(theirs))
    try:
        yield Turnstile(settings, lambda on: contact.__setitem__(0, on), unplug=unplug)
    finally:
        unplug()
        os.close(end)
        os.close(ended)


@contextmanager
def http() -> Iterator[Turnstile]:
    """A web device that tells its inputs as JSON."""
    contact = [False]

    class Board(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b'{"inputs": [{"input": %d, "event": ""}]}' % contact[0]
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Board)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    settings = TurnSettings(driver="http", url=f"http://127.0.0.1:{server.server_port}/status")
    try:
        yield Turnstile(settings, lambda on: contact.__setitem__(0, on), port=server.server_port)
    finally:
        server.shutdown()
        server.server_close()


STANDS = {"gpio": gpio, "modbus": modbus, "serial": serial_line, "http": http}
