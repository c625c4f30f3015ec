"""What was erased, and whom not to take back."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_PLATE = "kind = 'vehicle' AND enterprise_id IS NOT NULL"


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("number", WHOLE, autoincrement=False, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("entries", WHOLE, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "ground IN ('retention', 'request', 'consent', 'unlawful', 'erased_before',"
            " 'arrived', 'sunset')",
            name=op.f("ck_erasure_ground_known"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_erasure")),
        sqlite_strict=True,
    )
    op.create_table(
        "tombstone",
        sa.Column("holder_index", sa.LargeBinary(), nullable=False),
        sa.Column("holder_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("made_at", WHOLE, nullable=False),
        sa.Column("expires_at", WHOLE, nullable=False),
        sa.CheckConstraint(
            "length(holder_index) BETWEEN 32 AND 32",
            name=op.f("ck_tombstone_holder_index_length"),
        ),
        sa.PrimaryKeyConstraint("holder_index", name=op.f("pk_tombstone")),
        sqlite_strict=True,
    )
    op.create_index("ix_tombstone_enterprise", "tombstone", ["enterprise_id", "expires_at"])
    op.drop_index("uq_holder_vehicle", "holder")
    _unique_plates(_PLATE + " AND plate <> ''")


def downgrade() -> None:
    op.drop_index("uq_holder_vehicle", "holder")
    _unique_plates(_PLATE)
    op.drop_table("tombstone")
    op.drop_table("erasure")


def _unique_plates(where: str) -> None:
    op.create_index(
        "uq_holder_vehicle",
        "holder",
        ["enterprise_id", "plate"],
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
