"""Changes to what a database of PostgreSQL is made of: rules, row security, indexes, schemas."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from fuzz.tampering.changes import Hands, entries

TABLES = ("entry", "head", "receipt", "leaf", "action", "kiosk")
INDEXES = {
    "ix_entry_at": "at",
    "ix_entry_kiosk_enterprise": "kiosk_enterprise_id",
    "ix_entry_kiosk_site": "kiosk_site_id",
}


def _one(hands: Hands, chance: Random) -> str:
    """A condition that leaves one entry out."""
    row = chance.choice(entries(hands, chance))
    return f"NOT (kiosk_id = '{row['kiosk_id']}' AND epoch = {row['epoch']} AND seq = {row['seq']})"


def trigger(hands: Hands, chance: Random) -> bool:
    """A function, and a trigger that lets it change what comes next."""
    table, name = chance.choice(TABLES), f"t{chance.randrange(99)}"
    act = "BEGIN RETURN NULL; END"
    hands.do(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS '{act}'")
    hands.do(
        f"CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )
    return True


def trigger_off(hands: Hands, chance: Random) -> bool:
    """The triggers that hold foreign keys no longer act."""
    hands.do(f"ALTER TABLE {chance.choice(['entry', 'head', 'leaf'])} DISABLE TRIGGER ALL")
    return True


def row_security(hands: Hands, chance: Random) -> bool:
    """A policy that hides one entry from all but a superuser."""
    table = "entry"
    hands.do(f"CREATE POLICY hidden ON {table} USING ({_one(hands, chance)})")
    hands.do(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    hands.do(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    return True


def partial_index(hands: Hands, chance: Random) -> bool:
    """An index made anew under its name, without one row."""
    name = chance.choice(sorted(INDEXES))
    hands.do(f"DROP INDEX {name}")
    hands.do(f"CREATE INDEX {name} ON entry ({INDEXES[name]}) WHERE {_one(hands, chance)}")
    return True


def invalid_index(hands: Hands, chance: Random) -> bool:
    """An index that is written and never asked."""
    named = f"SELECT oid FROM pg_class WHERE relname = '{chance.choice(sorted(INDEXES))}'"  # noqa: S608
    return hands.do(f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = ({named})") == 1  # noqa: S608


@dataclass(frozen=True, slots=True)
class Dropped:
    """A rule of a table taken away: of kind c a CHECK, f a foreign key, u a unique one."""

    kind: str

    def __call__(self, hands: Hands, chance: Random) -> bool:
        """Drop it."""
        sql = (
            "SELECT conname AS name, conrelid::regclass::text AS home FROM pg_constraint"
            " WHERE connamespace = current_schema()::regnamespace AND contype = ? ORDER BY 1, 2"
        )
        found = chance.choice(hands.ask(sql, self.kind))
        hands.do(f"ALTER TABLE {found['home']} DROP CONSTRAINT {found['name']} CASCADE")
        return True


def child_table(hands: Hands, chance: Random) -> bool:
    """Rows that a table shows, and another one holds."""
    hands.do(f"CREATE TABLE more () INHERITS ({chance.choice(TABLES)})")
    return True


def other_column(hands: Hands, chance: Random) -> bool:
    """A column more, or one of another type."""
    table = chance.choice(TABLES)
    if chance.randrange(2):
        hands.do(f"ALTER TABLE {table} ADD COLUMN note_{chance.randrange(99)} text")
    else:
        hands.do("ALTER TABLE entry ALTER COLUMN temperature_c TYPE numeric")
    return True


def shadowed(hands: Hands, chance: Random) -> bool:
    """A copy of a table in a schema that is looked into first, without one entry."""
    where = _one(hands, chance)
    name = hands.ask("SELECT current_database() AS name")[0]["name"]
    hands.do("CREATE SCHEMA front")
    hands.do(f"CREATE TABLE front.entry AS SELECT * FROM entry WHERE {where}")  # noqa: S608
    hands.do(f'ALTER DATABASE "{name}" SET search_path = front, public')
    return True
