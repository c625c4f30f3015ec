"""The secret of a webhook that was renewed, beside the new one for a time."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("webhook", sa.Column("older_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("webhook", sa.Column("secret_at", WHOLE, nullable=True))


def downgrade() -> None:
    op.drop_column("webhook", "secret_at")
    op.drop_column("webhook", "older_sealed")
