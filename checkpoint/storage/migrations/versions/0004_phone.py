"""Links by which a phone gets its pass."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "phone_link",
        sa.Column("link_hash", sa.LargeBinary(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("holder_id", sa.Text(), nullable=False),
        sa.Column("sites", sa.Text(), nullable=False),
        sa.Column("pass_until", WHOLE, nullable=False),
        sa.Column("made_at", WHOLE, nullable=False),
        sa.Column("expires_at", WHOLE, nullable=False),
        sa.Column("used_at", WHOLE, nullable=True),
        sa.Column("pass_id", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "length(link_hash) BETWEEN 32 AND 32", name=op.f("ck_phone_link_link_hash_length")
        ),
        sa.CheckConstraint(
            "length(sites) BETWEEN 0 AND 600", name=op.f("ck_phone_link_sites_length")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.enterprise_id"],
            name=op.f("fk_phone_link_enterprise_id"),
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["holder.holder_id"], name=op.f("fk_phone_link_holder_id")
        ),
        sa.ForeignKeyConstraint(
            ["pass_id"], ["issued_pass.pass_id"], name=op.f("fk_phone_link_pass_id")
        ),
        sa.PrimaryKeyConstraint("link_hash", name=op.f("pk_phone_link")),
        sqlite_strict=True,
    )
    op.create_index("ix_phone_link_holder_id", "phone_link", ["holder_id"], unique=False)


def downgrade() -> None:
    op.drop_table("phone_link")
