"""Cases of inspectors: what each is about, what was done in it step by step, what it links."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from checkpoint.domain.inspection_case import CaseKind, CaseState, StepKind
from checkpoint.storage.base import (
    STRICT,
    Base,
    Blob,
    Key,
    Millis,
    Number,
    String,
    length,
    one_of,
)


class InspectionCase(Base):
    """One case of an enterprise, or of one site of it where `site_id` is not empty.

    `steps` is the number of the last step; `assigned_to` an account, empty for nobody.
    """

    __tablename__ = "inspection_case"
    __table_args__ = (
        length("case_id", 16, 16),
        one_of("kind", CaseKind),
        one_of("state", CaseState),
        Index("ix_inspection_case_enterprise", "enterprise_id", "opened_at", "case_id"),
        Index("ix_inspection_case_opened", "opened_at", "case_id"),
        STRICT,
    )

    case_id: Mapped[String] = mapped_column(primary_key=True)
    enterprise_id: Mapped[String] = mapped_column(ForeignKey("enterprise.enterprise_id"))
    site_id: Mapped[String]
    kind: Mapped[String]
    state: Mapped[String]
    opened_at: Mapped[Millis]
    opened_by: Mapped[String]
    assigned_to: Mapped[String]
    released_at: Mapped[Millis | None]
    closed_at: Mapped[Millis | None]
    steps: Mapped[Number]


class CaseStep(Base):
    """One thing done in a case. Only ever added.

    `words_sealed` holds a salt and the words, empty once erased; `digest` commits to all of the
    step and stands in the action record as well.
    """

    __tablename__ = "case_step"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        one_of("kind", StepKind),
        length("digest", 32, 32),
        length("detail", 0, 8000),
        STRICT,
    )

    id: Mapped[Key]
    case_id: Mapped[String] = mapped_column(ForeignKey("inspection_case.case_id"))
    number: Mapped[Number]
    at: Mapped[Millis]
    account_id: Mapped[String]
    role: Mapped[String]
    name: Mapped[String]
    kind: Mapped[String]
    detail: Mapped[String]
    words_sealed: Mapped[Blob]
    digest: Mapped[Blob]


class CaseEntry(Base):
    """An entry that a case is about, as it was when it was linked."""

    __tablename__ = "case_entry"
    __table_args__ = (
        length("entry_hash", 32, 32),
        Index("ix_case_entry_place", "kiosk_id", "epoch", "seq"),
        STRICT,
    )

    case_id: Mapped[String] = mapped_column(ForeignKey("inspection_case.case_id"), primary_key=True)
    kiosk_id: Mapped[String] = mapped_column(ForeignKey("kiosk.kiosk_id"), primary_key=True)
    epoch: Mapped[Number] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[Number] = mapped_column(primary_key=True, autoincrement=False)
    entry_hash: Mapped[Blob]


class CaseLookup(Base):
    """A lookup that a case is about, by its line of the record, which retention may have ended."""

    __tablename__ = "case_lookup"
    __table_args__ = (STRICT,)

    case_id: Mapped[String] = mapped_column(ForeignKey("inspection_case.case_id"), primary_key=True)
    lookup_id: Mapped[Number] = mapped_column(primary_key=True, autoincrement=False)
