"""Access tokens of enterprises' own systems, and the requests that they made once."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_token",
        sa.Column("token_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", WHOLE, nullable=False),
        sa.Column("expires_at", WHOLE, nullable=False),
        sa.Column("used_at", WHOLE, nullable=True),
        sa.Column("used_from", sa.Text(), nullable=False),
        sa.Column("revoked_at", WHOLE, nullable=True),
        sa.Column("revoked_why", sa.Text(), nullable=False),
        *(
            sa.CheckConstraint(
                f"length({column}) BETWEEN {low} AND {high}",
                name=op.f(f"ck_access_token_{column}_length"),
            )
            for column, low, high in (
                ("token_id", 8, 8),
                ("name", 1, 64),
                ("scopes", 1, 200),
                ("secret_hash", 32, 32),
                ("used_from", 0, 64),
                ("revoked_why", 0, 200),
            )
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.enterprise_id"],
            name=op.f("fk_access_token_enterprise_id"),
        ),
        sa.PrimaryKeyConstraint("token_id", name=op.f("pk_access_token")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_access_token_secret_hash")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_access_token_enterprise_id"), "access_token", ["enterprise_id"])
    op.create_table(
        "asked_once",
        sa.Column("token_id", sa.Text(), nullable=False),
        sa.Column("request_key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        *(
            sa.CheckConstraint(
                f"length({column}) BETWEEN {low} AND {high}",
                name=op.f(f"ck_asked_once_{column}_length"),
            )
            for column, low, high in (
                ("request_key", 1, 64),
                ("fingerprint", 32, 32),
                ("subject", 0, 64),
            )
        ),
        sa.ForeignKeyConstraint(
            ["token_id"], ["access_token.token_id"], name=op.f("fk_asked_once_token_id")
        ),
        sa.PrimaryKeyConstraint("token_id", "request_key", name=op.f("pk_asked_once")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_table("asked_once")
    op.drop_index(op.f("ix_access_token_enterprise_id"), "access_token")
    op.drop_table("access_token")
