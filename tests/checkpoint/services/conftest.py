"""The district that the service tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checkpoint.services.district import District, build


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database of each kind with today's schema and no rows."""
    fixture = "upgraded_postgres" if request.param == "postgresql" else "upgraded_sqlite"
    return str(request.getfixturevalue(fixture))


@pytest.fixture
def district(database_url: str, tmp_path: Path) -> Iterator[District]:
    """The district on both databases."""
    built = build(database_url, tmp_path / "keys")
    yield built
    built.office.close()


@pytest.fixture
def small(upgraded_sqlite: str, tmp_path: Path) -> Iterator[District]:
    """The district on SQLite alone, for what does not depend on the database."""
    built = build(upgraded_sqlite, tmp_path / "keys")
    yield built
    built.office.close()
