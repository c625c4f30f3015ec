"""What a forger does to a database, by SQL with all its guards switched off.

A change takes the hands (`Hands`) and a random source, and returns False where this position
offers nothing to change; then another one is tried.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Protocol

from checkpoint.entrylog import decode_entry, encode_entry, genesis, link

Row = dict[str, Any]


class Hands(Protocol):
    """A database laid open: SQL with `?` for values. `key` names a row in any table."""

    key: str

    def ask(self, sql: str, *values: Any) -> list[Row]:
        """Rows of a question."""
        ...

    def do(self, sql: str, *values: Any) -> int:
        """Change; how many rows."""
        ...

    def tables(self) -> set[str]:
        """The names of all tables."""
        ...

    def reindex(self, index: str, meanwhile: str, after: str) -> None:
        """Fill an index by one definition and name it by another."""
        ...

    def put_back(self, old: str) -> None:
        """Have the content of another file."""
        ...

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns."""
        ...


Change = Callable[[Hands, Random], bool]


@dataclass(frozen=True, slots=True)
class Cell:
    """A byte of one of these columns of a table, in any row."""

    table: str
    columns: tuple[str, ...]

    def __call__(self, hands: Hands, chance: Random) -> bool:
        """Change it."""
        column = chance.choice(self.columns)
        rows = hands.ask(f"SELECT {hands.key} AS k, {column} AS v FROM {self.table}")  # noqa: S608
        if not rows:
            return False
        row = chance.choice(rows)
        value = _other(row["v"], chance)
        sql = f"UPDATE {self.table} SET {column} = ? WHERE {hands.key} = ?"  # noqa: S608
        return hands.do(sql, value, row["k"]) == 1


def _other(value: Any, chance: Random) -> Any:
    match value:
        case None | b"":
            return chance.randbytes(32)
        case int():
            return value ^ (1 << chance.randrange(20))
        case bytes():
            at = chance.randrange(len(value))
            return value[:at] + bytes([value[at] ^ (1 << chance.randrange(8))]) + value[at + 1 :]
        case str() if value:
            at = chance.randrange(len(value))
            other = chance.choice([c for c in "0a1bz-K" if c != value[at]])
            return value[:at] + other + value[at + 1 :]
    return "x"


def deleted(table: str) -> Change:
    """One row of a table is gone."""

    def change(hands: Hands, chance: Random) -> bool:
        row = chance.choice(hands.ask(f"SELECT {hands.key} AS k FROM {table}"))  # noqa: S608
        return hands.do(f"DELETE FROM {table} WHERE {hands.key} = ?", row["k"]) == 1  # noqa: S608

    return change


def entries(hands: Hands, chance: Random) -> list[Row]:
    """The entries of one kiosk in order."""
    kiosks = hands.ask("SELECT DISTINCT kiosk_id FROM entry ORDER BY kiosk_id")
    kiosk_id = chance.choice(kiosks)["kiosk_id"]
    columns = f"{hands.key} AS k, kiosk_id, epoch, seq, hash, body"
    return hands.ask(f"SELECT {columns} FROM entry WHERE kiosk_id = ? ORDER BY seq", kiosk_id)  # noqa: S608


def swapped(hands: Hands, chance: Random) -> bool:
    """Two entries change places, numbers and all."""
    first, second = chance.sample(entries(hands, chance), 2)
    for row, seq in ((first, 1 << 40), (second, first["seq"]), (first, second["seq"])):
        hands.do(f"UPDATE entry SET seq = ? WHERE {hands.key} = ?", seq, row["k"])  # noqa: S608
    return True


def renumbered(hands: Hands, chance: Random) -> bool:
    """An entry is gone and all after it move up by one."""
    rows = entries(hands, chance)
    at = chance.randrange(len(rows) - 1)
    hands.do(f"DELETE FROM entry WHERE {hands.key} = ?", rows[at]["k"])  # noqa: S608
    for row in rows[at + 1 :]:
        sql = f"UPDATE entry SET seq = ? WHERE {hands.key} = ?"  # noqa: S608
        hands.do(sql, row["seq"] - 1, row["k"])
    return True


def inserted(hands: Hands, chance: Random) -> bool:
    """An entry more at the end: a copy of another one, linked rightly."""
    rows = entries(hands, chance)
    victim, last = chance.choice(rows), rows[-1]
    names = [name for name in hands.columns("entry") if name not in {"id", "seq", "hash"}]
    listed = ", ".join(names)
    sql = (
        f"INSERT INTO entry (seq, hash, {listed}) SELECT ?, ?, {listed}"  # noqa: S608
        f" FROM entry WHERE {hands.key} = ?"
    )
    digest = link(last["hash"], victim["body"])
    return hands.do(sql, last["seq"] + 1, digest, victim["k"]) == 1


def rehashed(hands: Hands, chance: Random) -> bool:
    """An entry rewritten and every hash after it made anew, without a key."""
    rows = entries(hands, chance)
    rewrite(hands, rows, chance.randrange(len(rows)))
    return True


def rewrite(hands: Hands, rows: list[Row], at: int) -> dict[int, bytes]:
    """Change one entry and link all after it anew; the new hashes by number.

    It stays canonical and at its own place; its column follows.
    """
    told = decode_entry(rows[at]["body"])
    changed = replace(told, policy_version=told.policy_version + 1)
    rows[at]["body"] = encode_entry(changed)
    if "policy_version" in hands.columns("entry"):
        sql = f"UPDATE entry SET policy_version = ? WHERE {hands.key} = ?"  # noqa: S608
        hands.do(sql, changed.policy_version, rows[at]["k"])
    before = rows[at - 1]["hash"] if at else genesis(told.kiosk_id, told.epoch)
    made = {}
    for row in rows[at:]:
        before = made[row["seq"]] = link(before, row["body"])
        sql = f"UPDATE entry SET hash = ?, body = ? WHERE {hands.key} = ?"  # noqa: S608
        hands.do(sql, before, row["body"], row["k"])
    return made


def cut(hands: Hands, chance: Random) -> bool:
    """The last entries of a chain are gone, their heads and receipts are left."""
    rows = entries(hands, chance)
    last = rows[-chance.randint(1, len(rows) - 1)]
    sql = "DELETE FROM entry WHERE kiosk_id = ? AND seq >= ?"
    return hands.do(sql, last["kiosk_id"], last["seq"]) > 0
