"""What trials of power cuts need: a recorder of calls, one recorded gate."""

from __future__ import annotations

import pytest

from fuzz.powercuts.calls import NoRecorder, require_recorder
from tests.fixtures.missing import missing


@pytest.fixture(scope="session")
def recorder() -> None:
    """strace, and the leave to use it."""
    try:
        require_recorder()
    except NoRecorder as fault:
        missing(str(fault))
