"""The display of a gate that has none."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from kiosk.ports import Act, GateView, Image


class NullDisplay:
    """Shows nothing and reports no acts; for `--headless` and for trials."""

    name = "none"
    simulated = False

    def show(self, view: GateView) -> None:
        """Nobody is looking."""

    def preview(self, image: Image) -> None:
        """Nothing is kept."""

    def acts(self) -> list[Act]:
        """Nobody can press anything."""
        return []

    def emergency_waits(self) -> bool:
        """Nobody can press it."""
        return False

    def close(self) -> None:
        """Nothing to let go."""

    def __enter__(self) -> Self:
        """The display itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()
