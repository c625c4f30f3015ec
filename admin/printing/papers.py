"""PDF by typst, compiled here: no network, no font of the machine, every text as data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import typst

from admin.printing.glyphs import FONTS

_TEMPLATES = Path(__file__).parent / "templates"


class Paper(StrEnum):
    """What can be printed."""

    CARD = "card"
    """85.6 × 54 mm (ISO/IEC 7810 ID-1), one a page"""
    SHEET = "sheet"
    """A4 with ten cards and cut lines"""
    PERMIT = "permit"
    """A5 for a windscreen, one a page"""


def pdf(paper: Paper, faces: Sequence[dict[str, Any]], at: datetime) -> bytes:
    """The document of some passes, made at a time."""
    return compiled("papers.typ", {"paper": paper.value, "faces": list(faces)}, at)


def compiled(template: str, data: dict[str, Any], at: datetime) -> bytes:
    """The document that a template makes of data: plain texts, never markup."""
    data = {"fonts": list(FONTS), **data}
    made = typst.compile(
        _TEMPLATES / template,
        root=_TEMPLATES,
        format="pdf",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=at.replace(microsecond=0),
        pdf_tags=False,
    )
    if not isinstance(made, bytes):
        raise TypeError("typst gave no document")
    return made


def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(path.parent) for path in FONTS.values()],
    )
