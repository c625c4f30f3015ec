"""What people say of an entry afterwards, a record linked and signed like the other two."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_BEFORE = "'action', 'lookup'"


def upgrade() -> None:
    op.create_table(
        "remark",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("kiosk_id", sa.Text(), nullable=False),
        sa.Column("epoch", WHOLE, nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.Column("entry_hash", sa.LargeBinary(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("kind IN ('note', 'correction')", name=op.f("ck_remark_kind_known")),
        sa.CheckConstraint(
            "length(entry_hash) BETWEEN 32 AND 32", name=op.f("ck_remark_entry_hash_length")
        ),
        sa.CheckConstraint("length(words) BETWEEN 1 AND 500", name=op.f("ck_remark_words_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
        sqlite_strict=True,
    )
    op.create_index("ix_remark_place", "remark", ["kiosk_id", "epoch", "seq"])
    _heads_of(f"{_BEFORE}, 'remark'")


def downgrade() -> None:
    op.execute("DELETE FROM record_head WHERE record = 'remark'")
    _heads_of(_BEFORE)
    op.drop_index("ix_remark_place", "remark")
    op.drop_table("remark")


def _heads_of(known: str) -> None:
    """The same heads under another CHECK, which SQLite takes with a new table only."""
    rows = op.get_bind().execute(sa.text("SELECT record, last, hash, note FROM record_head"))
    held = [dict(row) for row in rows.mappings()]
    op.drop_table("record_head")
    table = op.create_table(
        "record_head",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("last", WHOLE, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(f"record IN ({known})", name=op.f("ck_record_head_record_known")),
        sa.CheckConstraint(
            "length(hash) BETWEEN 32 AND 32", name=op.f("ck_record_head_hash_length")
        ),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_record_head")),
        sqlite_strict=True,
    )
    op.bulk_insert(table, held)
