"""What a journal keeps of its server's log, and what it is to send again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from checkpoint.entrylog.tree_head import TreeHead
from checkpoint.keys import Keyring, Purpose


def tree_flaws(journal: sqlite3.Connection, server: Keyring) -> Iterator[str]:
    """Tree heads that the server did not sign or whose columns say something else than they do.

    Signatures are judged where a key of the server is at hand.
    """
    judged = any(Purpose.RECEIPT in key.purposes for key in server.keys)
    for origin, size, note in journal.execute("SELECT origin, size, note FROM tree_head"):
        head = TreeHead.open(str(note), server) if judged else TreeHead.read(str(note))
        if head is None:
            yield f"a kept tree head of the server is not as it was signed: {str(origin)[:64]}"
        elif (head.origin, head.size) != (origin, size):
            yield f"the columns of a kept tree head are not what its note says: {head.origin}"
    stray = "SELECT count(*) FROM again LEFT JOIN entry USING (epoch, seq) WHERE hash IS NULL"
    if journal.execute(stray).fetchone()[0]:
        yield "table again names entries that are not here"
