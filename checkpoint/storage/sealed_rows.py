"""Rows that hold something sealed, table by table, and which of them are under another key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, func, literal, or_, select
from sqlalchemy.orm import Session

from checkpoint.storage.tables import (
    CaseStep,
    Declaration,
    EmergencyRequest,
    EnterpriseRecord,
    Entry,
    Holder,
    HolderPhoto,
    IssuedPass,
    Job,
    PhoneLink,
    Quarantine,
    RecoveryCode,
    SaidStatus,
    SecondFactor,
    Tombstone,
    Webhook,
)

SEALED: dict[Any, tuple[Any, tuple[str, ...]]] = {
    Holder: (Holder.holder_id, ("name_sealed", "id_sealed", "phone_sealed")),
    HolderPhoto: (HolderPhoto.holder_id, ("jpeg_sealed",)),
    IssuedPass: (IssuedPass.pass_id, ("text_sealed",)),
    PhoneLink: (PhoneLink.link_hash, ("host_sealed",)),
    EmergencyRequest: (EmergencyRequest.request_id, ("driver_sealed",)),
    EnterpriseRecord: (EnterpriseRecord.enterprise_id, ("head_sealed", "contacts_sealed")),
    Declaration: (Declaration.id, ("body_sealed",)),
    SaidStatus: (SaidStatus.id, ("why_sealed",)),
    Tombstone: (Tombstone.holder_index, ("holder_sealed",)),
    Quarantine: (Quarantine.id, ("personal",)),
    SecondFactor: (SecondFactor.factor_id, ("seed_sealed",)),
    RecoveryCode: (RecoveryCode.code_id, ("code_sealed",)),
    Job: (Job.job_id, ("key_sealed",)),
    CaseStep: (CaseStep.id, ("words_sealed",)),
    Webhook: (Webhook.hook_id, ("secret_sealed", "older_sealed")),
    Entry: (Entry.id, ("personal",)),
}
"""Each table's key and its sealed columns. A sealed field names its key in bytes 2 to 5."""


def count(session: Session, table: Any, key_id: bytes) -> int:
    """How many rows hold something under another key than this one."""
    rows = select(func.count()).select_from(table).where(_foreign(table, key_id))
    return session.scalar(rows) or 0


def some(session: Session, table: Any, key_id: bytes, after: Any, limit: int) -> Sequence[Any]:
    """The next rows after one that hold something under another key, in order, locked."""
    key, _ = SEALED[table]
    rows = select(table).where(_foreign(table, key_id))
    if after is not None:
        rows = rows.where(key > after)
    return session.scalars(rows.order_by(key).limit(limit).with_for_update()).all()


def _foreign(table: Any, key_id: bytes) -> ColumnElement[bool]:
    wanted = literal(key_id, LargeBinary)
    columns = (getattr(table, name) for name in SEALED[table][1])
    return or_(
        *(
            column.is_not(None)
            & (func.length(column) > 0)
            & (func.substr(column, 2, 4, type_=LargeBinary) != wanted)
            for column in columns
        )
    )
