"""What holders declare, what is said of their health, and what of it counts."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _declaration()
    _said_status()
    _holder_health()


def downgrade() -> None:
    for table in ("holder_health", "said_status", "declaration"):
        op.drop_table(table)


def _declaration() -> None:
    op.create_table(
        "declaration",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("holder_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("declared_by", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("objections", sa.Text(), nullable=False),
        sa.Column("origin_index", sa.LargeBinary(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('card', 'daily')", name=op.f("ck_declaration_kind_known")),
        sa.CheckConstraint(
            "declared_by IN ('holder', 'clerk')", name=op.f("ck_declaration_declared_by_known")
        ),
        sa.CheckConstraint(
            "length(objections) BETWEEN 0 AND 100", name=op.f("ck_declaration_objections_length")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["holder.holder_id"], name=op.f("fk_declaration_holder_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration")),
        sqlite_strict=True,
    )
    op.create_index("uq_declaration", "declaration", ["holder_id", "kind", "version"], unique=True)
    op.create_index("ix_declaration_at", "declaration", ["at"])


def _said_status() -> None:
    op.create_table(
        "said_status",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("holder_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("until", WHOLE, nullable=True),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("why_sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "status IN ('green', 'yellow', 'red')", name=op.f("ck_said_status_status_known")
        ),
        sa.CheckConstraint(
            "said_by IN ('declaration', 'enterprise', 'bureau')",
            name=op.f("ck_said_status_said_by_known"),
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["holder.holder_id"], name=op.f("fk_said_status_holder_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_said_status")),
        sqlite_strict=True,
    )
    op.create_index("ix_said_status_holder", "said_status", ["holder_id", "id"])
    op.create_index("ix_said_status_at", "said_status", ["at"])


def _holder_health() -> None:
    op.create_table(
        "holder_health",
        sa.Column("holder_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("said_at", WHOLE, nullable=True),
        sa.Column("until", WHOLE, nullable=True),
        sa.Column("declared_at", WHOLE, nullable=True),
        sa.Column("card_at", WHOLE, nullable=True),
        sa.Column("origin_index", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", WHOLE, nullable=False),
        sa.CheckConstraint(
            "status IN ('', 'green', 'yellow', 'red')", name=op.f("ck_holder_health_status_known")
        ),
        sa.CheckConstraint(
            "said_by IN ('', 'declaration', 'enterprise', 'bureau')",
            name=op.f("ck_holder_health_said_by_known"),
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["holder.holder_id"], name=op.f("fk_holder_health_holder_id")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.enterprise_id"],
            name=op.f("fk_holder_health_enterprise_id"),
        ),
        sa.PrimaryKeyConstraint("holder_id", name=op.f("pk_holder_health")),
        sqlite_strict=True,
    )
    for name, columns in (
        ("status", ["status", "said_at", "holder_id"]),
        ("changed", ["changed_at"]),
        ("origin", ["origin_index"]),
    ):
        op.create_index(f"ix_holder_health_{name}", "holder_health", ["enterprise_id", *columns])
