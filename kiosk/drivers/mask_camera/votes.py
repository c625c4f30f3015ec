"""From opinions on frames to a judgement on a person: several frames must agree."""

from __future__ import annotations

from collections import Counter, deque
from datetime import datetime, timedelta

from checkpoint.domain.observation import Mask
from kiosk.drivers.mask_camera.judge import Opinion

WORN_FROM = 0.7
"""The share from which a frame speaks for `worn`.

A mask that is not seen costs the gatekeeper a glance, a bare nose that is taken for a worn mask
costs the whole check; the model card has the rates on both sides of it.
"""
FRAMES = 9
"""The newest opinions that are counted."""
ENOUGH, AGREE = 5, 0.75
"""How many opinions it takes, and which share of them must be the same."""
SPAN = timedelta(seconds=0.4)
"""They must be spread over this long: a hand that passes by is no mask."""
GAP = timedelta(seconds=1)
"""After this long without a face it may be somebody else."""


def spoken(opinion: Opinion) -> Mask | None:
    """What one frame says; None when `worn` is likeliest and yet not sure enough."""
    if opinion.worn >= WORN_FROM:
        return Mask.WORN
    return None if opinion.likeliest is Mask.WORN else opinion.likeliest


class Votes:
    """The newest opinions on one person."""

    def __init__(self) -> None:
        self._cast: deque[tuple[datetime, Mask | None]] = deque(maxlen=FRAMES)

    def cast(self, at: datetime, opinion: Opinion) -> None:
        """Add an opinion. A long gap or a clock set back begins the count anew."""
        if self._cast and not timedelta() <= at - self._cast[-1][0] <= GAP:
            self.clear()
        self._cast.append((at, spoken(opinion)))

    def clear(self) -> None:
        """It is somebody else."""
        self._cast.clear()

    @property
    def result(self) -> Mask | None:
        """What enough of the opinions agree on, None until then."""
        if len(self._cast) < ENOUGH or self._cast[-1][0] - self._cast[0][0] < SPAN:
            return None
        said, times = Counter(vote for _, vote in self._cast).most_common(1)[0]
        return said if times >= AGREE * len(self._cast) else None
