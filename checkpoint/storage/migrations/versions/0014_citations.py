"""Which entry an override or annulment is about, as a column."""

import sqlalchemy as sa
from alembic import op

from checkpoint.entrylog import decode_entry
from checkpoint.errors import EntryError
from checkpoint.storage.base import WHOLE

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("entry", sa.Column("cites", WHOLE, nullable=True))
    there = sa.text("cites IS NOT NULL")
    op.create_index(
        "ix_entry_cites",
        "entry",
        ["kiosk_id", "epoch", "cites"],
        sqlite_where=there,
        postgresql_where=there,
    )
    connection = op.get_bind()
    citing = "SELECT id, body FROM entry WHERE kind IN ('override', 'annulment')"
    change = sa.text("UPDATE entry SET cites = :cites WHERE id = :id")
    for id_, body in connection.execute(sa.text(citing)).all():
        try:
            cites = decode_entry(body).cites
        except EntryError:
            continue  # an audit names it
        connection.execute(change, {"cites": cites, "id": id_})


def downgrade() -> None:
    op.drop_index("ix_entry_cites", "entry")
    op.drop_column("entry", "cites")
