"""The fixtures that other tests stand on do what they promise."""

import socket
import urllib.request
from collections.abc import Callable
from urllib.error import URLError

import psycopg
import pytest
from playwright.sync_api import Page

from tests.fixtures.missing import missing
from tests.fixtures.network import NetworkRefusedError


@pytest.mark.postgres
@pytest.mark.parametrize("_turn", ["first", "second"])
def test_each_test_gets_an_empty_database(postgres_database: str, _turn: str) -> None:
    with psycopg.connect(postgres_database.replace("+psycopg", "", 1)) as connection:
        connection.execute("CREATE TABLE seen (name text)")
        connection.execute("INSERT INTO seen VALUES ('四宝')")
        assert connection.execute("SELECT name FROM seen").fetchall() == [("四宝",)]


@pytest.mark.browser
def test_chromium_renders_chinese_in_each_language(new_page: Callable[..., Page]) -> None:
    for locale in ("zh-CN", "en"):
        page = new_page(locale=locale, viewport=(390, 844))
        page.set_content("<h1>码 登 温 罩</h1>")
        assert page.locator("h1").inner_text() == "码 登 温 罩"
        assert page.evaluate("[navigator.language, innerWidth]") == [locale, 390]


def test_connecting_beyond_this_machine_is_refused() -> None:
    with pytest.raises(NetworkRefusedError), socket.socket() as outward:
        outward.connect(("192.0.2.1", 80))


def test_looking_up_a_name_is_refused() -> None:
    with pytest.raises(NetworkRefusedError):
        socket.getaddrinfo("somewhere.example", 443)


def test_this_machine_is_reached() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
    with pytest.raises(URLError, match="refused"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5)


def test_something_missing_skips_on_a_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no browser"):
        missing("no browser")


def test_something_missing_fails_under_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no browser"):
        missing("no browser")
