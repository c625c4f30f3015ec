"""Rows of the storage as the domain's values."""

from __future__ import annotations

import json

from checkpoint.clock import from_ms
from checkpoint.domain.place import Enterprise, Gate, Site
from checkpoint.domain.warrant import Warrant
from checkpoint.services.rows import EnterpriseRow
from checkpoint.storage import tables


def enterprise_of(row: tables.Enterprise) -> Enterprise:
    """The enterprise in a row."""
    return Enterprise(row.enterprise_id, row.name, row.credit_code, row.suspended_at is not None)


def enterprise_row(row: tables.Enterprise) -> EnterpriseRow:
    """The enterprise in a row with what the register says of it."""
    return EnterpriseRow(
        enterprise=enterprise_of(row),
        township=row.township,
        industry=row.industry,
        above_scale=row.above_scale,
        registered_at=from_ms(row.registered_at),
    )


def site_of(row: tables.Site) -> Site:
    """The site in a row."""
    return Site(row.site_id, row.enterprise_id, row.name, row.zone)


def gate_of(row: tables.Gate) -> Gate:
    """The gate in a row."""
    return Gate(row.gate_id, row.site_id, row.name)


def warrant_of(row: tables.Warrant) -> Warrant:
    """The warrant in a row."""
    return Warrant(
        warrant_id=row.warrant_id,
        enterprise_id=row.enterprise_id,
        inspector=row.inspector,
        valid_from=from_ms(row.valid_from),
        valid_until=from_ms(row.valid_until),
        sites=tuple(json.loads(row.sites)),
        revoked=row.revoked_at is not None,
    )
