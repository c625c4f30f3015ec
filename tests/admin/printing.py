"""What a printed page says and how its codes read, as a camera would see it at 100 dpi."""

from __future__ import annotations

from pathlib import Path

import pypdfium2

from kiosk.drivers.reading import read_file

DPI = 100


class Printed:
    """A PDF, looked at."""

    def __init__(self, pdf: bytes) -> None:
        self._document = pypdfium2.PdfDocument(pdf)

    def sizes_mm(self) -> list[tuple[float, float]]:
        """Width and height of each page."""
        sizes = [page.get_size() for page in self._document]
        return [(round(w / 72 * 25.4, 1), round(h / 72 * 25.4, 1)) for w, h in sizes]

    def words(self) -> str:
        """The text of all pages."""
        return "\n".join(page.get_textpage().get_text_range() for page in self._document)

    def codes(self, folder: Path, dpi: int = DPI) -> list[set[str]]:
        """The texts on each page, rendered to a picture and read by the gate's reader."""
        found = []
        for at, page in enumerate(self._document):
            picture = folder / f"page-{at}.png"
            page.render(scale=dpi / 72).to_pil().save(picture)
            found.append(set(read_file(picture)["texts"]))
        return found
