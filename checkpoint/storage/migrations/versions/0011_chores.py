"""What one process of the server does once in a while."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    chore = op.create_table(
        "chore",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("claimed_at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chore")),
        sqlite_strict=True,
    )
    op.bulk_insert(chore, [{"name": "retain", "claimed_at": 0}])


def downgrade() -> None:
    op.drop_table("chore")
