"""The gate's own entry log: append-only, durable before anything is shown or opened."""

from kiosk.journal.draft import Draft
from kiosk.journal.journal import Journal

__all__ = ["Draft", "Journal"]
