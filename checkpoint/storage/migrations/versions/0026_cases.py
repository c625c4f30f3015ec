"""Cases of inspectors; receipts by their time, so that a few entries are verified quickly."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_receipt_at", "receipt", ["kiosk_id", "epoch", "at"])
    op.create_table(
        "inspection_case",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", WHOLE, nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("assigned_to", sa.Text(), nullable=False),
        sa.Column("released_at", WHOLE, nullable=True),
        sa.Column("closed_at", WHOLE, nullable=True),
        sa.Column("steps", WHOLE, nullable=False),
        sa.CheckConstraint(
            "length(case_id) BETWEEN 16 AND 16", name=op.f("ck_inspection_case_case_id_length")
        ),
        sa.CheckConstraint(
            "kind IN ('verification', 'health', 'conduct', 'device', 'other')",
            name=op.f("ck_inspection_case_kind_known"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'waiting', 'closed')", name=op.f("ck_inspection_case_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.enterprise_id"],
            name=op.f("fk_inspection_case_enterprise_id"),
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_inspection_case")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_inspection_case_enterprise",
        "inspection_case",
        ["enterprise_id", "opened_at", "case_id"],
    )
    op.create_index("ix_inspection_case_opened", "inspection_case", ["opened_at", "case_id"])
    _steps()
    _links()


def _steps() -> None:
    kinds = (
        "'opened', 'note', 'correction', 'verified', 'entry', 'lookup', 'assigned', 'waiting',"
        " 'reopened', 'released', 'answered', 'closed'"
    )
    op.create_table(
        "case_step",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(f"kind IN ({kinds})", name=op.f("ck_case_step_kind_known")),
        sa.CheckConstraint(
            "length(digest) BETWEEN 32 AND 32", name=op.f("ck_case_step_digest_length")
        ),
        sa.CheckConstraint(
            "length(detail) BETWEEN 0 AND 8000", name=op.f("ck_case_step_detail_length")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["inspection_case.case_id"], name=op.f("fk_case_step_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_step")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_case_step_case_id_number")),
        sqlite_strict=True,
    )


def _links() -> None:
    op.create_table(
        "case_entry",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("kiosk_id", sa.Text(), nullable=False),
        sa.Column("epoch", WHOLE, nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.Column("entry_hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "length(entry_hash) BETWEEN 32 AND 32", name=op.f("ck_case_entry_entry_hash_length")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["inspection_case.case_id"], name=op.f("fk_case_entry_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["kiosk_id"], ["kiosk.kiosk_id"], name=op.f("fk_case_entry_kiosk_id")
        ),
        sa.PrimaryKeyConstraint("case_id", "kiosk_id", "epoch", "seq", name=op.f("pk_case_entry")),
        sqlite_strict=True,
    )
    op.create_index("ix_case_entry_place", "case_entry", ["kiosk_id", "epoch", "seq"])
    op.create_table(
        "case_lookup",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("lookup_id", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["inspection_case.case_id"], name=op.f("fk_case_lookup_case_id")
        ),
        sa.PrimaryKeyConstraint("case_id", "lookup_id", name=op.f("pk_case_lookup")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    for name in ("case_lookup", "case_entry", "case_step", "inspection_case"):
        op.drop_table(name)
    op.drop_index("ix_receipt_at", "receipt")
