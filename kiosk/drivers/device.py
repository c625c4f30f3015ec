"""What all drivers share: being a context manager."""

from __future__ import annotations

from types import TracebackType
from typing import Self

ANSWER_S = 1.0
"""Seconds that a device on a wire has for an answer, so that a dead one is known within two."""


class ClosingDevice:
    """A device that has nothing to let go of, or overrides `close`."""

    name = ""
    simulated = False

    def check(self) -> None:
        """Nothing is known against it."""

    def close(self) -> None:
        """Let go of the device. A second call does nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
