"""The only SQL: the engine, the tables, their versions, one repository a subject."""

from checkpoint.storage.base import Base
from checkpoint.storage.database import Database

__all__ = ["Base", "Database"]
