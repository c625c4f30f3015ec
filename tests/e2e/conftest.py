"""The test district behind a socket, anew for each journey."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.admin.conftest import made, plant
from tests.admin.plant import Plant
from tests.e2e.visiting import serving

__all__ = ["made", "plant", "url"]


@pytest.fixture
def url(plant: Plant) -> Iterator[str]:
    with serving(plant.app) as url:
        yield url
