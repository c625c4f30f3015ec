"""The test district behind a socket, anew for each journey."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.admin.plant import Plant, build, opened
from tests.e2e.visiting import serving


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    folder = tmp_path_factory.mktemp("day") / "data"
    return folder, build(folder)


@pytest.fixture
def plant(tmp_path: Path, made: tuple[Path, dict[str, str]]) -> Iterator[Plant]:
    folder, ids = made
    shutil.copytree(folder, tmp_path / "data")
    plant = opened(tmp_path / "data", dict(ids))
    yield plant
    plant.office.close()


@pytest.fixture
def url(plant: Plant) -> Iterator[str]:
    with serving(plant.app) as url:
        yield url
