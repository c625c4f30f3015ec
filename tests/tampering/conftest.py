"""One small deployment that the tests of tampering copy."""

from __future__ import annotations

import pytest

from fuzz.tampering.deployment import DATABASE, Deployment, make


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """A deployment on SQLite that nobody may change."""
    folder = tmp_path_factory.mktemp("made") / "district"
    return make(folder, f"sqlite:///{folder}/{DATABASE}", 24)
