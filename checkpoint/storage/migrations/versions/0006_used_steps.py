"""Steps of living codes that were used a moment ago."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "used_step",
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("pass_id", sa.Text(), nullable=False),
        sa.Column("step", WHOLE, nullable=False),
        sa.Column("noted_at", WHOLE, nullable=False),
        sa.CheckConstraint(
            "length(pass_id) BETWEEN 16 AND 16", name=op.f("ck_used_step_pass_id_length")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.enterprise_id"],
            name=op.f("fk_used_step_enterprise_id"),
        ),
        sa.PrimaryKeyConstraint("enterprise_id", "pass_id", name=op.f("pk_used_step")),
        sqlite_strict=True,
    )
    op.create_index("ix_used_step_noted", "used_step", ["enterprise_id", "noted_at"])
    op.create_index("ix_used_step_step", "used_step", ["step"])


def downgrade() -> None:
    op.drop_table("used_step")
