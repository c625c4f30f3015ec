"""The process: pictures come in on standard input, plates go out on standard output.

Out, once: `{"ready": true}`, or `{"error": "..."}` and the end. Then for each picture

in:  a line of JSON `{"size": [height, width], "small": [height, width]}`, and the BGR bytes of
     the picture and of the same picture made smaller, in which plates are looked for;
out: a line of JSON `{"plates": [{"text", "confidence", "width"}], "ms"}`, the nearest plate first,
     its width in pixels of the first picture.

The end of standard input is the end.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

MOST = 3
"""Plates read in one picture."""


def main() -> int:
    """Answer until standard input ends; the exit status."""
    try:
        from plates.networks import Networks

        networks = Networks()
    except (ImportError, OSError) as fault:
        _say({"error": str(fault)})
        return 1
    _say({"ready": True})
    while line := sys.stdin.buffer.readline():
        told = json.loads(line)
        picture, small = (_picture(sys.stdin.buffer, told[name]) for name in ("size", "small"))
        began = time.perf_counter()
        scale = np.float32(picture.shape[1] / small.shape[1])
        plates = [
            (networks.read(picture, plate.corners * scale), plate.width * float(scale))
            for plate in networks.find(small)[:MOST]
        ]
        rows = [
            {"text": one.text, "confidence": one.confidence, "width": width}
            for one, width in plates
        ]
        _say({"plates": rows, "ms": (time.perf_counter() - began) * 1000})
    return 0


def _picture(stream: BinaryIO, size: list[int]) -> NDArray[np.uint8]:
    height, width = size
    data = stream.read(height * width * 3)
    return np.frombuffer(data, np.uint8).reshape(height, width, 3)


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
