"""Masks seen by the camera. No face is recognised, no picture is kept or leaves the process."""
