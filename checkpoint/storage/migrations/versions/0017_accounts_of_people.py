"""Invitations, second factors, and what is told of sign-ins. Everybody signs in anew."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE, Flag

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("second_factor_by", WHOLE, nullable=True))
    _sign_ins(
        sa.Column("confirmed_at", WHOLE, nullable=False),
        sa.Column("complete", Flag(), nullable=False),
        sa.Column("means", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("ended_at", WHOLE, nullable=True),
    )
    op.create_table(
        "account_invitations",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("made_at", WHOLE, nullable=False),
        sa.Column("expires_at", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.account_id"],
            name=op.f("fk_account_invitations_account_id"),
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_invitations")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_account_invitations_secret_hash")),
        sqlite_strict=True,
    )
    op.create_table(
        "account_challenges",
        sa.Column("challenge_hash", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("expires_at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("challenge_hash", name=op.f("pk_account_challenges")),
        sqlite_strict=True,
    )
    op.create_table(
        "second_factor",
        sa.Column("factor_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seed_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("credential_id", sa.LargeBinary(), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("counter", WHOLE, nullable=False),
        sa.Column("made_at", WHOLE, nullable=False),
        sa.Column("used_at", WHOLE, nullable=True),
        sa.CheckConstraint("kind IN ('totp', 'passkey')", name=op.f("ck_second_factor_kind_known")),
        sa.CheckConstraint(
            "(kind = 'passkey') = (credential_id IS NOT NULL AND public_key IS NOT NULL)"
            " AND (kind = 'totp') = (seed_sealed IS NOT NULL)",
            name=op.f("ck_second_factor_of_its_kind"),
        ),
        sa.CheckConstraint(
            "length(name) BETWEEN 1 AND 64", name=op.f("ck_second_factor_name_length")
        ),
        sa.PrimaryKeyConstraint("factor_id", name=op.f("pk_second_factor")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_second_factor_credential_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_second_factor_account_id", "second_factor", ["account_id"])
    op.create_table(
        "recovery_code",
        sa.Column("code_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("code_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("code_id", name=op.f("pk_recovery_code")),
        sqlite_strict=True,
    )
    op.create_index("ix_recovery_code_account_id", "recovery_code", ["account_id"])


def downgrade() -> None:
    for table in ("recovery_code", "second_factor", "account_challenges", "account_invitations"):
        op.drop_table(table)
    _sign_ins()
    op.drop_column("accounts", "second_factor_by")


def _sign_ins(*more: sa.Column) -> None:
    op.drop_table("account_sign_ins")
    op.create_table(
        "account_sign_ins",
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("began_at", WHOLE, nullable=False),
        sa.Column("seen_at", WHOLE, nullable=False),
        *more,
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.account_id"],
            name=op.f("fk_account_sign_ins_account_id"),
        ),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_account_sign_ins")),
        sqlite_strict=True,
    )
    op.create_index("ix_account_sign_ins_account_id", "account_sign_ins", ["account_id"])
