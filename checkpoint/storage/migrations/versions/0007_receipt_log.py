"""The tree over all receipts, and the entries that stand after a gap, found at once."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "receipt_log",
        sa.Column("log_id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("opening", sa.Text(), nullable=False),
        sa.Column("size", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("log_id", name=op.f("pk_receipt_log")),
        sa.UniqueConstraint("origin", name=op.f("uq_receipt_log_origin")),
        sqlite_strict=True,
    )
    op.create_table(
        "leaf",
        sa.Column("log_id", WHOLE, nullable=False),
        sa.Column("position", WHOLE, autoincrement=False, nullable=False),
        sa.Column("kiosk_id", sa.Text(), nullable=False),
        sa.Column("epoch", WHOLE, nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.CheckConstraint("length(hash) BETWEEN 32 AND 32", name=op.f("ck_leaf_hash_length")),
        sa.CheckConstraint(
            "standing IN ('accepted', 'flagged', 'quarantined')",
            name=op.f("ck_leaf_standing_known"),
        ),
        sa.ForeignKeyConstraint(["kiosk_id"], ["kiosk.kiosk_id"], name=op.f("fk_leaf_kiosk_id")),
        sa.ForeignKeyConstraint(["log_id"], ["receipt_log.log_id"], name=op.f("fk_leaf_log_id")),
        sa.PrimaryKeyConstraint("log_id", "position", name=op.f("pk_leaf")),
        sqlite_strict=True,
    )
    op.create_index("ix_leaf_place", "leaf", ["kiosk_id", "epoch", "seq"], unique=False)
    op.create_table(
        "log_tile",
        sa.Column("log_id", WHOLE, nullable=False),
        sa.Column("level", WHOLE, autoincrement=False, nullable=False),
        sa.Column("position", WHOLE, autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "length(hashes) BETWEEN 32 AND 8192", name=op.f("ck_log_tile_hashes_length")
        ),
        sa.ForeignKeyConstraint(
            ["log_id"], ["receipt_log.log_id"], name=op.f("fk_log_tile_log_id")
        ),
        sa.PrimaryKeyConstraint("log_id", "level", "position", name=op.f("pk_log_tile")),
        sqlite_strict=True,
    )
    op.create_table(
        "tree_head",
        sa.Column("log_id", WHOLE, nullable=False),
        sa.Column("size", WHOLE, autoincrement=False, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["log_id"], ["receipt_log.log_id"], name=op.f("fk_tree_head_log_id")
        ),
        sa.PrimaryKeyConstraint("log_id", "size", name=op.f("pk_tree_head")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_entry_gap",
        "entry",
        ["kiosk_id", "epoch", "seq"],
        sqlite_where=sa.text("why = 'gap'"),
        postgresql_where=sa.text("why = 'gap'"),
    )
    op.create_table(
        "restoration",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("backup_at", WHOLE, nullable=True),
        sa.Column("ended_at", WHOLE, nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.CheckConstraint("length(why) BETWEEN 0 AND 200", name=op.f("ck_restoration_why_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restoration")),
        sqlite_strict=True,
    )
    op.create_table(
        "awaited",
        sa.Column("restoration_id", WHOLE, nullable=False),
        sa.Column("kiosk_id", sa.Text(), nullable=False),
        sa.Column("epoch", WHOLE, autoincrement=False, nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(hash) BETWEEN 32 AND 32", name=op.f("ck_awaited_hash_length")),
        sa.ForeignKeyConstraint(
            ["restoration_id"], ["restoration.id"], name=op.f("fk_awaited_restoration_id")
        ),
        sa.PrimaryKeyConstraint("restoration_id", "kiosk_id", "epoch", name=op.f("pk_awaited")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    for table in ("awaited", "restoration", "tree_head", "log_tile", "leaf", "receipt_log"):
        op.drop_table(table)
    op.drop_index("ix_entry_gap", "entry")
