"""JSON for kiosks, described by the OpenAPI document that it serves."""

from __future__ import annotations

from admin.api.setup import set_up

__all__ = ["set_up"]
