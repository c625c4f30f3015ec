"""The signer certificates of foreign issuers."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TEXTS = {"fingerprint": (64, 64), "key_id": (16, 16), "der": (1, 4096), "withdrawn_why": (0, 200)}


def upgrade() -> None:
    op.create_table(
        "signer_certificate",
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("since", WHOLE, nullable=False),
        sa.Column("until", WHOLE, nullable=False),
        sa.Column("usages", sa.Text(), nullable=False),
        sa.Column("der", sa.LargeBinary(), nullable=False),
        sa.Column("changed", WHOLE, nullable=False),
        sa.Column("added_at", WHOLE, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", WHOLE, nullable=True),
        sa.Column("withdrawn_why", sa.Text(), nullable=False),
        *(
            sa.CheckConstraint(
                f"length({name}) BETWEEN {low} AND {high}",
                name=op.f(f"ck_signer_certificate_{name}_length"),
            )
            for name, (low, high) in _TEXTS.items()
        ),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_signer_certificate")),
        sqlite_strict=True,
    )
    op.create_index("ix_signer_certificate_key_id", "signer_certificate", ["key_id"])
    op.create_index("ix_signer_certificate_changed", "signer_certificate", ["changed"], unique=True)


def downgrade() -> None:
    op.drop_table("signer_certificate")
