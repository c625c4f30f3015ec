"""Fitting the network to its lessons."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.crops import Crop
from training.lessons import Lessons
from training.network import MaskNet
from training.weather import seen_plainly

BATCH = 48
RATE = 4e-3
"""The highest learning rate; it rises to this in the first tenth and falls to nothing."""
DECAY = 0.02
SMOOTHING = 0.05
KEPT = 0.997
"""The share of the old weights in the running mean that is given out."""


def fit(
    crops: Sequence[Crop], steps: int, seed: int, progress: Callable[[int, float], None]
) -> MaskNet:
    """A network that has seen `steps` batches; `progress` hears of each with its loss."""
    torch.manual_seed(seed)
    lessons = Lessons(crops, seed)
    net = MaskNet().to(memory_format=torch.channels_last)
    mean = copy.deepcopy(net)
    optimiser = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=DECAY)
    course = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps, pct_start=0.1)
    judge = nn.CrossEntropyLoss(label_smoothing=SMOOTHING)
    net.train()
    for step in range(steps):
        pictures, labels = lessons.batch(BATCH)
        with torch.autocast("cpu", torch.bfloat16):
            logits = net(tensor_of(pictures))
        loss = judge(logits.float(), torch.from_numpy(labels))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        course.step()
        _follow(mean, net, min(KEPT, (1 + step) / (10 + step)))
        progress(step + 1, loss.item())
    return mean.eval()


def tensor_of(pictures: NDArray[np.uint8]) -> Tensor:
    """What the network takes, of pictures n × height × width × 3."""
    whole = torch.from_numpy(pictures).permute(0, 3, 1, 2)
    return whole.float() / 127.5 - 1


def judged(net: nn.Module, crops: Sequence[Crop]) -> NDArray[np.float64]:
    """The probability of each class for each crop, shown plainly: n × 3."""
    found = []
    with torch.inference_mode():
        for start in range(0, len(crops), 256):
            plain = [seen_plainly(crop.image) for crop in crops[start : start + 256]]
            found.append(net(tensor_of(np.stack(plain))).softmax(1).double().numpy())
    return np.concatenate(found)


def _follow(mean: nn.Module, net: nn.Module, kept: float) -> None:
    with torch.no_grad():
        for old, new in zip(mean.parameters(), net.parameters(), strict=True):
            old.lerp_(new, 1 - kept)
        for old, new in zip(mean.buffers(), net.buffers(), strict=True):
            if old.is_floating_point():
                old.lerp_(new, 1 - kept)
            else:
                old.copy_(new)
