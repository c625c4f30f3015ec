"""Declarations that the holder's phone signed."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_NAME = "ck_declaration_declared_by_known"


def upgrade() -> None:
    _allow("declared_by IN ('holder', 'clerk', 'phone')")
    op.add_column("declaration", sa.Column("digest", sa.LargeBinary(), nullable=True))
    op.create_index("uq_declaration_digest", "declaration", ["digest"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_declaration_digest", "declaration")
    op.drop_column("declaration", "digest")
    op.execute("UPDATE declaration SET declared_by = 'holder' WHERE declared_by = 'phone'")
    _allow("declared_by IN ('holder', 'clerk')")


def _allow(known: str) -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.drop_constraint(_NAME, "declaration", type_="check")
        op.create_check_constraint(op.f(_NAME), "declaration", sa.text(known))
        return
    _rebuild(connection, known)


def _rebuild(connection: sa.Connection, known: str) -> None:
    """SQLite changes no CHECK: a table with the other one takes the rows over."""
    query = (
        "SELECT sql FROM sqlite_master WHERE tbl_name = 'declaration' AND sql IS NOT NULL"
        " AND type = "
    )
    (made,) = connection.execute(sa.text(f"{query}'table'")).scalars()
    indexes = connection.execute(sa.text(f"{query}'index'")).scalars().all()
    begin = made.index("declared_by IN (")
    end = made.index(")", begin) + 1
    connection.execute(sa.text("ALTER TABLE declaration RENAME TO declaration_before"))
    connection.execute(sa.text(made[:begin] + known + made[end:]))
    connection.execute(sa.text("INSERT INTO declaration SELECT * FROM declaration_before"))
    connection.execute(sa.text("DROP TABLE declaration_before"))
    for index in indexes:
        connection.execute(sa.text(index))
