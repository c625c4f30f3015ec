"""Holders that can be edited: site, shift, days, whether they left, and who changed them last."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("site_id", "TEXT DEFAULT '' NOT NULL", "length(site_id) BETWEEN 0 AND 32"),
    ("shift_begin", "{whole}", "shift_begin BETWEEN 0 AND 1439"),
    ("shift_end", "{whole}", "shift_end BETWEEN 0 AND 1439"),
    ("days", "TEXT DEFAULT '' NOT NULL", "length(days) BETWEEN 0 AND 7"),
    ("left_at", "{whole}", ""),
    ("left_why", "TEXT DEFAULT '' NOT NULL", "length(left_why) BETWEEN 0 AND 200"),
    ("version", "{whole} DEFAULT 1 NOT NULL", ""),
    ("changed_at", "{whole}", ""),
    ("changed_by", "TEXT DEFAULT '' NOT NULL", ""),
)


def upgrade() -> None:
    whole = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    for name, kind, rule in _COLUMNS:
        what = "length" if rule.startswith("length") else "range"
        check = f" CONSTRAINT ck_holder_{name}_{what} CHECK ({rule})" if rule else ""
        op.execute(f"ALTER TABLE holder ADD COLUMN {name} {kind.format(whole=whole)}{check}")


def downgrade() -> None:
    for name, _kind, _rule in reversed(_COLUMNS):
        op.execute(f"ALTER TABLE holder DROP COLUMN {name}")
