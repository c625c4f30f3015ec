"""What needs two officers, and whether the district has two."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("proposal_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("concerned", WHOLE, nullable=False),
        sa.Column("made_at", WHOLE, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_name", sa.Text(), nullable=False),
        sa.Column("expires_at", WHOLE, nullable=True),
        sa.Column("done_at", WHOLE, nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("decided_at", WHOLE, nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_name", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.CheckConstraint("length(why) BETWEEN 1 AND 200", name=op.f("ck_proposal_why_length")),
        sa.CheckConstraint(
            "length(remark) BETWEEN 0 AND 200", name=op.f("ck_proposal_remark_length")
        ),
        sa.CheckConstraint(
            "verdict IN ('confirmed', 'declined', 'withdrawn', 'alone')",
            name=op.f("ck_proposal_verdict_known"),
        ),
        sa.CheckConstraint(
            "verdict IN ('withdrawn', 'alone') OR decided_by <> made_by",
            name=op.f("ck_proposal_two_people"),
        ),
        sa.CheckConstraint(
            "(verdict IS NULL) = (decided_at IS NULL) AND (verdict IS NULL) = (decided_by IS NULL)",
            name=op.f("ck_proposal_decided"),
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_proposal")),
        sqlite_strict=True,
    )
    op.create_index("ix_proposal_made", "proposal", ["made_at"], unique=False)
    op.create_table(
        "setting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.CheckConstraint("length(why) BETWEEN 1 AND 200", name=op.f("ck_setting_why_length")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_table("setting")
    op.drop_index("ix_proposal_made", "proposal")
    op.drop_table("proposal")
