"""Enterprises, their records, sites and gates, the kiosks there and what each was last given."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from checkpoint.storage.base import STRICT, Base, Blob, Millis, Number, String, Switch, length


class Enterprise(Base):
    """An enterprise 企业 authorized by the bureau; `suspended_at` while it is suspended."""

    __tablename__ = "enterprise"
    __table_args__ = (
        length("enterprise_id", 2, 32),
        length("name", 1, 64),
        length("credit_code", 18, 18),
        length("township", 0, 64),
        length("industry", 0, 64),
        STRICT,
    )

    enterprise_id: Mapped[String] = mapped_column(primary_key=True)
    name: Mapped[String]
    credit_code: Mapped[String] = mapped_column(unique=True)
    township: Mapped[String]
    industry: Mapped[String]
    above_scale: Mapped[Switch]
    registered_at: Mapped[Millis]
    suspended_at: Mapped[Millis | None]


class EnterpriseRecord(Base):
    """What else the bureau keeps of an enterprise; without a line nothing was said yet.

    `version` grows with each change of it or of the enterprise's own line. The head's and the
    contacts' names and phones are sealed JSON, empty for none. `isolation` None: not said.
    """

    __tablename__ = "enterprise_record"
    __table_args__ = (
        length("address", 0, 128),
        length("medical", 0, 64),
        length("medical_phone", 0, 24),
        length("isolation_where", 0, 64),
        CheckConstraint("staff BETWEEN 0 AND 1000000", name="staff_range"),
        STRICT,
    )

    enterprise_id: Mapped[String] = mapped_column(
        ForeignKey("enterprise.enterprise_id"), primary_key=True
    )
    version: Mapped[Number]
    address: Mapped[String]
    staff: Mapped[Number]
    medical: Mapped[String]
    medical_phone: Mapped[String]
    isolation: Mapped[Switch | None]
    isolation_where: Mapped[String]
    head_sealed: Mapped[Blob]
    contacts_sealed: Mapped[Blob]


class Site(Base):
    """A fenced place 厂区 of an enterprise."""

    __tablename__ = "site"
    __table_args__ = (
        length("site_id", 2, 32),
        length("name", 1, 64),
        length("zone", 1, 64),
        STRICT,
    )

    site_id: Mapped[String] = mapped_column(primary_key=True)
    enterprise_id: Mapped[String] = mapped_column(
        ForeignKey("enterprise.enterprise_id"), index=True
    )
    name: Mapped[String]
    zone: Mapped[String]


class Gate(Base):
    """A gate 门岗 of a site."""

    __tablename__ = "gate"
    __table_args__ = (length("gate_id", 2, 32), length("name", 1, 64), STRICT)

    gate_id: Mapped[String] = mapped_column(primary_key=True)
    site_id: Mapped[String] = mapped_column(ForeignKey("site.site_id"), index=True)
    name: Mapped[String]


class Kiosk(Base):
    """An enrolled kiosk. It stays where it was enrolled: its entries belong to that place."""

    __tablename__ = "kiosk"
    __table_args__ = (
        length("kiosk_id", 1, 64),
        length("public_key", 32, 32),
        length("software", 0, 64),
        length("revoked_why", 0, 200),
        STRICT,
    )

    kiosk_id: Mapped[String] = mapped_column(primary_key=True)
    enterprise_id: Mapped[String] = mapped_column(
        ForeignKey("enterprise.enterprise_id"), index=True
    )
    site_id: Mapped[String] = mapped_column(ForeignKey("site.site_id"), index=True)
    gate_id: Mapped[String] = mapped_column(ForeignKey("gate.gate_id"), index=True)
    public_key: Mapped[Blob] = mapped_column(unique=True)
    software: Mapped[String]
    enrolled_at: Mapped[Millis]
    revoked_at: Mapped[Millis | None]
    revoked_why: Mapped[String]
    last_seen: Mapped[Millis | None]
    bundle_version: Mapped[Number]
    unsent: Mapped[Number]


class EnrolmentCode(Base):
    """A one-time code for one kiosk; only its SHA-256 is kept."""

    __tablename__ = "enrolment_code"
    __table_args__ = (length("code_hash", 32, 32), STRICT)

    code_hash: Mapped[Blob] = mapped_column(primary_key=True)
    gate_id: Mapped[String] = mapped_column(ForeignKey("gate.gate_id"))
    made_at: Mapped[Millis]
    expires_at: Mapped[Millis]
    used_at: Mapped[Millis | None]


class Bundle(Base):
    """The bundle last signed for a kiosk, and the SHA-256 of its content."""

    __tablename__ = "bundle"
    __table_args__ = (length("content", 32, 32), STRICT)

    kiosk_id: Mapped[String] = mapped_column(ForeignKey("kiosk.kiosk_id"), primary_key=True)
    version: Mapped[Number]
    content: Mapped[Blob]
    issued_at: Mapped[Millis]
    signed: Mapped[Blob]
