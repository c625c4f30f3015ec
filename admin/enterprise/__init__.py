"""An enterprise admin's pages: the roster, passes, kiosks, and how today goes at the gates."""

from admin.enterprise import (
    accounts,
    batches,
    cases,
    editing,
    emergency,
    health,
    health_lists,
    kiosks,
    passes,
    personal,
    policy,
    record,
    roster,
    roster_files,
    systems,
    warrants,
    webhooks,
)
from admin.enterprise.home import blueprint

__all__ = [
    "accounts",
    "batches",
    "blueprint",
    "cases",
    "editing",
    "emergency",
    "health",
    "health_lists",
    "kiosks",
    "passes",
    "personal",
    "policy",
    "record",
    "roster",
    "roster_files",
    "systems",
    "warrants",
    "webhooks",
]
