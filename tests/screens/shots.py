"""Which pages are pictured, as whom, and how large."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

WIDE, PHONE = (1280, 800), (390, 844)

DISPLAY = {
    f"gate-{name}-{language}": face
    for name, face in (("waiting", "waiting"), ("admitted", "ADMIT"), ("refused", "DENY"))
    for language in ("zh", "en")
}
"""The gate's display: the face that is waited for."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of a page; `steps` are done on it first."""

    name: str
    user: str
    path: str
    language: str = "zh"
    size: tuple[int, int] = WIDE
    whole: bool = False
    steps: tuple[Callable[[Page], None], ...] = ()


def _open_first(selector: str) -> Callable[[Page], None]:
    def step(page: Page) -> None:
        page.locator(selector).first.click()
        page.wait_for_load_state("networkidle")

    return step


def _in_both(name: str, user: str, path: str, *steps: Callable[[Page], None]) -> tuple[Shot, ...]:
    return (
        Shot(f"{name}-zh", user, path, steps=steps),
        Shot(f"{name}-en", user, path, "en", steps=steps),
    )


_ENTRY = _open_first("tr[data-hash]:has(.outcome-admit) td a")

PAGES = (
    *_in_both("sign-in", "", "/sign-in"),
    *_in_both("bureau-enterprises", "alice", "/bureau/enterprises"),
    *_in_both("bureau-warrants", "alice", "/bureau/warrants"),
    *_in_both("bureau-policy", "alice", "/bureau/policy"),
    *_in_both("bureau-kiosks", "alice", "/bureau/kiosks"),
    *_in_both("enterprise-today", "bob", "/enterprise/"),
    *_in_both("enterprise-roster", "bob", "/enterprise/roster"),
    *_in_both("enterprise-health", "bob", "/enterprise/health"),
    *_in_both("enterprise-import", "bob", "/enterprise/roster/import"),
    *_in_both("inspector-entries", "carol", "/inspector/entries"),
    *_in_both("inspector-entry", "carol", "/inspector/entries", _ENTRY),
    *_in_both(
        "inspector-contacts",
        "carol",
        "/inspector/entries",
        _ENTRY,
        _open_first("a[href*=contacts]"),
    ),
    Shot("inspector-entries-phone-zh", "carol", "/inspector/entries", size=PHONE),
    Shot("enterprise-today-phone-zh", "bob", "/enterprise/", size=PHONE),
    Shot("bureau-enterprises-phone-en", "alice", "/bureau/enterprises", "en", PHONE),
)
