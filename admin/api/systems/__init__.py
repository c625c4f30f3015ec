"""JSON for an enterprise's own systems, by access token: roster, passes, entries, kiosks."""

from admin.api.systems import entries, holders, passes, webhooks
from admin.api.systems.door import blueprint

__all__ = ["blueprint", "entries", "holders", "passes", "webhooks"]
