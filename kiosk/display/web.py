"""The display as a page served on the gate's own machine."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import logging
import os
import socket
import threading
from types import TracebackType
from typing import Self

from flask import Flask
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

from checkpoint.clock import Clock, SystemClock
from checkpoint.errors import DeviceFault
from kiosk.config import DisplaySettings
from kiosk.display.board import Board
from kiosk.display.pages import LARGEST_BODY, Glass, Sound, create_app
from kiosk.ports import Act, EmergencyOpened, GateView, Image

THREADS = 10
_WAITERS = 7
_CONNECTIONS = 64
_CLOSE_S = 5.0
_REMEDIES = {
    errno.EADDRINUSE: "stop what is listening there (another kiosk?), or set another display.port",
    errno.EACCES: "set display.port to 1024 or above",
    errno.EADDRNOTAVAIL: "set display.host to an address of this machine, such as 127.0.0.1",
}


class WebDisplay:
    """A driver of the Display port: Flask and waitress in threads of their own.

    `url` is where to look. `zone` is the one in which the page shows the time. Call `show` at
    least every few seconds: a page that hears nothing from the gate for ten seconds says so.
    Raises DeviceFault when the address can't be listened on.
    """

    name = "web"
    simulated = False

    def __init__(
        self, settings: DisplaySettings, *, zone: str = "Asia/Shanghai", clock: Clock | None = None
    ) -> None:
        listener = _listen(settings.host, settings.port)
        host, self.port = listener.getsockname()[:2]
        self.url = f"http://{_reachable(host)}:{self.port}/"
        clock = clock or SystemClock()
        self._board = Board(clock)
        self._preview = settings.preview
        glass = Glass(
            self._board,
            clock,
            listening=settings.host,
            language=settings.language,
            zone=zone,
            preview=self._preview,
            sound=Sound(settings.sound, settings.voice, settings.volume),
            waiters=_WAITERS,
        )
        # Its warnings about a full queue would repeat with every press of a hurried thumb.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self._server = _serve(create_app(glass), listener)
        self._thread = threading.Thread(target=self._server.run, name="display", daemon=True)
        self._thread.start()
        self._closed = False

    def show(self, view: GateView) -> None:
        """Replace what is shown. Returns at once and never raises."""
        self._board.post(view)

    def preview(self, image: Image) -> None:
        """Replace the camera picture; dropped at once where the preview is switched off."""
        if self._preview:
            self._board.hang(image)

    def acts(self) -> list[Act]:
        """What the gatekeeper did since the last call, in order."""
        return self._board.pressed()

    def emergency_waits(self) -> bool:
        """Whether the emergency button was pressed and `acts` has not given it yet."""
        return self._board.waits_for(EmergencyOpened)

    def close(self) -> None:
        """Stop serving. A second call does nothing."""
        if self._closed:
            return
        self._closed = True
        self._board.close()
        self._server.task_dispatcher.shutdown(timeout=_CLOSE_S)
        # The server's loop owns its sockets: only its own thread may close them.
        with contextlib.suppress(OSError):
            self._server.trigger.pull_trigger(self._close_all)
        self._thread.join(_CLOSE_S)

    def _close_all(self) -> None:
        waiting = self._server._map  # noqa: SLF001 - it has no other door
        for channel in list(waiting.values()):
            if isinstance(channel, HTTPChannel):
                channel.handle_close()  # with the file that a page waits for
        wasyncore.close_all(waiting)

    def __enter__(self) -> Self:
        """The running display."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()


def _serve(app: Flask, listener: socket.socket) -> TcpWSGIServer:
    host, port = listener.getsockname()[:2]
    settings = Adjustments(
        host=host,
        port=port,
        threads=THREADS,
        connection_limit=_CONNECTIONS,
        max_request_body_size=LARGEST_BODY,
        channel_timeout=30,
        ident=None,
    )
    where = (listener.family, listener.type, listener.proto, listener.getsockname())
    return TcpWSGIServer(app, _sock=listener, bind_socket=False, adj=settings, sockinfo=where)


def _listen(host: str, port: int) -> socket.socket:
    try:
        listener = socket.socket(_family(host), socket.SOCK_STREAM)
    except OSError as fault:
        raise DeviceFault(
            f"the display can't use the address {host!r}: {fault.strerror or fault}",
            remedy=_REMEDIES[errno.EADDRNOTAVAIL],
        ) from fault
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except OSError as fault:
        listener.close()
        what = os.strerror(fault.errno) if fault.errno else str(fault)
        raise DeviceFault(
            f"the display can't listen on {host} port {port}: {what}",
            remedy=_REMEDIES.get(fault.errno or 0, "set display.host and display.port"),
        ) from fault
    return listener


def _family(host: str) -> int:
    try:
        return socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET
    except ValueError:
        return socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][0]


def _reachable(host: str) -> str:
    address = ipaddress.ip_address(host)
    if address.is_unspecified:
        return "127.0.0.1" if address.version == 4 else "[::1]"
    return f"[{host}]" if address.version == 6 else host
