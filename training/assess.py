"""How right the network is: confusion matrix, worn against not worn, and what a threshold costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.crops import CLASSES, WORN

THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)


def scores(shares: NDArray[np.float64], labels: Sequence[int]) -> dict[str, Any]:
    """Of shares n × 3 and the classes that they should be.

    `confusion`: rows are what is so, columns what was said. `worn_or_not`: how often it was right
    that a mask is worn, or is not. `worn_from`: for each threshold the share of worn masks that
    pass it, and the share of all other faces that pass it wrongly.
    """
    truth = np.array(labels)
    said = shares.argmax(1)
    worn = shares[:, WORN]
    return {
        "faces": len(truth),
        "confusion": [
            [int(((truth == row) & (said == column)).sum()) for column in range(len(CLASSES))]
            for row in range(len(CLASSES))
        ],
        "worn_or_not": _rate((said == WORN) == (truth == WORN)),
        "worn_from": {
            str(least): {
                "worn": _rate(worn[truth == WORN] >= least),
                "false_worn": _rate(worn[truth != WORN] >= least),
            }
            for least in THRESHOLDS
        },
    }


def _rate(hits: NDArray[np.bool_]) -> float:
    return round(float(hits.mean()), 4) if hits.size else 0.0
