"""Cameras: pictures from an index, a film, a stream or a folder."""

from __future__ import annotations

from pathlib import Path

PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff"})
"""What a folder is searched for; what is in such a file is looked at, not believed."""


def driver_for(source: str) -> str:
    """The camera of the registry that fits a source.

    `pictures` for a folder or a single picture, `none` for that word, `opencv` for an index, a
    film or an address.
    """
    if source == "none":
        return source
    path = Path(source)
    stills = path.is_dir() or path.suffix.lower() in PICTURE_SUFFIXES
    return "pictures" if stills and "://" not in source else "opencv"
