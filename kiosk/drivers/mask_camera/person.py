"""Whose face it is that counts: the person's at the code, not the one's behind."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kiosk.drivers.mask_camera.faces import Face
from kiosk.ports import Box

NEAREST = 1 / 12
"""Of the frame's height: a face less wide stands too far away to be the one at the gate."""
BESIDE_CODE = 0.4
"""Of the code's width: whoever holds a code at arm's length has a face that is wider."""
BEHIND = 0.7
"""Of the widest face: one less wide stands behind."""


def at_the_code(faces: Sequence[Face], frame: tuple[int, int], code: Box | None) -> Face | None:
    """The face of whoever shows the code; None where nobody stands near enough.

    `frame` is height and width. Faces about as near as the nearest are told apart by their
    distance from the code, or from the middle of the frame where the code's place is not known.
    """
    height, width = frame
    least = max(height * NEAREST, code.width * BESIDE_CODE if code else 0)
    near = [face for face in faces if face.box.width >= least]
    widest = max((face.box.width for face in near), default=0.0)
    there = code.centre if code else (width / 2, height / 2)
    beside = [face for face in near if face.box.width >= BEHIND * widest]
    return min(beside, key=lambda face: math.dist(face.box.centre, there), default=None)


def same_face(before: Box, now: Box) -> bool:
    """Whether a face may be the one of the frame before, by its place and size alone."""
    apart = math.dist(before.centre, now.centre)
    wider, other = max(before.width, now.width), min(before.width, now.width)
    return apart <= wider <= 1.6 * other
