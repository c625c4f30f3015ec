"""The signed export file of whole chains."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.storage.scope import Scope


def write(
    office: Office,
    by: Actor,
    scope: Scope,
    path: Path,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Write the chains of the kiosks in scope; the answer is the number of entries.

    The file appears whole or not at all. `progress(done, total)` is called now and then.
    """
    raise NotImplementedError
