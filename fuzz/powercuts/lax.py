"""The control: a program as it is, but its databases are opened with synchronous=NORMAL.

A trial that finds nothing lost with it could not have found anything.

    python -m fuzz.powercuts.lax kiosk feed --journal DIR
"""

from __future__ import annotations

import runpy
import sqlite3
import sys
from typing import Any

PROMISE, LAX = "synchronous", "PRAGMA synchronous = NORMAL"


class LaxConnection(sqlite3.Connection):
    """Takes no promise of syncing each commit."""

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        """Run a statement, but keep the promise out of it."""
        return super().execute(LAX if _promises(sql) else sql, *values)

    def cursor(self, factory: Any = None) -> Any:
        """A cursor of the same kind."""
        return super().cursor(factory or LaxCursor)


class LaxCursor(sqlite3.Cursor):
    """As its connection."""

    def execute(self, sql: str, *values: Any) -> LaxCursor:
        """Run a statement, but keep the promise out of it."""
        super().execute(LAX if _promises(sql) else sql, *values)
        return self


def _promises(sql: str) -> bool:
    words = sql.casefold()
    return words.startswith("pragma") and PROMISE in words


def main() -> None:
    """Run the module that is named by the first argument."""
    strict = sqlite3.connect

    def connect(*args: Any, **options: Any) -> sqlite3.Connection:
        return strict(*args, factory=LaxConnection, **options)

    sqlite3.connect = sqlite3.dbapi2.connect = connect  # type: ignore[assignment]
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
