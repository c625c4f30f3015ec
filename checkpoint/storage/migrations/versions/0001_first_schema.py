"""The first schema: places, holders, passes, warrants, the entry log, records."""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE, Flag

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "action",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.CheckConstraint("length(why) BETWEEN 0 AND 200", name=op.f("ck_action_why_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
        sqlite_strict=True,
    )
    op.create_index("ix_action_enterprise", "action", ["enterprise_id", "id"], unique=False)
    op.create_table(
        "enterprise",
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("credit_code", sa.Text(), nullable=False),
        sa.Column("township", sa.Text(), nullable=False),
        sa.Column("industry", sa.Text(), nullable=False),
        sa.Column("above_scale", Flag(), nullable=False),
        sa.Column("registered_at", WHOLE, nullable=False),
        sa.Column("suspended_at", WHOLE, nullable=True),
        sa.CheckConstraint(
            "length(credit_code) BETWEEN 18 AND 18", name=op.f("ck_enterprise_credit_code_length")
        ),
        sa.CheckConstraint(
            "length(enterprise_id) BETWEEN 2 AND 32",
            name=op.f("ck_enterprise_enterprise_id_length"),
        ),
        sa.CheckConstraint(
            "length(industry) BETWEEN 0 AND 64", name=op.f("ck_enterprise_industry_length")
        ),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 64", name=op.f("ck_enterprise_name_length")),
        sa.CheckConstraint(
            "length(township) BETWEEN 0 AND 64", name=op.f("ck_enterprise_township_length")
        ),
        sa.PrimaryKeyConstraint("enterprise_id", name=op.f("pk_enterprise")),
        sa.UniqueConstraint("credit_code", name=op.f("uq_enterprise_credit_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "lookup",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("found", WHOLE, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.CheckConstraint("length(why) BETWEEN 0 AND 200", name=op.f("ck_lookup_why_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lookup")),
        sqlite_strict=True,
    )
    op.create_index("ix_lookup_account", "lookup", ["account_id", "id"], unique=False)
    op.create_table(
        "signature",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sqlite_strict=True,
    )
    op.create_index("ix_signature_key_at", "signature", ["key_id", "at"], unique=False)
    op.create_table(
        "holder",
        sa.Column("holder_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("name_index", sa.LargeBinary(), nullable=False),
        sa.Column("id_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id_index", sa.LargeBinary(), nullable=True),
        sa.Column("id_tail", sa.Text(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("plate", sa.Text(), nullable=False),
        sa.Column("seats", WHOLE, nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("added_at", WHOLE, nullable=False),
        sa.Column("blocked_at", WHOLE, nullable=True),
        sa.Column("blocked_why", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('worker', 'vehicle', 'visitor')", name=op.f("ck_holder_kind_known")
        ),
        sa.CheckConstraint(
            "length(blocked_why) BETWEEN 0 AND 200", name=op.f("ck_holder_blocked_why_length")
        ),
        sa.CheckConstraint(
            "length(holder_id) BETWEEN 16 AND 16", name=op.f("ck_holder_holder_id_length")
        ),
        sa.CheckConstraint(
            "length(id_tail) BETWEEN 0 AND 4", name=op.f("ck_holder_id_tail_length")
        ),
        sa.CheckConstraint("length(job) BETWEEN 0 AND 64", name=op.f("ck_holder_job_length")),
        sa.CheckConstraint("length(plate) BETWEEN 0 AND 16", name=op.f("ck_holder_plate_length")),
        sa.CheckConstraint("length(route) BETWEEN 0 AND 64", name=op.f("ck_holder_route_length")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.enterprise_id"], name=op.f("fk_holder_enterprise_id")
        ),
        sa.PrimaryKeyConstraint("holder_id", name=op.f("pk_holder")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_holder_enterprise_added",
        "holder",
        ["enterprise_id", "added_at", "holder_id"],
        unique=False,
    )
    op.create_index(
        "ix_holder_enterprise_name", "holder", ["enterprise_id", "name_index"], unique=False
    )
    op.create_index(
        "uq_holder_vehicle",
        "holder",
        ["enterprise_id", "plate"],
        unique=True,
        sqlite_where=sa.text("kind = 'vehicle' AND enterprise_id IS NOT NULL"),
        postgresql_where=sa.text("kind = 'vehicle' AND enterprise_id IS NOT NULL"),
    )
    op.create_index(
        "uq_holder_worker",
        "holder",
        ["enterprise_id", "id_index"],
        unique=True,
        sqlite_where=sa.text("kind = 'worker'"),
        postgresql_where=sa.text("kind = 'worker'"),
    )
    op.create_table(
        "policy",
        sa.Column("version", WHOLE, autoincrement=False, nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=True),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("published_at", WHOLE, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.enterprise_id"], name=op.f("fk_policy_enterprise_id")
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_policy")),
        sqlite_strict=True,
    )
    op.create_index("ix_policy_enterprise", "policy", ["enterprise_id", "version"], unique=False)
    op.create_table(
        "site",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 64", name=op.f("ck_site_name_length")),
        sa.CheckConstraint("length(site_id) BETWEEN 2 AND 32", name=op.f("ck_site_site_id_length")),
        sa.CheckConstraint("length(zone) BETWEEN 1 AND 64", name=op.f("ck_site_zone_length")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.enterprise_id"], name=op.f("fk_site_enterprise_id")
        ),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_site")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_site_enterprise_id"), "site", ["enterprise_id"], unique=False)
    op.create_table(
        "warrant",
        sa.Column("warrant_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("inspector", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("valid_from", WHOLE, nullable=False),
        sa.Column("valid_until", WHOLE, nullable=False),
        sa.Column("sites", sa.Text(), nullable=False),
        sa.Column("granted_at", WHOLE, nullable=False),
        sa.Column("revoked_at", WHOLE, nullable=True),
        sa.Column("revoked_why", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "length(inspector) BETWEEN 1 AND 64", name=op.f("ck_warrant_inspector_length")
        ),
        sa.CheckConstraint(
            "length(revoked_why) BETWEEN 0 AND 200", name=op.f("ck_warrant_revoked_why_length")
        ),
        sa.CheckConstraint("valid_from < valid_until", name=op.f("ck_warrant_term")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.enterprise_id"], name=op.f("fk_warrant_enterprise_id")
        ),
        sa.PrimaryKeyConstraint("warrant_id", name=op.f("pk_warrant")),
        sqlite_strict=True,
    )
    op.create_index("ix_warrant_account", "warrant", ["account_id"], unique=False)
    op.create_index(op.f("ix_warrant_enterprise_id"), "warrant", ["enterprise_id"], unique=False)
    op.create_table(
        "gate",
        sa.Column("gate_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.CheckConstraint("length(gate_id) BETWEEN 2 AND 32", name=op.f("ck_gate_gate_id_length")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 64", name=op.f("ck_gate_name_length")),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name=op.f("fk_gate_site_id")),
        sa.PrimaryKeyConstraint("gate_id", name=op.f("pk_gate")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_gate_site_id"), "gate", ["site_id"], unique=False)
    op.create_table(
        "issued_pass",
        sa.Column("pass_id", sa.Text(), nullable=False),
        sa.Column("holder_id", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("issued_at", WHOLE, nullable=False),
        sa.Column("not_before", WHOLE, nullable=False),
        sa.Column("expires_at", WHOLE, nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("revoked_at", WHOLE, nullable=True),
        sa.Column("revoked_why", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('worker', 'commuting_vehicle', 'emergency_vehicle', 'visitor')",
            name=op.f("ck_issued_pass_kind_known"),
        ),
        sa.CheckConstraint(
            "length(pass_id) BETWEEN 16 AND 16", name=op.f("ck_issued_pass_pass_id_length")
        ),
        sa.CheckConstraint(
            "length(revoked_why) BETWEEN 0 AND 200", name=op.f("ck_issued_pass_revoked_why_length")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["holder.holder_id"], name=op.f("fk_issued_pass_holder_id")
        ),
        sa.PrimaryKeyConstraint("pass_id", name=op.f("pk_issued_pass")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_issued_pass_holder_id"), "issued_pass", ["holder_id"], unique=False)
    op.create_index(
        "ix_issued_pass_issuer_at", "issued_pass", ["issuer", "issued_at", "pass_id"], unique=False
    )
    op.create_index(
        "ix_issued_pass_issuer_expires", "issued_pass", ["issuer", "expires_at"], unique=False
    )
    op.create_table(
        "enrolment_code",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("gate_id", sa.Text(), nullable=False),
        sa.Column("made_at", WHOLE, nullable=False),
        sa.Column("expires_at", WHOLE, nullable=False),
        sa.Column("used_at", WHOLE, nullable=True),
        sa.CheckConstraint(
            "length(code_hash) BETWEEN 32 AND 32", name=op.f("ck_enrolment_code_code_hash_length")
        ),
        sa.ForeignKeyConstraint(
            ["gate_id"], ["gate.gate_id"], name=op.f("fk_enrolment_code_gate_id")
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_enrolment_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "kiosk",
        sa.Column("kiosk_id", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("gate_id", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("software", sa.Text(), nullable=False),
        sa.Column("enrolled_at", WHOLE, nullable=False),
        sa.Column("revoked_at", WHOLE, nullable=True),
        sa.Column("revoked_why", sa.Text(), nullable=False),
        sa.Column("last_seen", WHOLE, nullable=True),
        sa.Column("bundle_version", WHOLE, nullable=False),
        sa.Column("unsent", WHOLE, nullable=False),
        sa.CheckConstraint(
            "length(kiosk_id) BETWEEN 1 AND 64", name=op.f("ck_kiosk_kiosk_id_length")
        ),
        sa.CheckConstraint(
            "length(public_key) BETWEEN 32 AND 32", name=op.f("ck_kiosk_public_key_length")
        ),
        sa.CheckConstraint(
            "length(revoked_why) BETWEEN 0 AND 200", name=op.f("ck_kiosk_revoked_why_length")
        ),
        sa.CheckConstraint(
            "length(software) BETWEEN 0 AND 64", name=op.f("ck_kiosk_software_length")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.enterprise_id"], name=op.f("fk_kiosk_enterprise_id")
        ),
        sa.ForeignKeyConstraint(["gate_id"], ["gate.gate_id"], name=op.f("fk_kiosk_gate_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name=op.f("fk_kiosk_site_id")),
        sa.PrimaryKeyConstraint("kiosk_id", name=op.f("pk_kiosk")),
        sa.UniqueConstraint("public_key", name=op.f("uq_kiosk_public_key")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_kiosk_enterprise_id"), "kiosk", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_kiosk_gate_id"), "kiosk", ["gate_id"], unique=False)
    op.create_index(op.f("ix_kiosk_site_id"), "kiosk", ["site_id"], unique=False)
    op.create_table(
        "bundle",
        sa.Column("kiosk_id", sa.Text(), nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", WHOLE, nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "length(content) BETWEEN 32 AND 32", name=op.f("ck_bundle_content_length")
        ),
        sa.ForeignKeyConstraint(["kiosk_id"], ["kiosk.kiosk_id"], name=op.f("fk_bundle_kiosk_id")),
        sa.PrimaryKeyConstraint("kiosk_id", name=op.f("pk_bundle")),
        sa.UniqueConstraint("version", name=op.f("uq_bundle_version")),
        sqlite_strict=True,
    )
    op.create_table(
        "entry",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("kiosk_id", sa.Text(), nullable=False),
        sa.Column("epoch", WHOLE, nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("personal", sa.LargeBinary(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("enterprise_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("gate_id", sa.Text(), nullable=False),
        sa.Column("warrant_id", sa.Text(), nullable=False),
        sa.Column("pass_id", sa.Text(), nullable=False),
        sa.Column("pass_kind", sa.Text(), nullable=True),
        sa.Column("temperature_c", WHOLE, nullable=True),
        sa.Column("mask", sa.Text(), nullable=True),
        sa.Column("clock_quality", sa.Text(), nullable=False),
        sa.Column("policy_version", WHOLE, nullable=False),
        sa.Column("bundle_version", WHOLE, nullable=False),
        sa.Column("holder_id", sa.Text(), nullable=False),
        sa.Column("name_index", sa.LargeBinary(), nullable=True),
        sa.Column("tail_index", sa.LargeBinary(), nullable=True),
        sa.Column("kiosk_enterprise_id", sa.Text(), nullable=False),
        sa.Column("kiosk_site_id", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("received_at", WHOLE, nullable=False),
        sa.CheckConstraint(
            "kind IN ('passage', 'override', 'annulment', 'emergency', "
            "'boot', 'shutdown', 'bundle', 'fault', 'heartbeat')",
            name=op.f("ck_entry_kind_known"),
        ),
        sa.CheckConstraint(
            "outcome IN ('ADMIT', 'REFER', 'DENY')", name=op.f("ck_entry_outcome_known")
        ),
        sa.CheckConstraint(
            "standing IN ('accepted', 'flagged')", name=op.f("ck_entry_standing_known")
        ),
        sa.CheckConstraint("length(body) BETWEEN 1 AND 8192", name=op.f("ck_entry_body_length")),
        sa.CheckConstraint("length(hash) BETWEEN 32 AND 32", name=op.f("ck_entry_hash_length")),
        sa.ForeignKeyConstraint(["kiosk_id"], ["kiosk.kiosk_id"], name=op.f("fk_entry_kiosk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("kiosk_id", "epoch", "seq", name=op.f("uq_entry_kiosk_id_epoch_seq")),
        sqlite_strict=True,
    )
    op.create_index("ix_entry_at", "entry", ["at", "id"], unique=False)
    op.create_index(
        "ix_entry_holder",
        "entry",
        ["holder_id", "at", "id"],
        unique=False,
        sqlite_where=sa.text("holder_id <> ''"),
        postgresql_where=sa.text("holder_id <> ''"),
    )
    op.create_index(
        "ix_entry_kiosk_enterprise", "entry", ["kiosk_enterprise_id", "at", "id"], unique=False
    )
    op.create_index("ix_entry_kiosk_site", "entry", ["kiosk_site_id", "at", "id"], unique=False)
    op.create_index(
        "ix_entry_name",
        "entry",
        ["name_index", "at", "id"],
        unique=False,
        sqlite_where=sa.text("name_index IS NOT NULL"),
        postgresql_where=sa.text("name_index IS NOT NULL"),
    )
    op.create_index(
        "ix_entry_pass",
        "entry",
        ["pass_id", "at", "id"],
        unique=False,
        sqlite_where=sa.text("pass_id <> ''"),
        postgresql_where=sa.text("pass_id <> ''"),
    )
    op.create_index(
        "ix_entry_tail",
        "entry",
        ["tail_index", "at", "id"],
        unique=False,
        sqlite_where=sa.text("tail_index IS NOT NULL"),
        postgresql_where=sa.text("tail_index IS NOT NULL"),
    )
    op.create_table(
        "head",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("kiosk_id", sa.Text(), nullable=False),
        sa.Column("epoch", WHOLE, nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("received_at", WHOLE, nullable=False),
        sa.CheckConstraint("length(hash) BETWEEN 32 AND 32", name=op.f("ck_head_hash_length")),
        sa.ForeignKeyConstraint(["kiosk_id"], ["kiosk.kiosk_id"], name=op.f("fk_head_kiosk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_head")),
        sa.UniqueConstraint(
            "kiosk_id",
            "epoch",
            "seq",
            "hash",
            "at",
            name=op.f("uq_head_kiosk_id_epoch_seq_hash_at"),
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "kiosk_chain",
        sa.Column("kiosk_id", sa.Text(), nullable=False),
        sa.Column("epoch", WHOLE, autoincrement=False, nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "length(hash) BETWEEN 32 AND 32", name=op.f("ck_kiosk_chain_hash_length")
        ),
        sa.ForeignKeyConstraint(
            ["kiosk_id"], ["kiosk.kiosk_id"], name=op.f("fk_kiosk_chain_kiosk_id")
        ),
        sa.PrimaryKeyConstraint("kiosk_id", "epoch", name=op.f("pk_kiosk_chain")),
        sqlite_strict=True,
    )
    op.create_table(
        "quarantine",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("kiosk_id", sa.Text(), nullable=False),
        sa.Column("epoch", WHOLE, nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("personal", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("received_at", WHOLE, nullable=False),
        sa.CheckConstraint(
            "length(content) BETWEEN 32 AND 32", name=op.f("ck_quarantine_content_length")
        ),
        sa.CheckConstraint(
            "length(hash) BETWEEN 32 AND 32", name=op.f("ck_quarantine_hash_length")
        ),
        sa.ForeignKeyConstraint(
            ["kiosk_id"], ["kiosk.kiosk_id"], name=op.f("fk_quarantine_kiosk_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
        sa.UniqueConstraint(
            "kiosk_id",
            "epoch",
            "seq",
            "content",
            name=op.f("uq_quarantine_kiosk_id_epoch_seq_content"),
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "receipt",
        sa.Column("id", WHOLE, autoincrement=True, nullable=False),
        sa.Column("kiosk_id", sa.Text(), nullable=False),
        sa.Column("epoch", WHOLE, nullable=False),
        sa.Column("at", WHOLE, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["kiosk_id"], ["kiosk.kiosk_id"], name=op.f("fk_receipt_kiosk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sqlite_strict=True,
    )
    op.create_index("ix_receipt_kiosk", "receipt", ["kiosk_id", "epoch", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("receipt")
    op.drop_table("quarantine")
    op.drop_table("kiosk_chain")
    op.drop_table("head")
    op.drop_table("entry")
    op.drop_table("bundle")
    op.drop_table("kiosk")
    op.drop_table("enrolment_code")
    op.drop_table("issued_pass")
    op.drop_table("gate")
    op.drop_table("warrant")
    op.drop_table("site")
    op.drop_table("policy")
    op.drop_table("holder")
    op.drop_table("signature")
    op.drop_table("lookup")
    op.drop_table("enterprise")
    op.drop_table("action")
