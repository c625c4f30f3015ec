"""People who visit the server in a real browser: what each journey needs to begin."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from tests.admin.plant import PASSWORD

# Werkzeug leaves a file open when the browser breaks a request off, as it may at any time.
DROPPED = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
NewPage = Callable[..., Page]


@contextmanager
def serving(app: Flask, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """The application behind a socket, at the address that it gives."""
    server = make_server(host, port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://{host}:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def signed_in(page: Page, url: str, username: str, language: str = "zh") -> Page:
    """The page after somebody has signed in."""
    page.goto(f"{url}/sign-in")
    if language == "en":
        page.get_by_role("button", name="English").click()
        expect(page.get_by_role("button", name="中文")).to_be_visible()
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.locator("main .btn-primary").click()
    page.locator(".who").wait_for()
    return page
