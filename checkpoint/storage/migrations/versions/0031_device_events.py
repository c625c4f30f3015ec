"""What kiosks said of themselves, found without reading their passings."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_EVENTS = sa.text("kind IN ('boot', 'fault', 'reference')")


def upgrade() -> None:
    op.create_index(
        "ix_entry_events",
        "entry",
        ["kiosk_id", "epoch", "seq"],
        unique=False,
        sqlite_where=_EVENTS,
        postgresql_where=_EVENTS,
    )


def downgrade() -> None:
    op.drop_index("ix_entry_events", "entry")
