"""The district that the service tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checkpoint.services.district import District, build


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_database"))
    return f"sqlite:///{tmp_path}/sibao.db"


@pytest.fixture
def district(database_url: str, tmp_path: Path) -> Iterator[District]:
    """The district on both databases."""
    built = build(database_url, tmp_path / "keys")
    yield built
    built.office.close()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[District]:
    """The district on SQLite alone, for what does not depend on the database."""
    built = build(f"sqlite:///{tmp_path}/sibao.db", tmp_path / "keys")
    yield built
    built.office.close()
