"""The classifier: a small residual network over a face of 80 × 80 pixels."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from training.crops import CLASSES

WIDTHS = ((24, 32, 2), (32, 48, 2), (48, 64, 1), (64, 64, 2))
"""Channels in, channels out and stride of each block."""


class Block(nn.Module):
    """Two convolutions beside a short cut."""

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(before, after, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(after)
        self.second = nn.Conv2d(after, after, 3, 1, 1, bias=False)
        self.second_norm = nn.BatchNorm2d(after)
        self.short = nn.Conv2d(before, after, 1, stride, bias=False)
        self.short_norm = nn.BatchNorm2d(after)

    def forward(self, seen: Tensor) -> Tensor:
        """Features to features."""
        along = torch.relu(self.first_norm(self.first(seen)))
        along = self.second_norm(self.second(along))
        return torch.relu(along + self.short_norm(self.short(seen)))


class MaskNet(nn.Module):
    """Pictures (n × 3 × 80 × 80, BGR, x / 127.5 - 1) to the logits of `CLASSES`."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 24, 3, 2, 1, bias=False)
        self.stem_norm = nn.BatchNorm2d(24)
        self.blocks = nn.ModuleList([Block(*width) for width in WIDTHS])
        self.drop = nn.Dropout(0.2)
        self.answer = nn.Linear(WIDTHS[-1][1], len(CLASSES))

    def forward(self, pictures: Tensor) -> Tensor:
        """Pictures to logits."""
        seen = torch.relu(self.stem_norm(self.stem(pictures)))
        for block in self.blocks:
            seen = block(seen)
        logits: Tensor = self.answer(self.drop(seen.mean((2, 3))))
        return logits
