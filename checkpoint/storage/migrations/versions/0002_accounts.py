"""Accounts of people who sign in, their sign-ins and their attempts."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE, Flag

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=True),
        sa.Column("active", Flag(), nullable=False),
        sa.Column("must_change", Flag(), nullable=False),
        sa.Column("fs_uniquifier", sa.Text(), nullable=False),
        sa.Column("made_at", WHOLE, nullable=False),
        sa.CheckConstraint(
            "role IN ('bureau', 'enterprise', 'inspector')", name=op.f("ck_accounts_role")
        ),
        sa.CheckConstraint(
            "(role = 'bureau') = (enterprise_id IS NULL)",
            name=op.f("ck_accounts_of_an_enterprise"),
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("username", name=op.f("uq_accounts_username")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_accounts_fs_uniquifier")),
        sqlite_strict=True,
    )
    op.create_table(
        "account_sign_ins",
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("began_at", WHOLE, nullable=False),
        sa.Column("seen_at", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.account_id"],
            name=op.f("fk_account_sign_ins_account_id"),
        ),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_account_sign_ins")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_account_sign_ins_account_id", "account_sign_ins", ["account_id"], unique=False
    )
    op.create_table(
        "account_attempts",
        sa.Column("name_hash", sa.Text(), nullable=False),
        sa.Column("failures", WHOLE, nullable=False),
        sa.Column("last_at", WHOLE, nullable=False),
        sa.Column("locked_until", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("name_hash", name=op.f("pk_account_attempts")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_table("account_attempts")
    op.drop_table("account_sign_ins")
    op.drop_table("accounts")
