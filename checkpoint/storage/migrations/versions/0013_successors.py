"""Which pass took the place of a lost one."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("issued_pass", sa.Column("successor", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("issued_pass", "successor")
