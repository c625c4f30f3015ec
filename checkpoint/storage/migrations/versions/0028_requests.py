"""What enterprises ask of the bureau, and who read the operating guide."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_STATES = "state IN ('requested', 'asked_back', 'refused', 'granted', 'withdrawn')"


def upgrade() -> None:
    _make(
        "warrant_request",
        [
            sa.Column("account_id", sa.Text(), nullable=False),
            sa.Column("inspector", sa.Text(), nullable=False),
            sa.Column("sites", sa.Text(), nullable=False),
            sa.Column("renews", sa.Text(), nullable=True),
            sa.Column("warrant_id", sa.Text(), nullable=True),
        ],
        {"inspector": (1, 64)},
    )
    op.create_index("ix_warrant_request_warrant", "warrant_request", ["warrant_id"])
    _make(
        "emergency_request",
        [
            sa.Column("plate", sa.Text(), nullable=False),
            sa.Column("driver_sealed", sa.LargeBinary(), nullable=False),
            sa.Column("route", sa.Text(), nullable=False),
            sa.Column("pass_id", sa.Text(), nullable=True),
        ],
        {"plate": (1, 16), "route": (0, 64)},
    )
    op.create_table(
        "guide_reading",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("guide", WHOLE, autoincrement=False, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "guide", name=op.f("pk_guide_reading")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_table("guide_reading")
    op.drop_table("emergency_request")
    op.drop_table("warrant_request")


def _make(table: str, own: list[sa.Column], lengths: dict[str, tuple[int, int]]) -> None:
    """A table of requests: what all have, and its own columns."""
    op.create_table(
        table,
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        *own,
        sa.Column("valid_from", WHOLE, nullable=False),
        sa.Column("valid_until", WHOLE, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("asked_at", WHOLE, nullable=False),
        sa.CheckConstraint(_STATES, name=op.f(f"ck_{table}_state_known")),
        *(
            sa.CheckConstraint(
                f"length({column}) BETWEEN {low} AND {high}",
                name=op.f(f"ck_{table}_{column}_length"),
            )
            for column, (low, high) in {**lengths, "why": (1, 200)}.items()
        ),
        sa.CheckConstraint("valid_from < valid_until", name=op.f(f"ck_{table}_term")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.enterprise_id"],
            name=op.f(f"fk_{table}_enterprise_id"),
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f(f"pk_{table}")),
        sqlite_strict=True,
    )
    op.create_index(f"ix_{table}_asked", table, ["asked_at", "request_id"])
    op.create_index(f"ix_{table}_enterprise", table, ["enterprise_id", "asked_at", "request_id"])
