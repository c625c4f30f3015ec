"""No page of any role has what axe-core knows to keep people out."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from admin.auth.account import Role
from tests.admin.examples import made
from tests.admin.plant import build, opened
from tests.axe import Found, audit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    # Werkzeug leaves a file open when the browser breaks a request off, as it may at any time.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.mark.parametrize("role", [*Role, None])
@pytest.mark.parametrize("view", [("zh", "390"), ("en", "1280")])
def test_no_page_keeps_anybody_out(
    chromium: Browser, tmp_path: Path, role: Role | None, view: tuple[str, str]
) -> None:
    examples = made(opened(tmp_path / "data", build(tmp_path / "data")))
    found = Found()
    audit(chromium, examples, role, [view], found)
    examples.plant.office.close()
    assert sum(found.pages.values()) >= (15 if role else 3)
    assert not found.violations, "\n".join(found.violations)
