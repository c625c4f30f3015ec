"""Enterprises, sites, gates and kiosks by their ids."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import InstrumentedAttribute

from checkpoint.errors import NotFound
from checkpoint.storage.scope import Scope
from checkpoint.storage.tables import Enterprise, Gate, Kiosk, Site

_Text = InstrumentedAttribute[str]


def within(scope: Scope, enterprise: _Text, site: _Text) -> ColumnElement[bool]:
    """The condition that a row's enterprise and site are in the scope."""
    if scope.district:
        return true()
    parts = []
    if scope.enterprises:
        parts.append(enterprise.in_(sorted(scope.enterprises)))
    if scope.sites:
        parts.append(site.in_(sorted(scope.sites)))
    return or_(*parts) if parts else false()


def enterprise(session: Session, enterprise_id: str, *, lock: bool = False) -> Enterprise:
    """The enterprise; `lock` holds off other changes of it. Raises NotFound."""
    row = session.get(Enterprise, enterprise_id, with_for_update=lock or None)
    if row is None:
        raise NotFound(f"no enterprise {enterprise_id!r}")
    return row


def enterprises(session: Session, scope: Scope) -> Sequence[Enterprise]:
    """The enterprises of a scope by id, those of single sites too."""
    home = select(Site.enterprise_id).where(Site.site_id.in_(sorted(scope.sites)))
    named = Enterprise.enterprise_id.in_(sorted(scope.enterprises))
    seen = true() if scope.district else or_(named, Enterprise.enterprise_id.in_(home))
    return session.scalars(select(Enterprise).where(seen).order_by(Enterprise.enterprise_id)).all()


def enterprise_with_code(session: Session, credit_code: str) -> Enterprise | None:
    """The enterprise of a unified social credit code."""
    return session.scalar(select(Enterprise).where(Enterprise.credit_code == credit_code))


def site(session: Session, enterprise_id: str, site_id: str) -> Site:
    """A site of the enterprise. Raises NotFound for another's."""
    row = session.get(Site, site_id)
    if row is None or row.enterprise_id != enterprise_id:
        raise NotFound(f"enterprise {enterprise_id!r} has no site {site_id!r}")
    return row


def sites(session: Session, enterprise_id: str) -> Sequence[Site]:
    """The sites of an enterprise by id."""
    rows = select(Site).where(Site.enterprise_id == enterprise_id).order_by(Site.site_id)
    return session.scalars(rows).all()


def gates(session: Session, site_ids: Sequence[str]) -> Sequence[Gate]:
    """The gates of sites by id."""
    return session.scalars(
        select(Gate).where(Gate.site_id.in_(site_ids)).order_by(Gate.gate_id)
    ).all()


def gate(session: Session, gate_id: str) -> tuple[Gate, Site]:
    """A gate and its site. Raises NotFound."""
    row = session.get(Gate, gate_id)
    home = session.get(Site, row.site_id) if row else None
    if row is None or home is None:
        raise NotFound(f"no gate {gate_id!r}")
    return row, home


def kiosk(session: Session, kiosk_id: str, *, lock: bool = False) -> Kiosk:
    """An enrolled kiosk, revoked or not; `lock` makes others wait. Raises NotFound."""
    row = session.get(Kiosk, kiosk_id, with_for_update=lock or None)
    if row is None:
        raise NotFound(f"no kiosk {kiosk_id!r} is enrolled")
    return row


def kiosk_with_key(session: Session, public_key: bytes) -> Kiosk | None:
    """The kiosk of a public key."""
    return session.scalar(select(Kiosk).where(Kiosk.public_key == public_key))


def kiosks(session: Session, scope: Scope) -> Sequence[Kiosk]:
    """The kiosks of a scope by id."""
    seen = within(scope, Kiosk.enterprise_id, Kiosk.site_id)
    return session.scalars(select(Kiosk).where(seen).order_by(Kiosk.kiosk_id)).all()
