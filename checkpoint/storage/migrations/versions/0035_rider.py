"""Who is on the manifest of a commuting vehicle."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rider",
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("holder_id", sa.Text(), nullable=False),
        sa.Column("added_at", WHOLE, nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["holder.holder_id"], name=op.f("fk_rider_vehicle_id")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["holder.holder_id"], name=op.f("fk_rider_holder_id")
        ),
        sa.PrimaryKeyConstraint("vehicle_id", "holder_id", name=op.f("pk_rider")),
        sqlite_strict=True,
    )
    op.create_index("ix_rider_holder_id", "rider", ["holder_id"])


def downgrade() -> None:
    op.drop_table("rider")
