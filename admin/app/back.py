"""The page that a person came from, as far as it can be loaded again."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect


def came_from() -> str | None:
    """Path and query of the page of ours that sent the request, None where there is none.

    An address that only takes forms stands for the nearest page above it.
    """
    parts = urlsplit(request.referrer or "")
    adapter = current_app.create_url_adapter(request)
    if adapter is None or parts.netloc != request.host or parts.path.startswith("//"):
        return None
    path, query = parts.path, f"?{parts.query}" if parts.query else ""
    while path.startswith("/") and path != "/":
        if _loads(adapter, path):
            return path + query
        path, query = path.rpartition("/")[0], ""
    return "/"


def _loads(adapter: MapAdapter, path: str) -> bool:
    """Whether a page answers here, and to forms none that has no page of its own."""
    try:
        page, _ = adapter.match(path, method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    try:
        return bool(adapter.match(path, method="POST")[0] == page)
    except HTTPException:
        return True
