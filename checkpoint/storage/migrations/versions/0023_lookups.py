"""Lookups by any filter: the index of a site's entries holds what is asked of them."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_BEFORE = ["kiosk_site_id", "at", "id"]
_FILTERED = ["kind", "outcome", "direction", "temperature_c", "clock_quality", "standing"]
_FILTERED += ["gate_id", "reasons"]


def upgrade() -> None:
    _entries_by(_BEFORE + _FILTERED)
    there = sa.text("plate <> ''")
    op.create_index(
        "ix_holder_plate", "holder", ["plate"], sqlite_where=there, postgresql_where=there
    )


def downgrade() -> None:
    op.drop_index("ix_holder_plate", "holder")
    _entries_by(_BEFORE)


def _entries_by(columns: list[str]) -> None:
    op.drop_index("ix_entry_kiosk_site", "entry")
    op.create_index("ix_entry_kiosk_site", "entry", columns)
