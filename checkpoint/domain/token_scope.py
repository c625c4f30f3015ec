"""What an access token of an enterprise's own system may do."""

from enum import StrEnum


class TokenScope(StrEnum):
    """One thing that a token may do, within its enterprise. Stored and sent, never renamed."""

    ROSTER_READ = "roster:read"
    ROSTER_WRITE = "roster:write"
    PASSES_READ = "passes:read"
    PASSES_WRITE = "passes:write"
    ENTRIES_READ = "entries:read"
    """entries of the own gates, persons masked, and who is inside"""
    KIOSKS_READ = "kiosks:read"
    WEBHOOKS = "webhooks"
    """what is sent to webhooks and how it went; a test delivery"""
