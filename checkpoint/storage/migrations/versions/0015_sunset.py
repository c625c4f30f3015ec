"""The end of the deployment."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE, Flag

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sunset",
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("begun_at", WHOLE, nullable=False),
        sa.Column("first_account", sa.Text(), nullable=False),
        sa.Column("second_account", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("with_persons", Flag(), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("ended_at", WHOLE, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_sunset_one")),
        sa.CheckConstraint("length(why) BETWEEN 1 AND 200", name=op.f("ck_sunset_why_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sunset")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_table("sunset")
