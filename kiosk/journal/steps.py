"""The memory of used steps: the last one of each phone pass, here or at a gate of the group.

A step that was used here is noted in the transaction of its entry, one that was used elsewhere
when the server tells of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

KEPT_STEPS = 24 * 60 * 2
"""A day: far longer than a step stays fresh, so that a clock that was put right forgets nothing."""
AHEAD = 2
"""Steps by which one that was used elsewhere may be ahead of this gate's own clock."""


def use_step(db: sqlite3.Connection, pass_id: str, step: int) -> None:
    """Note that the step is used up, and every one before it; forget what is a day old."""
    db.execute(
        "INSERT INTO used_step VALUES (?, ?)"
        " ON CONFLICT (pass_id) DO UPDATE SET step = excluded.step WHERE excluded.step > step",
        (pass_id, step),
    )
    db.execute("DELETE FROM used_step WHERE step < ?", (step - KEPT_STEPS,))


def learn_steps(db: sqlite3.Connection, used: Iterable[tuple[str, int]], now: int) -> None:
    """Note what was used elsewhere. `now` is the step of this gate's clock.

    A step far ahead is passed over: it would shut a pass out until its time has come.
    """
    for pass_id, step in used:
        if now - KEPT_STEPS < step <= now + AHEAD:
            use_step(db, pass_id, step)


def last_step(db: sqlite3.Connection, pass_id: str) -> int | None:
    """The last step of the pass that was used; None when there is none to remember."""
    query = "SELECT step FROM used_step WHERE pass_id = ?"
    row = db.execute(query, (pass_id,)).fetchone()
    return int(row[0]) if row else None
