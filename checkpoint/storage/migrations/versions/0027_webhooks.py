"""Webhooks of enterprises and what is to be told to each."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_EVENTS = (
    *("entry.refused", "entry.referred", "entry.fever", "entry.overridden", "gate.emergency"),
    *("kiosk.fault", "kiosk.silent", "test"),
)
_STATES = ("waiting", "delivered", "given_up")


def _lengths(table: str, *bounds: tuple[str, int, int]) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(
            f"length({column}) BETWEEN {low} AND {high}",
            name=op.f(f"ck_{table}_{column}_length"),
        )
        for column, low, high in bounds
    ]


def _known(table: str, column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}_known"))


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("hook_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", WHOLE, nullable=False),
        sa.Column("stopped_at", WHOLE, nullable=True),
        sa.Column("stopped_why", sa.Text(), nullable=False),
        sa.Column("failing_since", WHOLE, nullable=True),
        sa.Column("claimed_until", WHOLE, nullable=False),
        sa.Column("log_id", WHOLE, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        *_lengths(
            "webhook",
            ("hook_id", 8, 8),
            ("url", 8, 500),
            ("events", 1, 300),
            ("stopped_why", 0, 200),
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.enterprise_id"], name=op.f("fk_webhook_enterprise_id")
        ),
        sa.PrimaryKeyConstraint("hook_id", name=op.f("pk_webhook")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_webhook_enterprise_id"), "webhook", ["enterprise_id"])
    op.create_table(
        "hook_delivery",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("hook_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("kiosk_id", sa.Text(), nullable=True),
        sa.Column("epoch", WHOLE, nullable=True),
        sa.Column("seq", WHOLE, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", WHOLE, nullable=False),
        sa.Column("next_at", WHOLE, nullable=False),
        sa.Column("last_at", WHOLE, nullable=True),
        sa.Column("status", WHOLE, nullable=True),
        sa.Column("took_ms", WHOLE, nullable=True),
        sa.Column("told", sa.Text(), nullable=False),
        _known("hook_delivery", "event", _EVENTS),
        _known("hook_delivery", "state", _STATES),
        *_lengths("hook_delivery", ("event_id", 36, 36), ("told", 0, 64)),
        sa.ForeignKeyConstraint(
            ["hook_id"],
            ["webhook.hook_id"],
            name=op.f("fk_hook_delivery_hook_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_delivery")),
        sa.UniqueConstraint("hook_id", "event_id", name=op.f("uq_hook_delivery_hook_id_event_id")),
        sqlite_strict=True,
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_hook_delivery_waiting",
        "hook_delivery",
        ["hook_id", "id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def downgrade() -> None:
    op.drop_index("ix_hook_delivery_waiting", "hook_delivery")
    op.drop_table("hook_delivery")
    op.drop_index(op.f("ix_webhook_enterprise_id"), "webhook")
    op.drop_table("webhook")
