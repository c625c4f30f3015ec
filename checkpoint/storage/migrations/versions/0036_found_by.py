"""By what a holder is found: in the holder's own line, filled in by what holds the sealing key."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("holder_key")
    op.add_column("holder", sa.Column("found_by", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("holder", "found_by")
    op.create_table(
        "holder_key",
        sa.Column("key", WHOLE, nullable=False),
        sa.Column("added_at", WHOLE, nullable=False),
        sa.Column("holder_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["holder.holder_id"], name=op.f("fk_holder_key_holder_id")
        ),
        sa.PrimaryKeyConstraint("key", "added_at", "holder_id", name=op.f("pk_holder_key")),
        sqlite_strict=True,
    )
    op.create_index("ix_holder_key_holder_id", "holder_key", ["holder_id"], unique=False)
