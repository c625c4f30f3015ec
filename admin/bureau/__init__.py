"""The bureau's pages 区发展改革工信局: who may run gates, who may inspect, by which numbers."""

from admin.bureau import (
    accounts,
    cases,
    certificates,
    emergency,
    enterprises,
    health,
    keys,
    lookups,
    passes,
    personal,
    policies,
    proposals,
    records,
    restoration,
    warrant_many,
    warrant_reviews,
    warrants,
)
from admin.bureau.home import blueprint

__all__ = [
    "accounts",
    "blueprint",
    "cases",
    "certificates",
    "emergency",
    "enterprises",
    "health",
    "keys",
    "lookups",
    "passes",
    "personal",
    "policies",
    "proposals",
    "records",
    "restoration",
    "warrant_many",
    "warrant_reviews",
    "warrants",
]
