"""Lookups by the kind of pass: the index of a site's entries holds it too."""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_BEFORE = ["kiosk_site_id", "at", "id"]
_BEFORE += ["kind", "outcome", "direction", "temperature_c", "clock_quality", "standing"]
_BEFORE += ["gate_id", "reasons"]


def upgrade() -> None:
    _entries_by([*_BEFORE, "pass_kind"])


def downgrade() -> None:
    _entries_by(_BEFORE)


def _entries_by(columns: list[str]) -> None:
    op.drop_index("ix_entry_kiosk_site", "entry")
    op.create_index("ix_entry_kiosk_site", "entry", columns)
