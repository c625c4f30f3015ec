"""What the contract suite found, as a table of promises by drivers for each port."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from kiosk.drivers import registry

PORTS = {
    "camera": registry.CAMERAS,
    "code reader": registry.READERS,
    "scanner": registry.SCANNERS,
    "thermometer": registry.THERMOMETERS,
    "mask sensor": registry.MASKS,
    "plate reader": registry.PLATES,
    "barrier": registry.BARRIERS,
    "turn sensor": registry.TURNS,
    "transport": registry.TRANSPORTS,
}
KEPT, BROKEN = "✓", "**✗**"


@dataclass(frozen=True, slots=True)
class Promise:
    """A test, in words, of the port that it is about."""

    port: str
    words: str


class Report:
    """A plugin of pytest. A promise is kept by a driver when every case of it passed."""

    def __init__(self) -> None:
        self._asked: dict[str, tuple[Promise, str]] = {}
        self._kept: dict[tuple[Promise, str], bool] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note of each test which driver it is about."""
        for item in items:
            port, driver = (_told(item, what) for what in ("port", "driver"))
            given = (
                item.callspec.params
                if isinstance(item, pytest.Function) and hasattr(item, "callspec")
                else {}
            )
            driver = str(given.get("name", driver))
            if driver in PORTS.get(port, {}):
                mood = f": {given['mood']}" if "mood" in given else ""
                name = item.name.partition("[")[0].removeprefix("test_").replace("_", " ")
                self._asked[item.nodeid] = (Promise(port, name + mood), driver)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count how it went: what failed before or after the test failed it too."""
        about = self._asked.get(report.nodeid)
        if about and (report.when == "call" or report.failed):
            self._kept[about] = self._kept.get(about, True) and report.passed

    def tables(self) -> str:
        """Markdown: a table a port, its drivers across; empty where a promise is not theirs."""
        promises = list(dict.fromkeys(promise for promise, _ in self._kept))
        told = []
        for port, drivers in PORTS.items():
            mine = [promise for promise in promises if promise.port == port]
            if mine:
                told.append(self._table(port, list(drivers), mine))
        return "\n".join(told)

    def _table(self, port: str, drivers: list[str], promises: list[Promise]) -> str:
        lines = [f"| {port} | {' | '.join(f'`{driver}`' for driver in drivers)} |"]
        lines.append("|---|" + "---|" * len(drivers))
        for promise in promises:
            cells = [self._cell(promise, driver) for driver in drivers]
            lines.append(f"| {promise.words} | {' | '.join(cells)} |")
        return "\n".join(lines) + "\n"

    def _cell(self, promise: Promise, driver: str) -> str:
        kept = self._kept.get((promise, driver))
        return "" if kept is None else KEPT if kept else BROKEN


def _told(item: pytest.Item, what: str) -> str:
    marker = item.get_closest_marker(what)
    return str(marker.args[0]) if marker else ""
