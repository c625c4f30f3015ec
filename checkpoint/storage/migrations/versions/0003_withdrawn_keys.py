"""Keys that were withdrawn; the list of revoked passes read from an index alone."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "withdrawal",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("since", WHOLE, nullable=True),
        sa.Column("until", WHOLE, nullable=True),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "length(key_id) BETWEEN 8 AND 8", name=op.f("ck_withdrawal_key_id_length")
        ),
        sa.CheckConstraint("length(why) BETWEEN 0 AND 200", name=op.f("ck_withdrawal_why_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal")),
        sqlite_strict=True,
    )
    op.create_index("ix_withdrawal_owner", "withdrawal", ["owner", "id"], unique=False)
    op.create_index(
        "ix_issued_pass_revoked",
        "issued_pass",
        ["issuer", "expires_at", "revoked_at", "pass_id"],
        unique=False,
        sqlite_where=sa.text("revoked_at IS NOT NULL"),
        postgresql_where=sa.text("revoked_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_issued_pass_revoked", "issued_pass")
    op.drop_table("withdrawal")
