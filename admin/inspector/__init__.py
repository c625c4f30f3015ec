"""An inspector's pages: the entry log within the warrants in force, every look at it recorded."""

from admin.inspector import (
    audit,
    case_file,
    cases,
    detail,
    emergency,
    entries,
    export,
    heads,
    list_export,
    remarks,
    tracing,
    verify,
    views,
    warrants,
)
from admin.inspector.home import blueprint

__all__ = [
    "audit",
    "blueprint",
    "case_file",
    "cases",
    "detail",
    "emergency",
    "entries",
    "export",
    "heads",
    "list_export",
    "remarks",
    "tracing",
    "verify",
    "views",
    "warrants",
]
