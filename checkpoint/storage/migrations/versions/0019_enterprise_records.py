"""What the bureau keeps of an enterprise beside its line in the register."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE, Flag

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_LENGTHS = (("address", 128), ("medical", 64), ("medical_phone", 24), ("isolation_where", 64))


def upgrade() -> None:
    op.create_table(
        "enterprise_record",
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("staff", WHOLE, nullable=False),
        sa.Column("medical", sa.Text(), nullable=False),
        sa.Column("medical_phone", sa.Text(), nullable=False),
        sa.Column("isolation", Flag(), nullable=True),
        sa.Column("isolation_where", sa.Text(), nullable=False),
        sa.Column("head_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("contacts_sealed", sa.LargeBinary(), nullable=False),
        *(
            sa.CheckConstraint(
                f"length({column}) BETWEEN 0 AND {most}",
                name=op.f(f"ck_enterprise_record_{column}_length"),
            )
            for column, most in _LENGTHS
        ),
        sa.CheckConstraint(
            "staff BETWEEN 0 AND 1000000", name=op.f("ck_enterprise_record_staff_range")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.enterprise_id"],
            name=op.f("fk_enterprise_record_enterprise_id"),
        ),
        sa.PrimaryKeyConstraint("enterprise_id", name=op.f("pk_enterprise_record")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_table("enterprise_record")
