"""Actions and lookups linked line by line; nothing beside a head that its note does not say.

What the server wrote of one batch has one time: that of its receipt.
"""

import sqlalchemy as sa
from alembic import op

from checkpoint.storage.base import WHOLE
from checkpoint.storage.records import relink

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "record_head",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("last", WHOLE, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "record IN ('action', 'lookup')", name=op.f("ck_record_head_record_known")
        ),
        sa.CheckConstraint(
            "length(hash) BETWEEN 32 AND 32", name=op.f("ck_record_head_hash_length")
        ),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_record_head")),
        sqlite_strict=True,
    )
    for record in ("action", "lookup"):
        op.add_column(record, sa.Column("hash", sa.LargeBinary(), nullable=True))
    op.drop_column("head", "received_at")
    relink(op.get_bind(), ("action", "lookup"))
    _one_time(op.get_bind())


def downgrade() -> None:
    op.add_column("head", sa.Column("received_at", WHOLE, server_default="0", nullable=False))
    for record in ("lookup", "action"):
        op.drop_column(record, "hash")
    op.drop_table("record_head")


def _one_time(connection: sa.Connection) -> None:
    """The time of the receipt on its row and on what came with it, within a minute."""
    change = sa.text(
        "UPDATE entry SET received_at = :at WHERE kiosk_id = :kiosk AND epoch = :epoch"
        " AND seq = :seq AND abs(received_at - :at) < 60000"
    )
    aside = sa.text(str(change).replace("entry", "quarantine", 1))
    receipts = connection.execute(sa.text("SELECT id, kiosk_id, epoch, note FROM receipt"))
    for id_, kiosk, epoch, note in receipts.all():
        lines = note.partition("\n\n")[0].split("\n")
        at = int(lines[3].removeprefix("at "))
        connection.execute(
            sa.text("UPDATE receipt SET at = :at WHERE id = :id"), {"at": at, "id": id_}
        )
        for line in lines[4:]:
            seq, _, standing, _ = line.split(" ")
            place = {"at": at, "kiosk": kiosk, "epoch": epoch, "seq": int(seq)}
            connection.execute(aside if standing == "quarantined" else change, place)
    erasures = connection.execute(sa.text("SELECT number, note FROM erasure"))
    for number, note in erasures.all():
        at = int(note.split("\n")[2].removeprefix("at "))
        values = {"at": at, "number": number}
        connection.execute(sa.text("UPDATE erasure SET at = :at WHERE number = :number"), values)
