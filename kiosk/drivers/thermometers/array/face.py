"""Where the array sees the face that the camera sees at the code."""

from __future__ import annotations

from kiosk.config import ThermometerSettings
from kiosk.drivers.mask_camera.faces import FaceFinder
from kiosk.drivers.mask_camera.person import at_the_code
from kiosk.drivers.thermometers.array.calibration import COLUMNS, ROWS
from kiosk.ports import Box, Frame


class FaceInView:
    """Needs `settings.view`. Raises DeviceFault where the face detector's weights are missing."""

    def __init__(self, settings: ThermometerSettings) -> None:
        self._view, self._flip = settings.view, settings.flip
        self._finder = FaceFinder()

    def find(self, frame: Frame, code: Box | None) -> Box | None:
        """The face at the code, in pixels of the array; None where there is none."""
        height, width = frame.image.shape[:2]
        face = at_the_code(self._finder.find(frame.image), (height, width), code)
        return self.on_array(face.box, (height, width)) if face else None

    def on_array(self, face: Box, size: tuple[int, int]) -> Box:
        """A box of a camera's picture so high and wide, as the array sees it."""
        height, width = size
        left, top, wide, high = self._view
        x, y = (face.x / width - left) / wide, (face.y / height - top) / high
        across, down = face.width / width / wide, face.height / height / high
        if self._flip in ("horizontal", "both"):
            x = 1 - x - across
        if self._flip in ("vertical", "both"):
            y = 1 - y - down
        return Box(x * COLUMNS, y * ROWS, across * COLUMNS, down * ROWS)
