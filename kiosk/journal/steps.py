"""The memory of used steps: each phone pass's last one, in the transaction of its entry."""

from __future__ import annotations

import sqlite3

KEPT_STEPS = 24 * 60 * 2
"""A day: far longer than a step stays fresh, so that a clock that was put right forgets nothing."""


def use_step(db: sqlite3.Connection, pass_id: str, step: int) -> None:
    """Note that the step is used up, and every one before it; forget what is a day old."""
    db.execute(
        "INSERT INTO used_step VALUES (?, ?)"
        " ON CONFLICT (pass_id) DO UPDATE SET step = max(step, excluded.step)",
        (pass_id, step),
    )
    db.execute("DELETE FROM used_step WHERE step < ?", (step - KEPT_STEPS,))


def last_step(db: sqlite3.Connection, pass_id: str) -> int | None:
    """The last step of the pass that was used; None when there is none to remember."""
    query = "SELECT step FROM used_step WHERE pass_id = ?"
    row = db.execute(query, (pass_id,)).fetchone()
    return int(row[0]) if row else None
