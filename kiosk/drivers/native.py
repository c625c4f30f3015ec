"""OpenCV, told to be quiet: its faults reach the operator as DeviceFault, not as noise."""

from __future__ import annotations

import os

# Read when a video backend is loaded, so they come before the import. -8 is AV_LOG_QUIET.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")

import cv2

cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

__all__ = ["cv2"]
