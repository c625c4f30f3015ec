"""Lookups of what is rare: an index of the entries that are no plain admission.

PostgreSQL answers from an index alone only what a vacuum has been over: it goes over new entries
after each hundredth part instead of each fifth.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_FILTERED = ["kind", "outcome", "direction", "temperature_c", "clock_quality", "standing"]
_FILTERED += ["gate_id", "reasons", "pass_kind"]
_UNUSUAL = (
    "kind <> 'passage' OR outcome IS NULL OR outcome <> 'ADMIT' OR reasons <> ' ok '"
    " OR clock_quality <> 'synchronised' OR standing <> 'accepted'"
    " OR pass_kind <> 'worker' OR temperature_c >= 3700"
)
_CITED = ["kiosk_id", "epoch", "cites"]


def upgrade() -> None:
    _entries("ix_entry_unusual", ["kiosk_site_id", "at", "id", *_FILTERED], _UNUSUAL)
    _citing([*_CITED, "kind"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE entry SET (autovacuum_vacuum_insert_scale_factor = 0.01)")


def downgrade() -> None:
    _citing(_CITED)
    op.drop_index("ix_entry_unusual", "entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE entry RESET (autovacuum_vacuum_insert_scale_factor)")


def _citing(columns: list[str]) -> None:
    op.drop_index("ix_entry_cites", "entry")
    _entries("ix_entry_cites", columns, "cites IS NOT NULL")


def _entries(name: str, columns: list[str], which: str) -> None:
    there = sa.text(which)
    op.create_index(name, "entry", columns, sqlite_where=there, postgresql_where=there)
