"""An audit of every page by axe-core, for what keeps people out: WCAG 2.2, levels A and AA.

`python -m tests.axe` walks all pages that the access table gives to a role, of the examples in
`tests.admin.examples`, in Chinese and English, 1280 and 390 wide, in a real Chromium; `--write`
puts what it found into docs/accessibility.md. A new page comes in by itself.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.routing import Rule as Route
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from admin.access import TABLE, Who
from admin.auth.account import Role
from tests.admin.examples import Examples, made
from tests.admin.plant import PASSWORD, Plant, build, opened
from tests.fixtures.browser import ARGUMENTS, EXECUTABLE

FILE = Path(__file__).parents[1] / "docs" / "accessibility.md"
COMMAND = "python -m tests.axe --write"
PEOPLE = {Role.BUREAU: "alice", Role.ENTERPRISE: "bob", Role.INSPECTOR: "carol", None: "nobody"}
SIZES = {"1280": (1280, 800), "390": (390, 844)}
VIEWS = [(language, width) for language in ("zh", "en") for width in SIZES]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
_WHOLE = "<!doctype html>"
"""How a page begins; a part of one does not."""
_UNFOLD = "document.querySelectorAll('main details').forEach(one => one.open = true)"
"""Not the menu of the account, which lies over others while it is open."""


@dataclass
class Found:
    """What the audit found: pages by caller and view, and violations."""

    pages: dict[tuple[str, str, str], int] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    version: str = ""


@contextmanager
def served(plant: Plant) -> Iterator[str]:
    """The application on a port of this machine."""
    server = make_server("127.0.0.1", 0, plant.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def audit(
    browser: Browser,
    examples: Examples,
    role: Role | None,
    views: list[tuple[str, str]],
    found: Found,
) -> None:
    """Look at every page of a role (None: of anybody) in these languages and widths."""
    paths = _paths(examples, role)
    with served(examples.plant) as url:
        for language, width in views:
            wide, high = SIZES[width]
            context = browser.new_context(
                viewport={"width": wide, "height": high}, bypass_csp=True, locale="zh-CN"
            )
            context.set_default_timeout(20_000)
            try:
                _look(context, url, (PEOPLE[role], language, width), paths, found)
            finally:
                context.close()


def _look(
    context: BrowserContext,
    url: str,
    view: tuple[str, str, str],
    paths: list[tuple[str, str]],
    found: Found,
) -> None:
    page, axe = context.new_page(), Axe()
    who, language, _width = view
    _enter(page, url, who, language)
    for endpoint, path in paths:
        answer = page.goto(url + path)
        assert answer is not None
        assert answer.status == 200, path
        page.evaluate(_UNFOLD)
        result: dict[str, Any] = axe.run(page, options=OPTIONS).response
        found.version = result["testEngine"]["version"]
        found.pages[view] = found.pages.get(view, 0) + 1
        for violation in result["violations"]:
            targets = "; ".join(str(node["target"]) for node in violation["nodes"][:3])
            found.violations.append(
                f"{' '.join(view)} {path} ({endpoint}): {violation['id']}: {targets}"
            )


def _enter(page: Page, url: str, who: str, language: str) -> None:
    page.goto(f"{url}/sign-in")
    if language == "en":
        page.get_by_role("button", name="English").click()
        page.get_by_role("button", name="中文").wait_for()
    if who != "nobody":
        page.fill("#username", who)
        page.fill("#password", PASSWORD)
        page.locator("form:has(#password) button[type=submit]").first.click()
        page.locator("nav.tabs").wait_for()


def _paths(examples: Examples, role: Role | None) -> list[tuple[str, str]]:
    """The addresses of all that answers with a page, each once."""
    client = examples.plant.app.test_client() if role is None else None
    visitor = examples.plant.visitor(PEOPLE[role]) if role else None
    found: dict[str, str] = {}
    for route in sorted(examples.plant.app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if not _is_for(route, role):
            continue
        path = examples.path(route, "a")
        answer = visitor.get(path) if visitor else client.get(path) if client else None
        if answer is not None and answer.status_code == 200 and _is_page(answer):
            found[path] = route.endpoint
    return [(endpoint, path) for path, endpoint in found.items()]


def _is_for(route: Route, role: Role | None) -> bool:
    roles = TABLE[route.endpoint].roles
    return "GET" in (route.methods or ()) and (Who.ANYBODY if role is None else role) in roles


def _is_page(answer: TestResponse) -> bool:
    return answer.mimetype == "text/html" and answer.text.lstrip().startswith(_WHOLE)


def text(found: Found) -> str:
    """docs/accessibility.md."""
    lines = [
        "# Accessibility\n",
        f"Written by `{COMMAND}`: axe-core {found.version} in Debian's Chromium, the rules tagged",
        f"{', '.join(f'`{tag}`' for tag in TAGS)} (WCAG 2.2, levels A and AA), over every page",
        "that the access table gives to a role, every fold open, with something in every list.",
        "What a program can't see (whether words make sense, whether the order of the keyboard",
        "helps) it does not say.\n",
        "| who | language | width | pages | violations |",
        "|---|---|---|---|---|",
    ]
    for view, count in found.pages.items():
        wrong = sum(each.startswith(" ".join(view) + " ") for each in found.violations)
        lines.append(f"| {view[0]} | {view[1]} | {view[2]} | {count} | {wrong} |")
    if found.violations:
        lines += ["\n## Violations\n", *(f"- {each}" for each in found.violations)]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Walk all pages; 1 where something was found."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--write", action="store_true", help="write docs/accessibility.md")
    asked.add_argument("--only", choices=list(PEOPLE.values()), help="one of them")
    views = {"-".join(view): view for view in VIEWS}
    asked.add_argument("--view", choices=list(views), action="append", help="not all of them")
    given = asked.parse_args()
    wanted = [views[name] for name in given.view or views]
    found = Found()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data = Path(folder) / "data"
        examples = made(opened(data, build(data)))
        browser = playwright.chromium.launch(
            executable_path=EXECUTABLE, args=[*ARGUMENTS, "--no-sandbox"]
        )
        for role, who in PEOPLE.items():
            if given.only in (None, who):
                audit(browser, examples, role, wanted, found)
        browser.close()
        examples.plant.office.close()
    click.echo(text(found))
    if given.write:
        FILE.write_text(text(found), encoding="utf-8")
    return 1 if found.violations else 0


if __name__ == "__main__":
    sys.exit(main())
