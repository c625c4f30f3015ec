"""Phone passes of every kind and term; batches; what a signature is of, by index."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_KINDS = "'worker', 'commuting_vehicle', 'emergency_vehicle', 'visitor'"


def upgrade() -> None:
    _links()
    op.create_table(
        "pass_batch",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_pass_batch_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pass_batch")),
        sqlite_strict=True,
    )
    op.create_index("uq_pass_batch", "pass_batch", ["issuer", "at", "kind"], unique=True)
    op.create_index("ix_pass_batch_issuer_id", "pass_batch", ["issuer", "id"], unique=False)
    # Several of one kind at one moment were a roster's.
    op.execute(
        "INSERT INTO pass_batch (issuer, kind, at, account_id)"
        " SELECT issuer, kind, issued_at, '' FROM issued_pass"
        " WHERE kind IN ('worker', 'commuting_vehicle') GROUP BY issuer, kind, issued_at"
        " HAVING count(*) > 1 ORDER BY issued_at"
    )
    op.create_index("ix_signature_subject", "signature", ["subject"], unique=False)


def _links() -> None:
    """Links with all that a pass may say; those that were made are kept."""
    op.execute("CREATE TABLE phone_link_before AS SELECT * FROM phone_link")
    op.drop_table("phone_link")
    op.create_table(
        "phone_link",
        sa.Column("link_hash", sa.LargeBinary(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("holder_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=True),
        sa.Column("sites", sa.Text(), nullable=False),
        sa.Column("host_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("not_before", WHOLE, nullable=True),
        sa.Column("pass_until", WHOLE, nullable=False),
        sa.Column("shift_begin", WHOLE, nullable=True),
        sa.Column("shift_end", WHOLE, nullable=True),
        sa.Column("made_at", WHOLE, nullable=False),
        sa.Column("expires_at", WHOLE, nullable=False),
        sa.Column("used_at", WHOLE, nullable=True),
        sa.Column("pass_id", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "length(link_hash) BETWEEN 32 AND 32", name=op.f("ck_phone_link_link_hash_length")
        ),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_phone_link_kind_known")),
        sa.CheckConstraint(
            "length(sites) BETWEEN 0 AND 600", name=op.f("ck_phone_link_sites_length")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["holder.holder_id"], name=op.f("fk_phone_link_holder_id")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.enterprise_id"],
            name=op.f("fk_phone_link_enterprise_id"),
        ),
        sa.ForeignKeyConstraint(
            ["pass_id"], ["issued_pass.pass_id"], name=op.f("fk_phone_link_pass_id")
        ),
        sa.PrimaryKeyConstraint("link_hash", name=op.f("pk_phone_link")),
        sqlite_strict=True,
    )
    op.create_index("ix_phone_link_holder_id", "phone_link", ["holder_id"], unique=False)
    op.create_index("ix_phone_link_pass_id", "phone_link", ["pass_id"], unique=False)
    op.execute(
        "INSERT INTO phone_link (link_hash, issuer, kind, holder_id, enterprise_id, sites,"
        " pass_until, made_at, expires_at, used_at, pass_id)"
        " SELECT link_hash, b.enterprise_id, CASE h.kind WHEN 'worker' THEN 'worker'"
        " ELSE 'commuting_vehicle' END, b.holder_id, b.enterprise_id, sites, pass_until, made_at,"
        " expires_at, used_at, pass_id FROM phone_link_before AS b"
        " JOIN holder AS h ON h.holder_id = b.holder_id"
    )
    op.execute("DROP TABLE phone_link_before")


def downgrade() -> None:
    raise NotImplementedError("a link for a visitor can't be told in the earlier form")
