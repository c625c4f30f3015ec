"""A district of its own for each test, copied from one that is made once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.admin.plant import Plant, build, opened


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A folder with the district, and the ids of what stands in it."""
    folder = tmp_path_factory.mktemp("district") / "data"
    return folder, build(folder)


@pytest.fixture
def plant(tmp_path: Path, made: tuple[Path, dict[str, str]]) -> Iterator[Plant]:
    """The district, and its database closed at the end."""
    folder, ids = made
    shutil.copytree(folder, tmp_path / "data")
    plant = opened(tmp_path / "data", dict(ids))
    yield plant
    plant.office.close()
