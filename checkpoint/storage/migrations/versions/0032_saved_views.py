"""Saved views of the entry list."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE, Flag

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("view_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("shared", Flag(), nullable=False),
        sa.Column("opens", Flag(), nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("changed_at", WHOLE, nullable=False),
        *(
            sa.CheckConstraint(
                f"length({column}) BETWEEN {low} AND {high}",
                name=op.f(f"ck_saved_view_{column}_length"),
            )
            for column, low, high in (
                ("view_id", 16, 16),
                ("name", 1, 64),
                ("conditions", 2, 2000),
            )
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.enterprise_id"],
            name=op.f("fk_saved_view_enterprise_id"),
        ),
        sa.PrimaryKeyConstraint("view_id", name=op.f("pk_saved_view")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_saved_view_account_id"), "saved_view", ["account_id"])
    op.create_index(op.f("ix_saved_view_enterprise_id"), "saved_view", ["enterprise_id"])
    op.create_index(
        "uq_saved_view_opens",
        "saved_view",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("opens = 1"),
        postgresql_where=sa.text("opens"),
    )


def downgrade() -> None:
    op.drop_table("saved_view")
