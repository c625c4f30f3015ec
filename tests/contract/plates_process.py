"""A stand-in for the process that reads plates: it keeps the protocol and needs no network.

The red of the upper left pixel says what it reads: an index into `SAYS`.
"""

from __future__ import annotations

import json
import sys
import time

SAYS: list[object] = [
    {"plates": []},
    {"plates": [{"text": "京A12345", "confidence": 0.99, "width": 160.0}]},
    {"plates": [{"text": "京A99995", "confidence": 0.97, "width": 160.0}]},
    {
        "plates": [
            {"text": "12", "confidence": 1.0, "width": 300.0},
            {"text": "京B·11111", "confidence": 0.98, "width": 160.0},
        ]
    },
    "nonsense",
    {"plates": [{"text": 7}]},
    None,
    "hang",
]


def say(answer: object) -> None:
    """One line."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Answer each picture by its first pixel; None ends."""
    say({"ready": True})
    while line := sys.stdin.buffer.readline():
        told = json.loads(line)
        large, small = (height * width * 3 for height, width in (told["size"], told["small"]))
        pixels = sys.stdin.buffer.read(large)
        sys.stdin.buffer.read(small)
        answer = SAYS[pixels[2]]
        if answer is None:
            return
        if answer == "hang":
            time.sleep(600)
        say(answer)


if __name__ == "__main__":
    main()
