"""Each kiosk has a sequence of bundle versions of its own."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TABLE bundle_before AS SELECT * FROM bundle")
    op.drop_table("bundle")
    op.create_table(
        "bundle",
        sa.Column("kiosk_id", sa.Text(), nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", WHOLE, nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "length(content) BETWEEN 32 AND 32", name=op.f("ck_bundle_content_length")
        ),
        sa.ForeignKeyConstraint(["kiosk_id"], ["kiosk.kiosk_id"], name=op.f("fk_bundle_kiosk_id")),
        sa.PrimaryKeyConstraint("kiosk_id", name=op.f("pk_bundle")),
        sqlite_strict=True,
    )
    op.execute(
        "INSERT INTO bundle (kiosk_id, version, content, issued_at, signed)"
        " SELECT kiosk_id, version, content, issued_at, signed FROM bundle_before"
    )
    op.execute("DROP TABLE bundle_before")


def downgrade() -> None:
    raise NotImplementedError("two kiosks may have the same version now")
