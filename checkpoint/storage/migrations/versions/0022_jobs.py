"""Background jobs: one row each, claimed by one run at a time."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE, Flag

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_STATES = "state IN ('waiting', 'running', 'done', 'failed', 'cancelled')"


def upgrade() -> None:
    texts = ("kind", "account_id", "role", "name", "enterprise_id", "state", "claim")
    numbers = ("done", "total", "made_at", "expires_at", "leased_until", "attempts")
    blobs = ("mark", "key_sealed", "asked", "told")
    op.create_table(
        "job",
        sa.Column("job_id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        *(sa.Column(name, WHOLE, nullable=False) for name in numbers),
        sa.Column("finished_at", WHOLE, nullable=True),
        sa.Column("cancelling", Flag(), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in blobs),
        sa.CheckConstraint("length(job_id) BETWEEN 16 AND 16", name=op.f("ck_job_job_id_length")),
        sa.CheckConstraint("length(kind) BETWEEN 1 AND 40", name=op.f("ck_job_kind_length")),
        sa.CheckConstraint(_STATES, name=op.f("ck_job_state_known")),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_job")),
        sqlite_strict=True,
    )
    op.create_index("ix_job_account_made", "job", ["account_id", "made_at", "job_id"])
    op.create_index("ix_job_state", "job", ["state", "made_at"])


def downgrade() -> None:
    op.drop_index("ix_job_state", "job")
    op.drop_index("ix_job_account_made", "job")
    op.drop_table("job")
