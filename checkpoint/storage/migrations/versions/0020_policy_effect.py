"""Policies that take effect at a time, with the reason and the officer who confirmed them."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_KEPT = "version, enterprise_id, fields, published_at, account_id"


def upgrade() -> None:
    """SQLite adds no CHECK: another table takes the rows over."""
    op.execute("CREATE TABLE policy_before AS SELECT * FROM policy")
    op.drop_table("policy")
    op.create_table(
        "policy",
        sa.Column("version", WHOLE, autoincrement=False, nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=True),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("published_at", WHOLE, nullable=False),
        sa.Column("effective_at", WHOLE, nullable=False),
        sa.Column("withdrawn_at", WHOLE, nullable=True),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.CheckConstraint("length(why) BETWEEN 0 AND 200", name=op.f("ck_policy_why_length")),
        sa.CheckConstraint(
            "published_at <= effective_at", name=op.f("ck_policy_not_before_published")
        ),
        sa.CheckConstraint(
            "withdrawn_at < effective_at", name=op.f("ck_policy_withdrawn_before_effect")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.enterprise_id"],
            name=op.f("fk_policy_enterprise_id"),
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_policy")),
        sqlite_strict=True,
    )
    op.create_index("ix_policy_enterprise", "policy", ["enterprise_id", "version"], unique=False)
    op.execute(
        "INSERT INTO policy (version, enterprise_id, fields, published_at, effective_at,"
        " account_id, confirmed_by, why) SELECT version, enterprise_id, fields, published_at,"
        " published_at, account_id, '', '' FROM policy_before"
    )
    op.execute("DROP TABLE policy_before")


def downgrade() -> None:
    raise NotImplementedError("a version that is still to come would be in force at once")
