"""Entries of one more kind: a thermometer was held to a reference."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_KINDS = (
    "kind IN ('passage', 'override', 'annulment', 'emergency', 'boot', 'shutdown', 'bundle',"
    " 'fault', 'heartbeat'{further})"
)


def upgrade() -> None:
    _allow(", 'reference'")


def downgrade() -> None:
    _allow("")


def _allow(further: str) -> None:
    kinds = _KINDS.format(further=further)
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.drop_constraint("ck_entry_kind_known", "entry", type_="check")
        op.create_check_constraint(op.f("ck_entry_kind_known"), "entry", sa.text(kinds))
        return
    _rebuild(connection, kinds)


def _rebuild(connection: sa.Connection, kinds: str) -> None:
    """SQLite changes no CHECK: a table with the other one takes the rows over."""
    query = "SELECT sql FROM sqlite_master WHERE tbl_name = 'entry' AND sql IS NOT NULL AND type = "
    (made,) = connection.execute(sa.text(f"{query}'table'")).scalars()
    indexes = connection.execute(sa.text(f"{query}'index'")).scalars().all()
    begin = made.index("kind IN (")
    end = made.index(")", begin) + 1
    connection.execute(sa.text("ALTER TABLE entry RENAME TO entry_before"))
    connection.execute(sa.text(made[:begin] + kinds + made[end:]))
    connection.execute(sa.text("INSERT INTO entry SELECT * FROM entry_before"))
    connection.execute(sa.text("DROP TABLE entry_before"))
    for index in indexes:
        connection.execute(sa.text(index))
