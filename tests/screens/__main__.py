"""Takes the pictures of docs/screens.md: `python -m tests.screens`, or with names only those.

The demo district of `make run`, its film before the gate, and a real Chromium. Everybody in it is
fictional.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.demo_district import ROOT, District, wait_for
from tests.fixtures.browser import ARGUMENTS, EXECUTABLE
from tests.screens.shots import DISPLAY, PAGES, WIDE, Shot

FOLDER = ROOT / "docs" / "screens"
QUALITY = 82
"""Of WebP: text stays sharp, and a page takes about 40 kB."""
FILM_S = 240.0


def main(wanted: set[str]) -> None:
    """Make the district, let its film pass, and picture each page."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        arguments = [*ARGUMENTS, "--no-sandbox"]
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=arguments)
        with _district(Path(folder)) as district:
            _at_the_gate(browser, district, wanted)
            for shot in PAGES:
                if not wanted or shot.name in wanted:
                    _picture(browser, district, shot)
        browser.close()


@contextmanager
def _district(folder: Path) -> Iterator[District]:
    district = District(folder)
    try:
        district.make()
        district.render()
        district.serve()
        district.enrol(folder / "kiosk.toml", str(folder / "enrolment.txt"))
        yield district
    finally:
        district.close()


def _at_the_gate(browser: Browser, district: District, wanted: set[str]) -> None:
    config = str(district.folder / "kiosk.toml")
    gate = district.start("kiosk", "run", "--config", config, "--until-end")
    wait_for(lambda: _opens(browser, district.display), "the display to answer")
    left = {name: face for name, face in DISPLAY.items() if not wanted or name in wanted}
    pages = {
        name: _opened(browser, f"{district.display}/?lang={name[-2:]}", name[-2:]) for name in left
    }
    while gate.poll() is None and left:
        for name, face in list(left.items()):
            if pages[name].locator("#verdict").get_attribute("data-face") == face:
                _keep(name, pages[name].screenshot())
                del left[name]
        next(iter(pages.values())).wait_for_timeout(50)
    for page in pages.values():
        page.context.close()
    wait_for(lambda: gate.poll() is not None, "the film to end", FILM_S)


def _opens(browser: Browser, url: str) -> bool:
    page = browser.new_page()
    try:
        page.goto(url)
    except Exception:  # noqa: BLE001 - not yet
        return False
    finally:
        page.close()
    return True


def _opened(browser: Browser, url: str, language: str) -> Page:
    width, height = WIDE
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale={"zh": "zh-CN"}.get(language, language)
    )
    page = context.new_page()
    page.goto(url)
    return page


def _picture(browser: Browser, district: District, shot: Shot) -> None:
    width, height = shot.size
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    page = context.new_page()
    if shot.user:
        _sign_in(page, district, shot.user)
    page.goto(f"{district.server}{shot.path}")
    if shot.language == "en":
        page.get_by_role("button", name="English").click()
        page.wait_for_load_state("networkidle")
    page.goto(f"{district.server}{shot.path}")
    for step in shot.steps:
        step(page)
    page.wait_for_load_state("networkidle")
    _keep(shot.name, page.screenshot(full_page=shot.whole))
    context.close()


def _sign_in(page: Page, district: District, username: str) -> None:
    accounts = (district.folder / "README.txt").read_text(encoding="utf-8").splitlines()
    password = next(w[1] for w in map(str.split, accounts) if w and w[0] == username)
    page.goto(district.server)
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", password)
    page.keyboard.press("Enter")
    page.locator("nav.tabs").wait_for()


def _keep(name: str, png: bytes) -> None:
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").save(FOLDER / f"{name}.webp", quality=QUALITY, method=6)
    sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main(set(sys.argv[1:]))
