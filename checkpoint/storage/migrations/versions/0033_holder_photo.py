"""Photos of workers."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "holder_photo",
        sa.Column("holder_id", sa.Text(), nullable=False),
        sa.Column("jpeg_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", WHOLE, nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["holder.holder_id"], name=op.f("fk_holder_photo_holder_id")
        ),
        sa.PrimaryKeyConstraint("holder_id", name=op.f("pk_holder_photo")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_table("holder_photo")
